"""The exceptions that are raised when an act is refused.

Routes turn the exceptions into pages, and services record them after rolling back the transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A problem with something that was typed: a message key and values to insert, never a sentence.

    ``field`` is the form field beside which the problem is shown. If ``field`` is empty, the problem is about
    the whole form.
    """

    key: str
    values: dict[str, str | int] = field(default_factory=dict)
    field: str = ""
    also: tuple["Problem", ...] = ()
    """Other problems with the same answer, in the order of the answer's fields."""

    def at(self, name: str, row: int = 0) -> "Problem | None":
        """Return the first problem with this field (or with this row of the field), or None."""
        each = (one for one in (self, *self.also) if (one.field, one.values.get("row", 0)) == (name, row))
        return next(each, None)


class Refused(Exception):
    """Raised if an act is refused. Nothing that the act would have changed is stored."""

    recorded = False
    """True if the refusal is already in the audit."""


class NotFound(Refused):
    """Raised if something doesn't exist or doesn't belong to the viewer. The viewer isn't told which."""


class NotAllowed(Refused):
    """Raised if the viewer's data is in a state that doesn't allow the act, such as answering
    submitted work.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Rejected(Refused):
    """Raised if something that was typed isn't valid. ``problems`` say what to correct."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.key for problem in problems))
        self.problems = problems

    @property
    def as_one(self) -> Problem:
        """The first problem, with all the other problems in ``also``."""
        return replace(self.problems[0], also=self.problems[1:])


def all_of(*reads: Callable[[], Any]) -> list[Any]:
    """Return the results of all these functions. Raise ``Rejected`` with the problems of all that failed."""
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
    """Raised if something newer has been saved from another tab or device since this page was loaded."""


class LeavesPath(Refused):
    """Raised if a change would take answered prompts off the path.

    ``prompt_ids`` are the ids of those prompts. The change is saved if the participant confirms it.
    """

    def __init__(self, prompt_ids: tuple[str, ...]) -> None:
        super().__init__(" ".join(prompt_ids))
        self.prompt_ids = prompt_ids


class Crowded(Refused):
    """Raised if there are currently too many requests. The request can be tried again in ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class SlowDown(Refused):
    """Raised if somebody has made too many attempts.

    ``seconds`` is the waiting time until another attempt is accepted, and ``what`` is the limit that was
    reached. ``number`` is how many attempts have been refused in this period, including this one.
    """

    def __init__(self, seconds: int, what: str, number: int = 1) -> None:
        super().__init__(f"{what}: {seconds}")
        self.seconds = seconds
        self.what = what
        self.number = number
