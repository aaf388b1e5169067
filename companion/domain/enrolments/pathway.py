"""The path of one participant: where he stands on it, and which moves are allowed (programme, the path)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.domain.text import clean
from companion.domain.time.london import LONDON
from companion.domain.time.moments import day_of

REASON_MOST = 2000


class AppointmentKind(StrEnum):
    """What the meeting is (programme: initial meeting, five sessions, sometimes a sixth, reviews)."""

    INITIAL_MEETING = "initial_meeting"
    SESSION = "session"
    ADDITIONAL_SESSION = "additional_session"
    REVIEW_MEETING = "review_meeting"


class PathwayState(StrEnum):
    """Where an enrolment stands, in the order of the path."""

    REFERRED = "referred"
    INITIAL_MEETING = "initial_meeting"
    SUITABLE = "suitable"
    NOT_NOW = "not_now"
    NOT_SUITABLE = "not_suitable"
    IN_PROGRAMME = "in_programme"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    REVIEWS = "reviews"
    CLOSED = "closed"
    DIED = "died"


MOVES: Final = {
    PathwayState.REFERRED: (
        PathwayState.INITIAL_MEETING,
        PathwayState.NOT_NOW,
        PathwayState.CLOSED,
        PathwayState.DIED,
    ),
    PathwayState.INITIAL_MEETING: (
        PathwayState.SUITABLE,
        PathwayState.NOT_NOW,
        PathwayState.NOT_SUITABLE,
        PathwayState.DIED,
    ),
    PathwayState.SUITABLE: (
        PathwayState.IN_PROGRAMME,
        PathwayState.NOT_NOW,
        PathwayState.CLOSED,
        PathwayState.DIED,
    ),
    PathwayState.NOT_NOW: (
        PathwayState.INITIAL_MEETING,
        PathwayState.SUITABLE,
        PathwayState.CLOSED,
        PathwayState.DIED,
    ),
    PathwayState.NOT_SUITABLE: (PathwayState.INITIAL_MEETING, PathwayState.CLOSED, PathwayState.DIED),
    PathwayState.IN_PROGRAMME: (PathwayState.COMPLETED, PathwayState.ENDED_EARLY, PathwayState.DIED),
    PathwayState.COMPLETED: (PathwayState.REVIEWS, PathwayState.CLOSED, PathwayState.DIED),
    PathwayState.ENDED_EARLY: (
        PathwayState.IN_PROGRAMME,
        PathwayState.REVIEWS,
        PathwayState.CLOSED,
        PathwayState.DIED,
    ),
    PathwayState.REVIEWS: (PathwayState.CLOSED, PathwayState.DIED),
    PathwayState.CLOSED: (PathwayState.REVIEWS, PathwayState.DIED),
    PathwayState.DIED: (),
}
"""Which state may follow which."""
NEEDS_REASON: Final = frozenset(
    {PathwayState.NOT_NOW, PathwayState.NOT_SUITABLE, PathwayState.ENDED_EARLY, PathwayState.CLOSED}
)
"""The moves that nobody makes without saying why."""
BEGINS_AT: Final = {
    AppointmentKind.INITIAL_MEETING: PathwayState.INITIAL_MEETING,
    AppointmentKind.SESSION: PathwayState.IN_PROGRAMME,
    AppointmentKind.ADDITIONAL_SESSION: PathwayState.IN_PROGRAMME,
    AppointmentKind.REVIEW_MEETING: PathwayState.REVIEWS,
}
"""Where somebody stands who is added with a first appointment: work on paper may have begun before Companion."""
BACK: Final = "back"
"""In the place of a state: the last step was a mistake. That is a further step; nothing is taken out."""
EXPECTS_WORK: Final = frozenset(
    {PathwayState.REFERRED, PathwayState.INITIAL_MEETING, PathwayState.SUITABLE, PathwayState.IN_PROGRAMME}
)
"""Where work can be set and done. Elsewhere what is still open is not needed any more."""
SESSIONS: Final = frozenset({AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION})
ENDS: Final = {
    PathwayState.NOT_NOW: SESSIONS,
    PathwayState.NOT_SUITABLE: SESSIONS,
    PathwayState.COMPLETED: SESSIONS,
    PathwayState.ENDED_EARLY: SESSIONS,
    PathwayState.REVIEWS: SESSIONS,
    PathwayState.CLOSED: frozenset(AppointmentKind),
}
"""Which meetings to come a step to this state cancels."""
OVER: Final = frozenset({PathwayState.CLOSED, PathwayState.DIED})
"""Where nobody has to take the enrolment on any more."""


@dataclass(frozen=True)
class PathwayStep:
    """One move that was made: to which state, on which day in London, by whom, and why.

    With ``back`` it took back the step before it, which was a mistake.
    """

    id: UUID
    state: PathwayState
    day: date
    at: datetime
    by: UUID
    reason: str
    back: bool = False


def standing(steps: Sequence[PathwayStep]) -> list[PathwayStep]:
    """The steps that no later one took back."""
    found: list[PathwayStep] = []
    for step in steps:
        if step.back:
            found.pop()
        else:
            found.append(step)
    return found


def came_from(steps: Sequence[PathwayStep]) -> PathwayStep | None:
    """The step to which a mistake is taken back; None where there is none before the last."""
    found = standing(steps)
    return found[-2] if len(found) > 1 else None


@dataclass(frozen=True)
class StepForm:
    """A move as it was typed on a page that showed the state ``seen``."""

    seen: str
    to: str
    day: str
    reason: str


def move(
    state: PathwayState, typed: StepForm, since: date, now: datetime, also: Iterable[Problem] = ()
) -> tuple[PathwayState, date, str]:
    """The checked move from ``state``, entered on ``since``: the new state, the day it happened, and the reason.

    Raises ``NotAllowed`` for a state that does not follow, and ``Rejected`` for a day in the future or before
    the last step, where a reason is missing, and for the problems that were found ``also``.
    """
    if typed.to not in MOVES[state]:
        raise NotAllowed("no_such_move")
    target, problems, on, words = PathwayState(typed.to), list(also), since, ""
    try:
        on = day_of(typed.day)
        if on > now.astimezone(LONDON).date():
            problems.append(Problem("not_yet", field="day"))
        elif on < since:
            problems.append(Problem("before_last_step", field="day"))
    except ValueError:
        problems.append(Problem("bad_date", field="day"))
    try:
        words = reason_for(typed.reason, required=target in NEEDS_REASON)
    except Rejected as rejected:
        problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return target, on, words


def reason_for(text: str, *, required: bool = True) -> str:
    """The reason of a step, or of handing over. Raises ``Rejected``."""
    return clean(text, REASON_MOST, "reason", required=required)
