"""What is still open of an enrolment when a step is about to end something."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.refusals import Problem
from companion.domain.work.work import Piece, Stage

ENDS: Final = frozenset({PathwayState.COMPLETED, PathwayState.ENDED_EARLY, PathwayState.CLOSED})
"""The steps after which nobody looks for what is open any more."""


@dataclass(frozen=True)
class StillOpen:
    """Counts of what nobody has finished."""

    to_do: int = 0
    """Set work that isn't submitted."""
    without_feedback: int = 0
    to_talk: int = 0
    messages: int = 0
    concerns: int = 0
    """Open concerns that the viewer may see."""
    unnoted: int = 0
    """Sessions whose attendance nobody has noted."""

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def problems(self, to: str, confirmed: bool | None) -> list[Problem]:
        """What is said to a step that ends something while this is open, unless that is known.

        ``confirmed`` is None where no form asks.
        """
        unknown = to in ENDS and self and confirmed is False
        return [Problem("still_open", field="confirmed")] if unknown else []


def of_work(pieces: Iterable[Piece]) -> tuple[int, int]:
    """How many pieces are still to be done, and how many have no feedback."""
    stages = [piece.stage for piece in pieces]
    to_do = sum(stage in (Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED) for stage in stages)
    return to_do, sum(stage in (Stage.SUBMITTED, Stage.READ) for stage in stages)
