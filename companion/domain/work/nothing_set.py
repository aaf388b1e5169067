"""Sessions that come soon and for which no work is set."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from companion.domain.enrolments.pathway import EXPECTS_WORK, SESSIONS, PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance, due_before
from companion.domain.time.working_days import london_day, midnight, working_day_after

WORKING_DAYS: Final = 2
"""So long before a session its work should be set, to leave time for it."""


def set_by(now: datetime) -> datetime:
    """Return the moment before which a session begins that is at most two working days away."""
    return midnight(working_day_after(london_day(now), WORKING_DAYS) + timedelta(days=1))


def without_work(
    state: PathwayState, meetings: Collection[Appointment], meant: Iterable[UUID], now: datetime
) -> list[Appointment]:
    """Return the sessions at most two working days away before which no work is due.

    ``meant`` are the appointments that the work of this enrolment was set for, done or not.
    """
    if state not in EXPECTS_WORK:
        return []
    by_id = {each.id: each for each in meetings}
    covered = {due_before(by_id[each], meetings).id for each in meant}
    return [
        each
        for each in meetings
        if each.kind in SESSIONS
        and each.attendance is Attendance.NOT_NOTED
        and now < each.starts_at < set_by(now)
        and each.id not in covered
    ]
