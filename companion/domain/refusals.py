"""The exceptions that are raised when an action is refused.

Routes turn the exceptions into pages. Services record a refusal in the audit log after they have rolled back
the transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A problem with something that a person typed or chose. ``key`` identifies the error message, and
    ``values`` are inserted into the message.

    ``field`` is the form field with the problem. ``field`` is empty for a problem with the whole form.
    """

    key: str
    values: dict[str, str | int] = field(default_factory=dict)
    field: str = ""
    also: tuple["Problem", ...] = ()
    """If an answer has several problems, ``also`` lists all after the first, in the order of the answer's
    fields.
    """

    def at(self, name: str, row: int = 0) -> "Problem | None":
        """Return the first problem in this field or row, or None."""
        each = (one for one in (self, *self.also) if (one.field, one.values.get("row", 0)) == (name, row))
        return next(each, None)


class Refused(Exception):
    """Raised if an action is refused. None of the action's changes are stored."""

    recorded = False
    """True if an audit entry about the refusal has already been written."""


class NotFound(Refused):
    """Raised if something doesn't exist or doesn't belong to the viewer. The viewer doesn't learn whether
    something is missing or belongs to somebody else.
    """


class NotAllowed(Refused):
    """Raised if the action isn't possible now. For example, nobody can answer questions in submitted work."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Rejected(Refused):
    """Raised if text or a choice isn't valid. ``problems`` says what to correct."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.key for problem in problems))
        self.problems = problems

    @property
    def as_one(self) -> Problem:
        """The first problem, with the others in its ``also`` attribute."""
        return replace(self.problems[0], also=self.problems[1:])


def all_of(*reads: Callable[[], Any]) -> list[Any]:
    """Call each function in ``reads``, and return the results. Raise one ``Rejected`` with all the problems
    that the functions found.
    """
    found: list[Any] = []
    problems: list[Problem] = []
    for read in reads:
        try:
            found.append(read())
        except Rejected as rejected:
            problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return found


class ChangedElsewhere(Refused):
    """Raised if something newer was saved since the page was loaded."""


class LeavesPath(Refused):
    """Raised if changing an answer would remove prompts that the participant has already answered.

    ``prompt_ids`` lists answered prompts that the change would remove from the conversation.
    """

    def __init__(self, prompt_ids: tuple[str, ...]) -> None:
        super().__init__(" ".join(prompt_ids))
        self.prompt_ids = prompt_ids


class Crowded(Refused):
    """Raised if there are too many requests at once. The client can try again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class SlowDown(Refused):
    """Raised if somebody has made too many attempts.

    ``what`` names the limit, and the next attempt is accepted after ``seconds``. ``number`` counts the
    attempts refused so far in the rate limit's current period.
    """

    def __init__(self, seconds: int, what: str, number: int = 1) -> None:
        super().__init__(f"{what}: {seconds}")
        self.seconds = seconds
        self.what = what
        self.number = number
