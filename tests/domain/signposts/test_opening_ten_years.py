"""Test that Companion calculates services' opening times correctly over ten years.

Compare the opening times with a simpler calculation, for each minute around midnight, opening and closing. By
default, the test covers only unusual days, such as clock changes and bank holidays. With ``--full``, the test
covers every day and more kinds of opening hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from companion.content import shipped_directory
from companion.domain.signposts.opening_hours import Hours, OpeningState, Weekday, Weekly, opening_at
from companion.domain.time.bank_holidays import Nation
from companion.domain.time.london import LONDON
from tests.domain.signposts.test_opening_every_minute import (
    BANK_HOLIDAYS,
    CLOCK_CHANGES,
    Policy,
    walls,
    weeks,
)

FIRST, LAST = date(2025, 1, 1), date(2034, 12, 31)
EVERY_DAY: tuple[Weekday, ...] = get_args(Weekday)
NATIONS: tuple[Nation, ...] = get_args(Nation)
POLICIES: tuple[Policy, ...] = get_args(Policy)
MINUTE = timedelta(minutes=1)
Span = tuple[date, date]


def daily(start: str, until: str) -> Weekly:
    hours = Hours(days=EVERY_DAY, start=start, until=until, over_midnight=until <= start)
    return Weekly(hours=(hours,), nations=("england",), on_bank_holidays="closed")


SHIPPED = list(dict.fromkeys(s.when for s in shipped_directory().signposts if isinstance(s.when, Weekly)))
ODD = [daily("22:00", "02:00"), daily("01:15", "01:45"), daily("00:00", "00:00")]
"""Unusual opening hours: past midnight, during the clock changes, or without an end."""


def in_every_nation(those: Sequence[Weekly], policies: Sequence[Policy]) -> list[Weekly]:
    return [
        replace(when, nations=(nation,), on_bank_holidays=policy)
        for when in those
        for nation in NATIONS
        for policy in policies
    ]


def special_days() -> list[Span]:
    """Return three-day periods around each unusual day, such as a bank holiday. Merge overlapping periods."""
    days = {*CLOCK_CHANGES, *(day for those in BANK_HOLIDAYS.values() for day in those)}
    days |= {date(year, *day) for year in range(2025, 2035) for day in ((1, 1), (2, 28), (12, 31))}
    spans: list[Span] = []
    for day in sorted(day for day in days if FIRST <= day <= LAST):
        first, last = day - timedelta(days=1), day + timedelta(days=1)
        if spans and first <= spans[-1][1]:
            first = spans.pop()[0]
        spans.append((first, last))
    return spans


def all_days() -> list[Span]:
    """Split the ten years of the test into periods of about a month."""
    firsts = [FIRST + timedelta(days=count) for count in range(0, (LAST - FIRST).days + 1, 30)]
    return [(first, min(LAST, first + timedelta(days=29))) for first in firsts]


@dataclass
class Watched:
    """A service's opening times over some days, and the exact minutes when it opens and closes."""

    when: Weekly
    calendar: list[tuple[datetime, datetime, bool]]
    edges: frozenset[datetime]
    said: tuple[bool, bool] | None = None
    changes: list[tuple[datetime, tuple[bool, bool]]] = field(default_factory=list)

    @classmethod
    def over(cls, when: Weekly, span: Span) -> "Watched":
        calendar = walls(when, span[0] - timedelta(days=2), (span[1] - span[0]).days + 5)
        return cls(when, calendar, frozenset(edge for start, until, _ in calendar for edge in (start, until)))

    def looks(self, minute: datetime, wall: datetime) -> None:
        now = next(
            ((True, differs) for start, until, differs in self.calendar if start <= wall < until),
            (False, False),
        )
        if now != self.said:
            self.said = now
            self.changes.append((minute, now))


def the_clock(span: Span) -> Iterator[tuple[datetime, datetime, bool]]:
    """Yield each UTC minute, the latest clock time that London has reached so far, and whether clocks have
    just gone forward.
    """
    minute = datetime(span[0].year, span[0].month, span[0].day, tzinfo=UTC) - timedelta(hours=3)
    end = datetime(span[1].year, span[1].month, span[1].day, tzinfo=UTC) + timedelta(days=1)
    latest = minute.astimezone(LONDON).replace(tzinfo=None)
    while minute < end:
        wall = minute.astimezone(LONDON).replace(tzinfo=None)
        yield minute, max(latest, wall), wall - latest > MINUTE
        latest = max(latest, wall)
        minute += MINUTE


def disagreements(those: Sequence[Weekly], spans: Sequence[Span], around: int) -> tuple[int, list[str]]:
    """Return how many minutes were compared, and a description of each minute for which the two calculations
    disagree.
    """
    compared, wrong = 0, []
    for span in spans:
        watched = [Watched.over(when, span) for when in those]
        edges = frozenset().union(*(each.edges for each in watched))
        midnights = []
        end = datetime.min.replace(tzinfo=UTC)
        for minute, wall, skipped in the_clock(span):
            if skipped or wall in edges or end.year == 1:
                for each in watched:
                    each.looks(minute, wall)
            if wall.hour == wall.minute == 0 or skipped:
                midnights.append(minute)
            end = minute
        for each in watched:
            looked_at = {
                moment + count * MINUTE
                for moment in [*(moment for moment, _ in each.changes[1:]), *midnights]
                for count in range(-around, around + 1)
            }
            for minute in sorted(each_ for each_ in looked_at if each.changes[0][0] <= each_ < end):
                compared += 1
                wrong += [f"{each.when} at {minute}: {said}" for said in _differs(each, minute, end)]
    return compared, wrong


def _differs(watched: Watched, minute: datetime, end: datetime) -> list[str]:
    answer = opening_at(watched.when, minute)
    is_open, differs = next(said for moment, said in reversed(watched.changes) if moment <= minute)
    following = next(((moment, said) for moment, said in watched.changes if moment > minute), None)
    wrong = []
    if answer.state != (OpeningState.OPEN if is_open else OpeningState.CLOSED):
        wrong.append(f"{answer.state}")
    if following and answer.changes != following[0]:
        wrong.append(f"changes at {answer.changes}, not {following[0]}")
    if not following and answer.changes and answer.changes <= end:
        wrong.append(f"changes at {answer.changes}, which the wall does not show")
    if (is_open or following) and answer.may_differ != (
        differs if is_open or not following else following[1][1]
    ):
        wrong.append(f"may differ: {answer.may_differ}")
    return wrong


def test_ten_years_of_opening_times_match_a_minute_by_minute_check(
    request: pytest.FixtureRequest,
) -> None:
    if request.config.getoption("full"):
        odd = [*ODD, daily("00:30", "23:30"), daily("02:00", "01:00")]
        those = in_every_nation(SHIPPED, POLICIES) + in_every_nation(odd, ["closed"])
        spans, around = all_days(), 2
    else:
        those = in_every_nation(SHIPPED, ["unknown", "closed"]) + in_every_nation(ODD[:2], ["closed"])
        spans, around = special_days(), 1
    compared, wrong = disagreements(those, spans, around)
    assert wrong == [] and compared > 20_000


@given(weeks())
@settings(max_examples=max(5, settings().max_examples // 100))
def test_opening_hours_around_clock_changes_match_a_simpler_calculation(when: Weekly) -> None:
    spans = [(day - timedelta(days=1), day + timedelta(days=1)) for day in CLOCK_CHANGES if day.year < 2027]
    spans.append((date(2027, 12, 23), date(2028, 1, 4)))
    compared, wrong = disagreements(in_every_nation([when], ["unknown", "closed"]), spans, 1)
    assert wrong == [] and compared
