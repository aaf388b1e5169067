"""Test that weeks run from Monday to Sunday in London, and that a URL selects the right week."""

from datetime import UTC, date, datetime

import pytest

from companion.domain.meetings.week import Week, asked, holds

TODAY = date(2026, 11, 24)  # this is a Tuesday
THIS = Week(date(2026, 11, 23))


def test_a_week_starts_on_monday_whichever_of_its_days_is_given() -> None:
    assert {Week.of(day) for day in THIS.days} == {THIS}
    assert (THIS.before.days[-1], THIS.after.days[0]) == (date(2026, 11, 22), date(2026, 11, 30))
    assert [day.weekday() for day in THIS.days] == [*range(7)]


@pytest.mark.parametrize(
    ("monday", "hours"),
    [(date(2026, 11, 23), 168), (date(2026, 3, 23), 167), (date(2026, 10, 19), 169)],
)
def test_a_week_with_a_clock_change_is_an_hour_shorter_or_longer(monday: date, hours: int) -> None:
    assert Week(monday).span.minutes == hours * 60


def test_an_appointment_at_midnight_after_sunday_is_in_the_next_week() -> None:
    midnight = datetime(2026, 11, 30, tzinfo=UTC)
    assert not holds(THIS, midnight) and holds(THIS.after, midnight)
    assert holds(THIS, datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "week", "read"),
    [
        ("", THIS, True),
        ("2026-11-29", THIS, True),
        ("2026-12-03", THIS.after, True),
        ("2026-02-30", THIS, False),
        ("2026-W50-1", THIS, False),
        ("9999-12-31", THIS, False),
        ("0001-01-01", THIS, False),
        ("x" * 3000, THIS, False),
    ],
)
def test_an_invalid_day_in_a_url_means_the_current_week(text: str, week: Week, read: bool) -> None:
    assert asked(text, TODAY) == (week, read)
