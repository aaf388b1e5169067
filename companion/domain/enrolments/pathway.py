"""A participant's place on the care pathway, and the moves allowed from it (programme, the path)."""

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
    """The meeting's purpose (programme: initial meeting, five sessions, sometimes a sixth, reviews)."""

    INITIAL_MEETING = "initial_meeting"
    SESSION = "session"
    ADDITIONAL_SESSION = "additional_session"
    REVIEW_MEETING = "review_meeting"


class PathwayState(StrEnum):
    """The states of an enrolment, in the order of the pathway."""

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
"""The states that can follow each state."""
NEEDS_REASON: Final = frozenset(
    {PathwayState.NOT_NOW, PathwayState.NOT_SUITABLE, PathwayState.ENDED_EARLY, PathwayState.CLOSED}
)
"""The moves that need a reason."""
BEGINS_AT: Final = {
    AppointmentKind.INITIAL_MEETING: PathwayState.INITIAL_MEETING,
    AppointmentKind.SESSION: PathwayState.IN_PROGRAMME,
    AppointmentKind.ADDITIONAL_SESSION: PathwayState.IN_PROGRAMME,
    AppointmentKind.REVIEW_MEETING: PathwayState.REVIEWS,
}
"""The states in which somebody can be added with a first appointment; they may already have worked on paper."""
BACK: Final = "back"
"""Used in place of a state: undo the last step, as a mistake. The undo is recorded as a step of its own."""
EXPECTS_WORK: Final = frozenset(
    {PathwayState.REFERRED, PathwayState.INITIAL_MEETING, PathwayState.SUITABLE, PathwayState.IN_PROGRAMME}
)
"""The states in which work can be set and done. In others, open work is no longer expected."""
SESSIONS: Final = frozenset({AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION})
ENDS: Final = {
    PathwayState.NOT_NOW: SESSIONS,
    PathwayState.NOT_SUITABLE: SESSIONS,
    PathwayState.COMPLETED: SESSIONS,
    PathwayState.ENDED_EARLY: SESSIONS,
    PathwayState.REVIEWS: SESSIONS,
    PathwayState.CLOSED: frozenset(AppointmentKind),
}
"""Which future meetings a step to this state cancels."""
OVER: Final = frozenset({PathwayState.CLOSED, PathwayState.DIED})
"""The states in which an enrolment needs no practitioner."""


@dataclass(frozen=True)
class PathwayStep:
    """One move: to which state, on which day in London, by whom, and why.

    With ``back``, it undid the step before it, which was a mistake.
    """

    id: UUID
    state: PathwayState
    day: date
    at: datetime
    by: UUID
    reason: str
    back: bool = False


def standing(steps: Sequence[PathwayStep]) -> list[PathwayStep]:
    """Return the steps that weren't undone."""
    found: list[PathwayStep] = []
    for step in steps:
        if step.back:
            found.pop()
        else:
            found.append(step)
    return found


def came_from(steps: Sequence[PathwayStep]) -> PathwayStep | None:
    """Return the step that an undo returns to; None if there is none before the last."""
    found = standing(steps)
    return found[-2] if len(found) > 1 else None


@dataclass(frozen=True)
class StepForm:
    """A move typed on a page that showed the state ``seen``."""

    seen: str
    to: str
    day: str
    reason: str


def move(
    state: PathwayState, typed: StepForm, since: date, now: datetime, also: Iterable[Problem] = ()
) -> tuple[PathwayState, date, str]:
    """Return the checked move from ``state``, entered on ``since``: the new state, its day, and the reason.

    Raise ``NotAllowed`` if the state can't follow, and ``Rejected`` for a day in the future or before the last step,
    for a missing reason, and for any problems passed in ``also``.
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
    """Return the reason for a step or a handover. Raise ``Rejected``."""
    return clean(text, REASON_MOST, "reason", required=required)
