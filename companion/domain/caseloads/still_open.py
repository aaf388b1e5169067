"""Find unfinished work, messages and concerns before an enrolment ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.refusals import Problem
from companion.domain.work.work import Piece, Stage

ENDS: Final = frozenset({PathwayState.COMPLETED, PathwayState.ENDED_EARLY, PathwayState.CLOSED})
"""The pathway states in which nobody looks at unfinished work, messages or concerns any more."""


@dataclass(frozen=True)
class StillOpen:
    """How much is still open for a participant: work, messages and concerns."""

    to_do: int = 0
    """The number of pieces of set work that haven't been submitted, or were returned and not submitted again.
    """
    without_feedback: int = 0
    to_talk: int = 0
    messages: int = 0
    concerns: int = 0
    """The number of open concerns that the viewer may see."""
    unnoted: int = 0
    """The number of sessions whose attendance hasn't been recorded."""

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def problems(self, to: str, confirmed: bool | None) -> list[Problem]:
        """Return a warning if the pathway state ``to`` ends the enrolment while something is still
        unfinished.

        Return no warning if the practitioner has confirmed it. Pass None as ``confirmed`` to skip the warning
        about anything that is still open.
        """
        unknown = to in ENDS and self and confirmed is False
        return [Problem("still_open", field="confirmed")] if unknown else []


def of_work(pieces: Iterable[Piece]) -> tuple[int, int]:
    """Return how many pieces of work the participant still has to submit, and how many submitted pieces have
    no feedback.
    """
    stages = [piece.stage for piece in pieces]
    to_do = sum(stage in (Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED) for stage in stages)
    return to_do, sum(stage in (Stage.SUBMITTED, Stage.READ) for stage in stages)
