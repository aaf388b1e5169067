"""Test with an independent library that a calendar file contains only times and places."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from icalendar import Calendar, Event

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.meetings.icalendar_file import calendar

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
PLACE = (
    "Nightingale House, 46-48 East Street; Epsom\\Surrey, opposite a café that everybody in the town knows"
)


def events(data: bytes) -> list[Event]:
    return [each for each in Calendar.from_ical(data).walk("VEVENT") if isinstance(each, Event)]


def an_appointment(moment: datetime, attendance: Attendance = Attendance.NOT_NOTED) -> Appointment:
    return Appointment(uuid4(), AppointmentKind.INITIAL_MEETING, moment, 75, "epsom", 4, attendance)


def test_an_independent_library_can_read_a_calendar_file() -> None:
    summer = an_appointment(datetime(2027, 7, 1, 13, 0, tzinfo=UTC))
    off = an_appointment(NOW + timedelta(days=2), Attendance.CANCELLED_BY_SERVICE)
    read, cancelled = events(calendar([summer, off], "Appointment", lambda _: PLACE, NOW))
    assert read.decoded("dtstart") == summer.starts_at
    assert read.decoded("dtend") - read.decoded("dtstart") == timedelta(minutes=75)
    assert (read["uid"], read["sequence"], read["summary"]) == (str(summer.id), 4, "Appointment")
    assert read["location"] == PLACE
    assert (read["status"], cancelled["status"]) == ("CONFIRMED", "CANCELLED")


def test_a_calendar_file_does_not_reveal_what_the_appointment_is_for() -> None:
    data = calendar([an_appointment(NOW)], "Appointment", lambda _: "Epsom", NOW)
    (read,) = events(data)
    fields = {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "CLASS"}
    assert set(read) == fields
    assert b"meeting" not in data.lower()


def test_long_lines_of_a_calendar_file_are_folded() -> None:
    data = calendar([an_appointment(NOW)], "Appointment", lambda _: PLACE, NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"Nightingale House\\, 46-48 East Street\\; Epsom\\\\Surrey" in data.replace(b"\r\n ", b"")


def test_times_in_a_calendar_file_are_in_utc() -> None:
    data = calendar(
        [an_appointment(datetime(2027, 3, 28, 1, 30, tzinfo=UTC))], "Appointment", lambda _: "Epsom", NOW
    )
    assert b"DTSTART:20270328T013000Z" in data and b"TZID" not in data


def test_a_calendar_file_without_appointments_is_valid() -> None:
    assert events(calendar([], "Appointment", lambda _: "Epsom", NOW)) == []
