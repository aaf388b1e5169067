"""Test the proposed days for a series of appointments, and moving several appointments together."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance, starts_at
from companion.domain.meetings.recurrence import (
    Proposed,
    Slot,
    by_rhythm,
    rhythm,
    sessions_to_book,
    shifted,
    spans,
)
from companion.domain.refusals import Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def at(day: str, clock: str = "14:00") -> datetime:
    return starts_at(day, clock, NOW)


def days(found: list[Proposed]) -> list[str]:
    return [f"{each.at:%Y-%m-%d}" for each in found]


def session(moment: datetime, attendance: Attendance = Attendance.NOT_NOTED) -> Appointment:
    return Appointment(uuid4(), AppointmentKind.SESSION, moment, 120, "epsom", 1, attendance)


def test_weekly_sessions_over_christmas_avoid_bank_holidays() -> None:
    found = by_rhythm(at("2026-12-11"), 7, 5)  # this is a Friday
    assert days(found) == ["2026-12-11", "2026-12-18", "2026-12-29", "2027-01-04", "2027-01-08"]
    assert [each.instead_of for each in found] == [None, None, date(2026, 12, 25), date(2027, 1, 1), None]


def test_proposed_sessions_keep_their_time_of_day_across_a_clock_change() -> None:
    found = by_rhythm(at("2027-03-18"), 14, 2)
    moments = [starts_at(f"{each.at:%Y-%m-%d}", f"{each.at:%H:%M}", NOW) for each in found]
    assert [f"{each.at:%H:%M}" for each in found] == ["14:00", "14:00"]
    assert moments[1] - moments[0] == timedelta(days=14, hours=-1)


def test_a_session_proposed_for_a_weekend_is_moved_to_monday() -> None:
    (only,) = by_rhythm(at("2026-12-05"), 7, 1)
    assert (f"{only.at:%Y-%m-%d %H:%M}", only.instead_of) == ("2026-12-07 14:00", date(2026, 12, 5))


@given(st.integers(1, 1000), st.integers(1, 60), st.integers(1, 8))
def test_each_proposed_session_is_on_a_later_working_day_than_the_one_before(
    ahead: int, every: int, count: int
) -> None:
    found = by_rhythm(NOW + timedelta(days=ahead), every, count)
    on = [each.at.date() for each in found]
    assert len(on) == count and on == sorted(set(on)) and all(map(is_working_day, on))
    assert len({each.at.strftime("%H:%M") for each in found}) == 1


def test_the_interval_between_sessions_is_read_from_a_form() -> None:
    assert [rhythm(*chosen) for chosen in (("week", ""), ("two-weeks", "x"), ("days", " 10 "))] == [7, 14, 10]
    assert rhythm("days", "\x1f10") == 10, "what Python strips and int() does not take"
    for wrong in (("month", ""), ("", ""), ("days", "0"), ("days", "61"), ("days", "٣"), ("days", "")):
        with pytest.raises(Rejected):
            rhythm(*wrong)


def test_moving_a_session_moves_the_following_sessions_by_as_many_days() -> None:
    first, second, third = (session(at(day)) for day in ("2027-03-18", "2027-03-25", "2027-04-08"))
    found = shifted(first, at("2027-03-23", "10:30"), [second, third])
    assert [f"{each.at:%Y-%m-%d %H:%M}" for each in found] == [
        "2027-03-23 10:30",
        "2027-03-30 10:30",
        "2027-04-13 10:30",
    ]


def test_proposed_dates_skip_weekends_but_a_chosen_weekend_day_stays() -> None:
    first, second = session(at("2026-12-10")), session(at("2026-12-17"))
    saturday = at("2026-12-12")
    found = shifted(first, saturday, [second])
    assert days(found) == ["2026-12-12", "2026-12-21"]
    assert [each.instead_of for each in found] == [None, date(2026, 12, 19)]


def test_an_error_in_a_proposed_session_names_its_row() -> None:
    slots = [
        Slot("2026-12-10", "14:00"),
        Slot("soon", "14:00"),
        Slot("2027-03-28", "01:30"),
        Slot("2026-12-10", "15:59"),
        Slot("2026-11-01", "14:00"),
        Slot("2031-11-01", "14:00"),
        Slot("2026-12-10", "16:00"),
    ]
    with pytest.raises(Rejected) as refused:
        spans(slots, [120] * 7, NOW)
    assert [(problem.key, problem.field) for problem in refused.value.problems] == [
        ("bad_date", "day-2"),
        ("no_such_time", "time-3"),
        ("rows_overlap", "day-4"),
        ("in_the_past", "day-5"),
        ("too_far_ahead", "day-6"),
        ("rows_overlap", "day-7"),
    ]


def test_a_session_time_that_occurs_twice_when_clocks_go_back_means_the_earlier_one() -> None:
    (span,) = spans([Slot("2027-10-31", "01:30")], [120], NOW)
    assert span.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert span.starts_at.astimezone(LONDON).fold == 0


def test_missed_or_cancelled_sessions_have_to_be_booked_again() -> None:
    lengths = [120, 120, 120, 90, 60]
    held = [
        session(at("2026-12-01"), Attendance.ATTENDED),
        session(at("2026-12-02"), Attendance.MISSED),
        session(at("2026-12-03"), Attendance.CANCELLED_BY_PARTICIPANT),
        session(at("2026-12-04")),
    ]
    review = Appointment(uuid4(), AppointmentKind.REVIEW_MEETING, at("2026-12-05"), 90, "epsom", 1)
    assert sessions_to_book([], lengths) == list(enumerate(lengths, 1))
    assert sessions_to_book([*held, review], lengths) == [(3, 120), (4, 90), (5, 60)]
    assert sessions_to_book([session(at("2026-12-04"))] * 6, lengths) == []
