"""Why an act is refused. Routes translate these into a page; services record them after the rollback."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Problem:
    """What is wrong with something that was typed: a message key and its values, never a sentence.

    ``field`` names the form field where the sentence belongs; empty means the whole form.
    """

    key: str
    values: dict[str, str | int] = field(default_factory=dict)
    field: str = ""
    also: tuple["Problem", ...] = ()
    """What else is wrong with the same answer, in the order of its fields."""

    def at(self, name: str, row: int = 0) -> "Problem | None":
        """The first of these that belongs to this field, or to this row of it."""
        each = (one for one in (self, *self.also) if (one.field, one.values.get("row", 0)) == (name, row))
        return next(each, None)


class Refused(Exception):
    """An act that did not happen. Nothing of it is stored."""

    recorded = False
    """Whether the record of it is written already."""


class NotFound(Refused):
    """It does not exist, or it is not the viewer's: both look the same."""


class NotAllowed(Refused):
    """It exists and is the viewer's, but its state forbids the act, e.g. answering submitted work."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Rejected(Refused):
    """What was typed cannot be taken as it is. The text stays with the person; ``problems`` say what to mend."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.key for problem in problems))
        self.problems = problems

    @property
    def as_one(self) -> Problem:
        """The first problem with all the others beside it."""
        return replace(self.problems[0], also=self.problems[1:])


def all_of(*reads: Callable[[], Any]) -> list[Any]:
    """What each of these gives. Raise ``Rejected`` with the problems of all that can't be read."""
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
    """Something newer was saved from another tab or device after this page was made."""


class LeavesPath(Refused):
    """The change would take answered prompts from the path; their ids. It is saved once he says yes to that."""

    def __init__(self, prompt_ids: tuple[str, ...]) -> None:
        super().__init__(" ".join(prompt_ids))
        self.prompt_ids = prompt_ids


class Crowded(Refused):
    """More come at this moment than can be served. Nothing was looked at; ``seconds`` is when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class SlowDown(Refused):
    """Too many tries.

    ``seconds`` is how long until the next one counts, ``what`` the limit that is spent, ``number`` how many were
    refused in this window, this one too.
    """

    def __init__(self, seconds: int, what: str, number: int = 1) -> None:
        super().__init__(f"{what}: {seconds}")
        self.seconds = seconds
        self.what = what
        self.number = number
