"""A day and a time in London as typed, and the moment that they are."""

from datetime import UTC, datetime

import pytest

from companion.domain.appointments import starts_at
from companion.domain.refusals import Rejected

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_winter_and_summer() -> None:
    assert starts_at("2026-12-03", "14:00", NOW) == datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
    assert starts_at("2027-07-01", "14:00", NOW) == datetime(2027, 7, 1, 13, 0, tzinfo=UTC)


def test_in_the_hour_that_occurs_twice_the_first_is_meant() -> None:
    assert starts_at("2027-10-31", "01:30", NOW) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "time", "key"),
    [
        ("2026-02-30", "14:00", "bad_date"),
        ("soon", "14:00", "bad_date"),
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
def test_what_cannot_be_is_named(day: str, time: str, key: str) -> None:
    with pytest.raises(Rejected) as refused:
        starts_at(day, time, NOW)
    assert refused.value.problems[0].key == key


def test_a_leap_day() -> None:
    assert starts_at("2028-02-29", "10:00", NOW) == datetime(2028, 2, 29, 10, 0, tzinfo=UTC)
