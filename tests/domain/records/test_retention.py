"""Test how many calendar years data is kept for, with two independent calculations."""

from datetime import date, timedelta

import pytest

from companion.content import policy_file
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.records.policies import Policy
from companion.domain.records.retention import Rule, Then, read_schedule

ONE_DAY = timedelta(1)


def rule(years: int = 0, days: int = 0) -> Rule:
    return Rule(
        "over", Then.ERASE, "All of it", "A claim.", "the last step", years, days, (PathwayState.CLOSED,)
    )


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 11, 24), date(2032, 11, 24)),
        (date(2027, 3, 1), date(2033, 3, 1)),
        (date(2024, 2, 29), date(2030, 3, 1)),
        (date(2026, 2, 28), date(2032, 2, 28)),
    ],
)
def test_six_years_of_retention_are_calendar_years_and_allow_for_leap_days(since: date, until: date) -> None:
    assert rule(years=6).until(since) == until


@pytest.mark.parametrize("kept", [rule(years=6), rule(years=2), rule(days=400), rule(years=1, days=30)])
def test_companion_finds_how_late_a_retention_period_can_start_and_still_end_by_a_given_day(
    kept: Rule,
) -> None:
    day = date(2027, 1, 1)
    while day < date(2033, 1, 1):
        last = kept.from_before(day)
        assert kept.until(last) <= day < kept.until(last + ONE_DAY), day
        day += ONE_DAY


def test_the_shipped_retention_schedule_gives_its_periods_in_years() -> None:
    schedule = read_schedule(policy_file(Policy.RETENTION).read_bytes())
    closed, referred = schedule.for_state(PathwayState.CLOSED), schedule.for_state(PathwayState.REFERRED)
    assert closed and referred and (closed.years, referred.years) == (6, 2)
