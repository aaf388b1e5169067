"""Why something that is being typed was not kept, as the script of a page is told."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from companion.domain.refusals import ChangedElsewhere, NotAllowed, Refused, Rejected


def why(refusal: Refused) -> str:
    """A key of ``templates/scripts/draft.js``."""
    if isinstance(refusal, Rejected):
        full = any(problem.key.startswith("no_room") for problem in refusal.problems)
        return "full" if full else "refused"
    if isinstance(refusal, ChangedElsewhere):
        return "elsewhere"
    return "closed" if isinstance(refusal, NotAllowed) else "refused"


def while_typing(save: Callable[[], dict[str, object]]) -> ResponseReturnValue:
    """Save what is being typed and say so to the script of the page, or why it was not saved."""
    try:
        return save()
    except (Rejected, ChangedElsewhere, NotAllowed) as refusal:
        return {"why": why(refusal)}, 409
