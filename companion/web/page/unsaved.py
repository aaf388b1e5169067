"""Tell the page's script why the text that somebody typed wasn't saved."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from companion.domain.refusals import ChangedElsewhere, NotAllowed, Refused, Rejected


def why(refusal: Refused) -> str:
    """Return the key of the message in ``templates/scripts/draft.js`` that says why the text wasn't saved."""
    if isinstance(refusal, Rejected):
        full = any(problem.key.startswith("no_room") for problem in refusal.problems)
        return "full" if full else "refused"
    if isinstance(refusal, ChangedElsewhere):
        return "elsewhere"
    return "closed" if isinstance(refusal, NotAllowed) else "refused"


def while_typing(save: Callable[[], dict[str, object]]) -> ResponseReturnValue:
    """Save unfinished text, and return the result to the page's script."""
    try:
        return save()
    except (Rejected, ChangedElsewhere, NotAllowed) as refusal:
        return {"why": why(refusal)}, 409
