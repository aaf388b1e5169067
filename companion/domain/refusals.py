"""The exceptions that are raised when an action is refused.

Routes turn these exceptions into pages, and services record the refusals after rolling back the transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A problem with typed text or a choice: a message key and values to insert, never a sentence.

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
    """Raised if an action is refused. None of the changes that the action would have made are stored."""

    recorded = False
    """True if the refusal is already in the audit."""


class NotFound(Refused):
    """Raised if something doesn't exist or doesn't belong to the viewer. The viewer isn't told which of these
    reasons applies.
    """


class NotAllowed(Refused):
    """Raised if the state of the data doesn't allow the action. For example, submitted work can't be
    answered.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Rejected(Refused):
    """Raised if typed text or a choice isn't valid. ``problems`` say what to correct."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.key for problem in problems))
        self.problems = problems

    @property
    def as_one(self) -> Problem:
        """The first problem, with all the other problems in ``also``."""
        return replace(self.problems[0], also=self.problems[1:])


def all_of(*reads: Callable[[], Any]) -> list[Any]:
    """Return the results of all these functions. If any of the functions fail, raise ``Rejected`` with all
    their problems.
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
    """Raised if somebody has saved a newer version from another tab or device since this page was loaded."""


class LeavesPath(Refused):
    """Raised if a change would take answered prompts off the path.

    ``prompt_ids`` are the answered prompts' ids. If the participant confirms the change, it is saved.
    """

    def __init__(self, prompt_ids: tuple[str, ...]) -> None:
        super().__init__(" ".join(prompt_ids))
        self.prompt_ids = prompt_ids


class Crowded(Refused):
    """Raised if there are too many requests at once. The request can be tried again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class SlowDown(Refused):
    """Raised if somebody has made too many attempts.

    ``seconds`` is the time until another attempt is accepted, and ``what`` names the limit that was reached.
    ``number`` counts the refused attempts in this period, including the current attempt.
    """

    def __init__(self, seconds: int, what: str, number: int = 1) -> None:
        super().__init__(f"{what}: {seconds}")
        self.seconds = seconds
        self.what = what
        self.number = number
