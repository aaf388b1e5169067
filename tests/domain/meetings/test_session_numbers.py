"""Test session numbers. A missed or cancelled session gets no number."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.meetings.progress import numbers

FIRST = datetime(2026, 11, 2, 14, tzinfo=UTC)


def session(week: int, attendance: Attendance = Attendance.NOT_NOTED, kind: str = "session") -> Appointment:
    starts_at = FIRST + timedelta(weeks=week)
    return Appointment(uuid4(), AppointmentKind(kind), starts_at, 120, "epsom", 1, attendance)


def test_missed_or_cancelled_sessions_get_no_number() -> None:
    those = [
        session(0, kind="initial_meeting"),
        session(1, Attendance.ATTENDED),
        session(2, Attendance.MISSED),
        session(3),
        session(4, Attendance.CANCELLED_BY_SERVICE),
        session(5),
        session(6),
    ]
    found = numbers(reversed(those))
    assert [found.get(each.id, 0) for each in those] == [0, 1, 0, 2, 0, 3, 4]
