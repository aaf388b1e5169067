"""What is unfinished in an enrolment when a step on the pathway would end something."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.refusals import Problem
from companion.domain.work.work import Piece, Stage

ENDS: Final = frozenset({PathwayState.COMPLETED, PathwayState.ENDED_EARLY, PathwayState.CLOSED})
"""The steps after which nobody looks at unfinished things any more."""


@dataclass(frozen=True)
class StillOpen:
    """Counts of what is unfinished."""

    to_do: int = 0
    """Set work that isn't submitted."""
    without_feedback: int = 0
    to_talk: int = 0
    messages: int = 0
    concerns: int = 0
    """Open concerns that the viewer may see."""
    unnoted: int = 0
    """Sessions with no attendance recorded."""

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def problems(self, to: str, confirmed: bool | None) -> list[Problem]:
        """Return the warnings before a step ends something while this is open, unless confirmed.

        ``confirmed`` is None if no form asks.
        """
        unknown = to in ENDS and self and confirmed is False
        return [Problem("still_open", field="confirmed")] if unknown else []


def of_work(pieces: Iterable[Piece]) -> tuple[int, int]:
    """Return how many pieces are still to do, and how many have no feedback yet."""
    stages = [piece.stage for piece in pieces]
    to_do = sum(stage in (Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED) for stage in stages)
    return to_do, sum(stage in (Stage.SUBMITTED, Stage.READ) for stage in stages)
