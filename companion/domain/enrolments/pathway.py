"""The care pathway's states and the allowed moves."""

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
    """The purpose of a meeting."""

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
"""The pathway states that can follow each state."""
NEEDS_REASON: Final = frozenset(
    {PathwayState.NOT_NOW, PathwayState.NOT_SUITABLE, PathwayState.ENDED_EARLY, PathwayState.CLOSED}
)
"""The pathway states that a participant can enter only with a reason."""
BEGINS_AT: Final = {
    AppointmentKind.INITIAL_MEETING: PathwayState.INITIAL_MEETING,
    AppointmentKind.SESSION: PathwayState.IN_PROGRAMME,
    AppointmentKind.ADDITIONAL_SESSION: PathwayState.IN_PROGRAMME,
    AppointmentKind.REVIEW_MEETING: PathwayState.REVIEWS,
}
"""For each kind of first appointment, the pathway state in which the participant starts. Participants who
have already done work on paper don't start in the first pathway state.
"""
BACK: Final = "back"
"""The form value for undoing the participant's last pathway step. Undoing a pathway step is recorded as
another step.
"""
EXPECTS_WORK: Final = frozenset(
    {PathwayState.REFERRED, PathwayState.INITIAL_MEETING, PathwayState.SUITABLE, PathwayState.IN_PROGRAMME}
)
"""The pathway states in which participants can do work."""
SESSIONS: Final = frozenset({AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION})
ENDS: Final = {
    PathwayState.NOT_NOW: SESSIONS,
    PathwayState.NOT_SUITABLE: SESSIONS,
    PathwayState.COMPLETED: SESSIONS,
    PathwayState.ENDED_EARLY: SESSIONS,
    PathwayState.REVIEWS: SESSIONS,
    PathwayState.CLOSED: frozenset(AppointmentKind),
}
"""For each pathway state, the kinds of future meeting that are cancelled when an enrolment enters the state.
"""
OVER: Final = frozenset({PathwayState.CLOSED, PathwayState.DIED})
"""The pathway states in which an enrolment needs no practitioner."""


@dataclass(frozen=True)
class PathwayStep:
    """A recorded move to a pathway state.

    If ``back`` is True, somebody took this step to undo a mistaken step.
    """

    id: UUID
    state: PathwayState
    day: date
    at: datetime
    by: UUID
    reason: str
    back: bool = False


def standing(steps: Sequence[PathwayStep]) -> list[PathwayStep]:
    """Return the pathway steps that nobody has undone."""
    found: list[PathwayStep] = []
    for step in steps:
        if step.back:
            found.pop()
        else:
            found.append(step)
    return found


def came_from(steps: Sequence[PathwayStep]) -> PathwayStep | None:
    """Return the last step but one, or None. A step on the pathway that somebody has undone doesn't count."""
    found = standing(steps)
    return found[-2] if len(found) > 1 else None


@dataclass(frozen=True)
class StepForm:
    """A move on the pathway as typed in a form. ``seen`` is the pathway state that the page with the form
    showed.
    """

    seen: str
    to: str
    day: str
    reason: str


def move(
    state: PathwayState, typed: StepForm, since: date, now: datetime, also: Iterable[Problem] = ()
) -> tuple[PathwayState, date, str]:
    """Check a move on the pathway. Return the new pathway state, the day of the move and the reason for the
    move.

    The participant has been in ``state`` since the day ``since``. Raise ``NotAllowed`` if the new state can't
    follow ``state``. Raise ``Rejected`` if the day or the reason isn't valid, or if the caller passes other
    problems in ``also``.
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
    """Clean and return the reason for a pathway step or a handover.

    Raise ``Rejected`` if the reason isn't valid.
    """
    return clean(text, REASON_MOST, "reason", required=required)
