"""Test how many of the programme's sessions count as having taken place."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.meetings.progress import Sessions, sessions

NOW = datetime(2026, 12, 10, 12, tzinfo=UTC)
SESSION = AppointmentKind.SESSION


def met(
    days: int, attendance: Attendance = Attendance.NOT_NOTED, kind: AppointmentKind = SESSION
) -> Appointment:
    return Appointment(uuid4(), kind, NOW + timedelta(days), 120, "epsom", 1, attendance)


def test_only_sessions_that_took_place_are_counted_as_progress() -> None:
    those = [
        met(-40, kind=AppointmentKind.INITIAL_MEETING),
        met(-30, Attendance.ATTENDED),
        met(-20, Attendance.MISSED),
        met(-15, Attendance.CANCELLED_BY_SERVICE),
        met(-10),  # no attendance is recorded, so the session is counted as attended
        met(-5, Attendance.ATTENDED, AppointmentKind.ADDITIONAL_SESSION),
        met(0),  # this session is in progress
        met(7),
    ]
    found = sessions(those, 5, NOW)
    assert (found, found.next) == (Sessions(2, 5), 3)


def test_there_is_no_next_session_after_the_last_one() -> None:
    those = [met(-days, Attendance.ATTENDED) for days in range(1, 8)]
    found = sessions(those, 5, NOW)
    assert (found, found.next) == (Sessions(5, 5), 0)
    assert sessions([], 0, NOW).next == 0
