"""Test working days in England over weekends, bank holidays and New Year."""

from datetime import UTC, date, datetime

import pytest

from companion.domain.time.working_days import at_hour, is_working_day, london_day, working_day_after


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 25)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # this is a Friday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # this is a Saturday
        (date(2026, 11, 29), 1, date(2026, 11, 30)),  # this is a Sunday
        (date(2026, 11, 27), 2, date(2026, 12, 1)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # this is the Thursday before Easter
        # Boxing Day is a Saturday, and the following Monday is the substitute
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 5, 22), 1, date(2026, 5, 26)),  # Monday 25 May is the spring bank holiday
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
    ],
)
def test_the_next_working_day_skips_weekends_and_bank_holidays(day: date, count: int, after: date) -> None:
    assert working_day_after(day, count) == after
    assert is_working_day(after)


def test_other_nations_holidays_are_working_days_in_england() -> None:
    assert is_working_day(date(2026, 3, 17))  # this is a holiday in Northern Ireland
    assert is_working_day(date(2026, 11, 30))  # this is a holiday in Scotland
    assert not is_working_day(date(2026, 8, 31))


def test_hours_and_days_are_in_london_time() -> None:
    assert at_hour(date(2026, 7, 1), 12) == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert at_hour(date(2026, 12, 1), 12) == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert london_day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
