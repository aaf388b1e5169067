"""Test when the service on a signpost is open, on ordinary and unusual days and nights."""

from datetime import UTC, datetime
from typing import Literal, get_args

import pytest

from companion.domain.signposts.opening_hours import (
    LONDON,
    Always,
    Hours,
    Nation,
    Opening,
    OpeningState,
    ToBeConfirmed,
    Weekday,
    Weekly,
    opening_at,
)

Policy = Literal["open", "closed", "unknown"]
DAYS: tuple[Weekday, ...] = get_args(Weekday)
WORKING_DAYS = DAYS[:5]
NATIONS: tuple[Nation, ...] = get_args(Nation)


def london(written: str, *, fold: int = 0) -> datetime:
    """Return a time in London.

    ``fold=1`` means the second occurrence of the hour that October's clock change repeats.
    """
    return datetime.fromisoformat(written).replace(tzinfo=LONDON, fold=fold)


def hours(days: tuple[Weekday, ...], start: str, until: str) -> Hours:
    return Hours(days=days, start=start, until=until, over_midnight=until <= start)


def weekly(*times: Hours, nation: Nation = "england", on_bank_holidays: Policy = "closed") -> Weekly:
    return Weekly(hours=times, nations=(nation,), on_bank_holidays=on_bank_holidays)


HELPLINE = weekly(hours(DAYS[:4], "09:00", "21:00"), hours(("friday",), "09:00", "17:00"))
NIGHTS = weekly(hours(DAYS, "22:00", "02:00"), on_bank_holidays="open")


@pytest.mark.parametrize(
    ("when", "now", "state", "change"),
    [
        (HELPLINE, "2026-11-24 08:59:59", "closed", "2026-11-24 09:00"),
        (HELPLINE, "2026-11-24 09:00", "open", "2026-11-24 21:00"),
        (HELPLINE, "2026-11-27 16:59:59", "open", "2026-11-27 17:00"),
        (HELPLINE, "2026-11-27 17:00", "closed", "2026-11-30 09:00"),
        # Christmas Day 2026 is a Friday. Boxing Day is a Saturday, so Monday 28 December is a bank holiday.
        (HELPLINE, "2026-12-24 21:00", "closed", "2026-12-29 09:00"),
        # The clocks go forward on 29 March 2026 and back on 25 October. The helpline opens at nine before and
        # after each change.
        (HELPLINE, "2026-03-27 18:00", "closed", "2026-03-30 09:00"),
        (HELPLINE, "2026-10-23 18:00", "closed", "2026-10-26 09:00"),
        # The leap day in 2024 is an ordinary Thursday.
        (HELPLINE, "2024-02-28 22:00", "closed", "2024-02-29 09:00"),
        (HELPLINE, "2024-02-29 12:00", "open", "2024-02-29 21:00"),
        (NIGHTS, "2026-11-24 23:59:59", "open", "2026-11-25 02:00"),
        (NIGHTS, "2026-11-25 00:00", "open", "2026-11-25 02:00"),
        (NIGHTS, "2026-11-25 02:00", "closed", "2026-11-25 22:00"),
        (NIGHTS, "2026-12-31 23:30", "open", "2027-01-01 02:00"),
        (NIGHTS, "2028-02-28 23:00", "open", "2028-02-29 02:00"),
    ],
)
def test_each_signposts_next_opening_or_closing_is_correct(
    when: Weekly, now: str, state: str, change: str
) -> None:
    answer = opening_at(when, london(now))
    assert (answer.state, answer.changes) == (state, london(change))


def test_opening_hours_are_correct_in_the_hour_that_the_march_clock_change_skips() -> None:
    late = weekly(hours(("sunday",), "01:30", "04:00"), on_bank_holidays="open")
    assert opening_at(late, london("2026-03-29 00:59")).opens == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    missing = weekly(hours(("sunday",), "01:10", "01:50"), on_bank_holidays="open")
    assert opening_at(missing, london("2026-03-29 00:59")).opens == london("2026-04-05 01:10")


def test_opening_hours_are_correct_in_the_hour_that_the_october_clock_change_repeats() -> None:
    until_half_past_one = weekly(hours(("saturday",), "22:00", "01:30"), on_bank_holidays="open")
    first = opening_at(until_half_past_one, london("2026-10-25 01:29"))
    assert first.until == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert opening_at(until_half_past_one, london("2026-10-25 01:29", fold=1)).state == OpeningState.CLOSED
    until_two = weekly(hours(("saturday",), "22:00", "02:00"), on_bank_holidays="open")
    assert opening_at(until_two, london("2026-10-25 01:59", fold=1)).until == datetime(
        2026, 10, 25, 2, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("day", "closed_in"),
    [
        ("2024-01-02", {"scotland"}),
        ("2025-04-18", set(NATIONS)),  # Good Friday
        ("2026-04-06", {"england", "wales", "northern-ireland"}),  # Easter Monday
        ("2026-03-17", {"northern-ireland"}),  # Saint Patrick's Day
        ("2027-07-12", {"northern-ireland"}),  # Battle of the Boyne
        ("2026-07-13", {"northern-ireland"}),  # the 12th was a Sunday
        ("2026-08-03", {"scotland"}),
        ("2026-08-31", {"england", "wales", "northern-ireland"}),
        ("2026-11-30", {"scotland"}),  # Saint Andrew's Day
        ("2027-12-27", set(NATIONS)),  # Christmas Day was a Saturday
        ("2026-11-24", set()),
    ],
)
def test_a_helpline_closes_on_the_bank_holidays_of_the_nation_that_it_serves(
    day: str, closed_in: set[str]
) -> None:
    noon = london(f"{day} 12:00")
    always_noon = hours(WORKING_DAYS, "09:00", "17:00")
    closed = {
        n for n in NATIONS if opening_at(weekly(always_noon, nation=n), noon).state == OpeningState.CLOSED
    }
    assert closed == closed_in
    either = Weekly(hours=(always_noon,), nations=("england", "scotland"), on_bank_holidays="closed")
    assert (opening_at(either, noon).state == OpeningState.CLOSED) == bool(
        closed_in & {"england", "scotland"}
    )


def test_if_bank_holiday_hours_are_unknown_companion_says_that_the_hours_may_be_different() -> None:
    unknown = Weekly(hours=HELPLINE.hours, nations=("england",), on_bank_holidays="unknown")
    christmas = london("2026-12-25 09:00")
    assert opening_at(unknown, london("2026-12-24 22:00")) == Opening(
        state=OpeningState.CLOSED, opens=christmas, may_differ=True
    )
    assert opening_at(unknown, christmas).may_differ
    assert opening_at(unknown, london("2026-12-24 12:00")) == Opening(
        state=OpeningState.OPEN, until=london("2026-12-24 21:00")
    )


def test_opening_hours_are_not_predicted_past_a_bank_holiday_with_unknown_hours() -> None:
    day_and_night = weekly(hours(DAYS, "00:00", "00:00"), on_bank_holidays="unknown")
    until_christmas = opening_at(day_and_night, london("2026-12-24 12:00"))
    assert until_christmas == Opening(state=OpeningState.OPEN, until=london("2026-12-25 00:00"))
    assert opening_at(day_and_night, london("2026-12-25 00:00")).may_differ


def test_opening_hours_past_midnight_belong_to_the_day_on_which_they_begin() -> None:
    nights = weekly(hours(DAYS, "22:00", "02:00"))
    assert opening_at(nights, london("2026-12-25 01:00")).state == OpeningState.OPEN
    assert opening_at(nights, london("2026-12-27 01:00")).state == OpeningState.CLOSED


def test_a_signpost_that_never_closes_has_no_next_opening_or_closing() -> None:
    now = london("2026-11-24 12:00")
    all_week = weekly(hours(DAYS, "00:00", "00:00"), on_bank_holidays="open")
    assert opening_at(all_week, now) == Opening(state=OpeningState.OPEN)
    assert opening_at(Always(), now) == Opening(state=OpeningState.ALWAYS)
    assert opening_at(ToBeConfirmed(), now) == Opening(state=OpeningState.UNKNOWN)


def test_a_time_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without its zone"):
        opening_at(Always(), london("2026-11-24 12:00").replace(tzinfo=None))


@pytest.mark.parametrize(
    ("days", "in_a_row"),
    [(DAYS[:4], True), (DAYS[:2], False), (("monday", "wednesday", "friday"), False), (DAYS[::-1], False)],
)
def test_days_that_follow_one_another_are_recognised_as_consecutive(
    days: tuple[Weekday, ...], in_a_row: bool
) -> None:
    assert hours(days, "09:00", "17:00").in_a_row == in_a_row
