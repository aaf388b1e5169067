"""Test the days and times of appointments, whether people attended, and when work is due."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import (
    LATELY,
    Appointment,
    Attendance,
    attendance,
    due_before,
    may_be_noted,
    minutes,
    starts_at,
)
from companion.domain.refusals import Rejected

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
CANCELLED = Attendance.CANCELLED_BY_SERVICE


def test_typed_times_are_in_london_time_in_winter_and_summer() -> None:
    assert starts_at("2026-12-03", "14:00", NOW) == datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
    assert starts_at("2027-07-01", "14:00", NOW) == datetime(2027, 7, 1, 13, 0, tzinfo=UTC)


def test_when_the_clocks_go_back_a_repeated_time_is_taken_as_the_first_one() -> None:
    assert starts_at("2027-10-31", "01:30", NOW) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "time", "key"),
    [
        ("2026-02-30", "14:00", "bad_date"),
        ("soon", "14:00", "bad_date"),
        ("2026-W50-1", "14:00", "bad_date"),
        ("2026-12-03", "14:00:00", "bad_time"),
        ("2026-12-03", "1400", "bad_time"),
        ("", "14:00", "bad_date"),
        ("2026-12-03", "25:00", "bad_time"),
        ("2026-12-03", "", "bad_time"),
        ("2026-12-03", "14:00+05:00", "bad_time"),
        ("2027-03-28", "01:30", "no_such_time"),
        ("2026-11-24", "14:00", "in_the_past"),
        ("2026-11-01", "14:00", "in_the_past"),
        ("2031-11-01", "14:00", "too_far_ahead"),
        ("9999-12-31", "23:59", "too_far_ahead"),
        ("0001-01-01", "00:00", "in_the_past"),
    ],
)
def test_an_invalid_day_or_time_is_refused_and_the_error_says_why(day: str, time: str, key: str) -> None:
    with pytest.raises(Rejected) as refused:
        starts_at(day, time, NOW)
    assert refused.value.problems[0].key == key


def test_a_meeting_that_took_place_in_the_last_two_weeks_can_be_added() -> None:
    assert f"{starts_at('2026-11-11', '14:00', NOW, back=LATELY):%d %H}" == "11 14"
    with pytest.raises(Rejected) as refused:
        starts_at("2026-11-09", "14:00", NOW, back=LATELY)
    assert refused.value.problems[0].key == "too_long_ago"


def test_a_leap_day_is_a_valid_day() -> None:
    assert starts_at("2028-02-29", "10:00", NOW) == datetime(2028, 2, 29, 10, 0, tzinfo=UTC)


def appointment(day: int, attendance: Attendance = Attendance.NOT_NOTED, cancelled: int = 0) -> Appointment:
    """Return an appointment in December 2026.

    If ``cancelled`` is given, the appointment was cancelled on that day.
    """
    at = datetime(2026, 12, cancelled, 9, tzinfo=UTC) if cancelled else None
    then = datetime(2026, 12, day, 14, tzinfo=UTC)
    return Appointment(uuid4(), AppointmentKind.SESSION, then, 120, "epsom", 1, attendance, at)


def test_only_a_cancellation_can_be_recorded_before_an_appointment() -> None:
    ahead = appointment(10)
    begun = ahead.starts_at
    cancelled = (Attendance.CANCELLED_BY_PARTICIPANT, Attendance.CANCELLED_BY_SERVICE)
    assert may_be_noted(ahead, NOW) == cancelled
    assert may_be_noted(ahead, begun) == (Attendance.ATTENDED, Attendance.MISSED, *cancelled)
    for noted in (*cancelled, Attendance.ATTENDED, Attendance.MISSED):
        assert may_be_noted(replace(ahead, attendance=noted), begun)[-1] is Attendance.NOT_NOTED


@pytest.mark.parametrize("chosen", ["attended", "missed", "not_noted", "lost", ""])
def test_a_future_appointment_cannot_be_recorded_as_attended_or_missed(chosen: str) -> None:
    with pytest.raises(Rejected):
        attendance(chosen, appointment(10), NOW)


def test_work_for_a_cancelled_appointment_is_due_before_the_next_appointment() -> None:
    attended, meant = appointment(1, Attendance.ATTENDED), appointment(8, CANCELLED, cancelled=3)
    also_cancelled, later, last = appointment(9, CANCELLED, cancelled=3), appointment(15), appointment(22)
    everything = [last, attended, meant, later, also_cancelled]
    assert due_before(later, everything) is later
    assert due_before(meant, everything) is later
    earlier_instead = appointment(5)
    assert due_before(meant, [*everything, earlier_instead]) is earlier_instead


def test_work_has_no_due_date_after_the_last_appointment_is_cancelled() -> None:
    meant = appointment(8, CANCELLED, cancelled=3)
    found = due_before(meant, [appointment(1, Attendance.ATTENDED), meant])
    assert found is meant and found.due_at is None
    assert appointment(8).due_at == datetime(2026, 12, 8, 14, tzinfo=UTC)


def test_work_moves_to_the_next_appointment_even_if_a_cancellation_is_recorded_late() -> None:
    meant, next_one = appointment(1, CANCELLED, cancelled=20), appointment(8, Attendance.ATTENDED)
    assert due_before(meant, [meant, next_one, appointment(22)]) is next_one


@pytest.mark.parametrize(("typed", "long"), [("", 90), (" 60 ", 60), ("75", 75), ("90", 90)])
def test_an_appointment_length_within_the_limits_is_accepted(typed: str, long: int) -> None:
    assert minutes(typed, 60, 90) == long


@pytest.mark.parametrize("typed", ["59", "91", "-60", "sixty", "٦٠", "1e2", "60.0", "0060"])
def test_an_appointment_length_outside_the_limits_is_refused(typed: str) -> None:
    with pytest.raises(Rejected) as refused:
        minutes(typed, 60, 90)
    assert refused.value.problems[0].values == {"least": 60, "most": 90}
    with pytest.raises(Rejected):
        minutes(typed, 120, 120)
