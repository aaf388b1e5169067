"""Find sessions in the next few days for which no work has been set."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from companion.domain.enrolments.pathway import EXPECTS_WORK, SESSIONS, PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance, due_before
from companion.domain.time.working_days import london_day, midnight, working_day_after

WORKING_DAYS: Final = 2
"""Work should be set at least this many working days before the session in which it is discussed."""


def set_by(now: datetime) -> datetime:
    """Return the end of the second working day after today."""
    return midnight(working_day_after(london_day(now), WORKING_DAYS) + timedelta(days=1))


def without_work(
    state: PathwayState, meetings: Collection[Appointment], meant: Iterable[UUID], now: datetime
) -> list[Appointment]:
    """Return the sessions in the next two working days for which no work has been set.

    ``meant`` contains the ids of the appointments for which work has already been set.
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
