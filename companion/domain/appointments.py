"""Appointments: meetings in person, stored in UTC, agreed and shown in the time of London."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from companion.domain.london import LONDON
from companion.domain.refusals import Problem, Rejected


class AppointmentKind(StrEnum):
    """What the meeting is (programme: initial meeting, five sessions, sometimes a sixth, reviews)."""

    INITIAL_MEETING = "initial_meeting"
    SESSION = "session"
    ADDITIONAL_SESSION = "additional_session"
    REVIEW_MEETING = "review_meeting"


@dataclass(frozen=True)
class Appointment:
    """One meeting of one enrolment. ``revision`` counts its moves, so that two people cannot undo each other."""

    id: UUID
    kind: AppointmentKind
    starts_at: datetime
    minutes: int
    site: str
    revision: int


FURTHEST = timedelta(days=3 * 365)


def starts_at(day: str, clock: str, now: datetime) -> datetime:
    """The moment, in UTC, of a day and a time in London as typed (``2026-12-03``, ``14:00``).

    Raises ``Rejected`` for what is no date or time, for the hour that the clocks skip in spring, for
    the past and for more than three years ahead. In the hour that occurs twice the first one is meant.
    """
    try:
        on = date.fromisoformat(day.strip())
    except ValueError as error:
        raise Rejected(Problem("bad_date", field="day")) from error
    try:
        at = time.fromisoformat(clock.strip())
    except ValueError as error:
        raise Rejected(Problem("bad_time", field="time")) from error
    if at.tzinfo:
        raise Rejected(Problem("bad_time", field="time"))
    local = datetime.combine(on, at, LONDON)
    moment = local.astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Rejected(Problem("no_such_time", field="time"))
    if moment <= now:
        raise Rejected(Problem("in_the_past", field="day"))
    if moment - now > FURTHEST:
        raise Rejected(Problem("too_far_ahead", field="day"))
    return moment
