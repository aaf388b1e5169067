"""Compare the opening times at every minute with a second, simpler calculation that ignores time zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

import holidays
import hypothesis.strategies as st
from hypothesis import assume, example, given, settings

from companion.domain.signposts.opening_hours import (
    LONDON,
    Hours,
    Nation,
    OpeningState,
    Weekday,
    Weekly,
    opening_at,
)

Policy = Literal["open", "closed", "unknown"]
DAYS: tuple[Weekday, ...] = get_args(Weekday)
CODES: dict[Nation, str] = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
BANK_HOLIDAYS = {
    nation: holidays.country_holidays("GB", subdiv=code, years=range(2023, 2038))
    for nation, code in CODES.items()
}


def hours(day: Weekday, start: str, until: str) -> Hours:
    return Hours(days=(day,), start=start, until=until, over_midnight=until <= start)


EARLY_SUNDAY = Weekly(
    hours=(hours("sunday", "01:30", "02:30"),), nations=("wales",), on_bank_holidays="closed"
)


def minutes(now: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield each UTC minute with the latest local time London clocks have shown so far (they go back in
    autumn).
    """
    first = now.astimezone(UTC).replace(second=0, microsecond=0)
    latest = datetime.min  # noqa: DTZ901 - a wall clock has no zone
    for count in range(-180, days * 24 * 60):
        minute = first + timedelta(minutes=count)
        latest = max(latest, minute.astimezone(LONDON).replace(tzinfo=None))
        if count >= 0:
            yield minute, latest


def walls(when: Weekly, first: date, days: int) -> list[tuple[datetime, datetime, bool]]:
    """Return the opening times as local dates and times, ignoring clock changes."""
    written = []
    for day in (first + timedelta(days=count) for count in range(days)):
        holiday = any(day in BANK_HOLIDAYS[nation] for nation in when.nations)
        for times in when.hours:
            if f"{day:%A}".lower() in times.days and not (holiday and when.on_bank_holidays == "closed"):
                start = datetime.combine(day, time.fromisoformat(times.start))
                until = datetime.combine(day, time.fromisoformat(times.until))
                if times.over_midnight:
                    until += timedelta(days=1)
                written.append((start, until, holiday and when.on_bank_holidays == "unknown"))
    return written


@st.composite
def weeks(draw: st.DrawFn) -> Weekly:
    """Return weekly hours that don't overlap."""
    day = 24 * 60
    odd = st.sampled_from([0, day, 6 * day, 6 * day + 60, 6 * day + 90, 6 * day + 120, 7 * day - 1])
    cuts = sorted(draw(st.sets(st.integers(0, 7 * day - 1) | odd, min_size=2, max_size=12)))
    open_hours = []
    for start, end in zip(cuts, [*cuts[1:], cuts[0] + 7 * day], strict=True):
        if end - start <= day and draw(st.booleans()):
            clock = [f"{at // 60 % 24:02}:{at % 60:02}" for at in (start, end)]
            open_hours.append(hours(DAYS[start // day], *clock))
    assume(open_hours)
    nations = draw(st.sets(st.sampled_from(sorted(CODES)), min_size=1, max_size=2))
    policy: Policy = draw(st.sampled_from(["open", "closed", "unknown"]))
    return Weekly(hours=tuple(open_hours), nations=tuple(sorted(nations)), on_bank_holidays=policy)


def offset(day: date, hour: int) -> timedelta | None:
    return datetime.combine(day, time(hour), LONDON).utcoffset()


CLOCK_CHANGES = [
    day
    for day in (date(2024, 1, 1) + timedelta(days=count) for count in range(3653))
    if offset(day, 0) != offset(day, 12)
]
SPECIAL_DAYS = [*CLOCK_CHANGES, date(2024, 2, 29), date(2028, 2, 29), *sorted(BANK_HOLIDAYS["scotland"])[9:]]
MOMENTS = st.builds(
    lambda day, seconds: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds),
    st.sampled_from(SPECIAL_DAYS) | st.dates(date(2024, 1, 1), date(2034, 12, 31)),
    st.integers(-2 * 86400, 2 * 86400) | st.integers(-120, 180).map(lambda minute: minute * 60),
)


@settings(max_examples=max(300, settings().max_examples), deadline=None)
@given(weeks(), MOMENTS)
@example(EARLY_SUNDAY, datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
@example(EARLY_SUNDAY, datetime(2026, 10, 25, 0, 29, tzinfo=UTC))
def test_opening_times_agree_with_a_simpler_calculation_at_every_minute(when: Weekly, now: datetime) -> None:
    calendar = walls(when, now.date() - timedelta(days=3), 9)

    def seen(wall: datetime) -> tuple[bool, bool]:
        return next(
            ((True, differs) for start, until, differs in calendar if start <= wall < until), (False, False)
        )

    walk = ((minute, seen(wall)) for minute, wall in minutes(now, 4))
    _, (is_open, differs) = next(walk)
    changed = next(((minute, then) for minute, then in walk if then != (is_open, differs)), None)

    answer = opening_at(when, now)
    assert answer.state == (OpeningState.OPEN if is_open else OpeningState.CLOSED)
    if changed:
        assert answer.changes == changed[0]
        assert answer.may_differ == (differs if is_open else changed[1][1])
    else:
        assert answer.changes is None or answer.changes > now + timedelta(days=4, minutes=-2)
