"""Why something that is being typed was not kept, as the script of a page is told."""

from companion.domain.refusals import ChangedElsewhere, NotAllowed, Refused, Rejected


def why(refusal: Refused) -> str:
    """A key of ``templates/scripts/draft.js``."""
    if isinstance(refusal, Rejected):
        full = any(problem.key.startswith("no_room") for problem in refusal.problems)
        return "full" if full else "refused"
    if isinstance(refusal, ChangedElsewhere):
        return "elsewhere"
    return "closed" if isinstance(refusal, NotAllowed) else "refused"
