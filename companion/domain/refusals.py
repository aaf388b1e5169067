"""Why an act is refused. Routes turn these into pages; services record them after the rollback."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A problem with something typed: a message key and its values, never a sentence.

    ``field`` is the form field to show it at; empty means the whole form.
    """

    key: str
    values: dict[str, str | int] = field(default_factory=dict)
    field: str = ""
    also: tuple["Problem", ...] = ()
    """Other problems with the same answer, in the order of its fields."""

    def at(self, name: str, row: int = 0) -> "Problem | None":
        """Return the first problem for this field, or this row of it."""
        each = (one for one in (self, *self.also) if (one.field, one.values.get("row", 0)) == (name, row))
        return next(each, None)


class Refused(Exception):
    """An act that did not happen. Nothing of it is stored."""

    recorded = False
    """Whether it is already in the audit."""


class NotFound(Refused):
    """It doesn't exist or isn't the viewer's: the two look the same."""


class NotAllowed(Refused):
    """It exists and is the viewer's, but its state forbids the act, e.g. answering submitted work."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Rejected(Refused):
    """Something typed isn't valid. The person keeps the text; ``problems`` say what to correct."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.key for problem in problems))
        self.problems = problems

    @property
    def as_one(self) -> Problem:
        """The first problem, carrying all the others."""
        return replace(self.problems[0], also=self.problems[1:])


def all_of(*reads: Callable[[], Any]) -> list[Any]:
    """Return the results of all parsers. Raise ``Rejected`` with the problems of every one that failed."""
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
    """Something newer was saved from another tab or device since this page was made."""


class LeavesPath(Refused):
    """The change would take answered prompts (their ids) off the path. It is saved once he confirms."""

    def __init__(self, prompt_ids: tuple[str, ...]) -> None:
        super().__init__(" ".join(prompt_ids))
        self.prompt_ids = prompt_ids


class Crowded(Refused):
    """Too many requests at this moment. This one wasn't examined; try again in ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class SlowDown(Refused):
    """Too many attempts.

    ``seconds`` is the time until the next one counts, ``what`` the limit reached, ``number`` how many were refused in
    this window, including this one.
    """

    def __init__(self, seconds: int, what: str, number: int = 1) -> None:
        super().__init__(f"{what}: {seconds}")
        self.seconds = seconds
        self.what = what
        self.number = number
