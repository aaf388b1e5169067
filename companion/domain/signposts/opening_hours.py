"""When somebody answers: weekly hours in London time, correct across clock changes and bank holidays.

A time of day means the first moment of that day at which London's clock shows it or a later time. So hours from 01:30
start at 02:00 on the day that the clocks go forward, and hours until 01:30 end at the earlier of the two when they go
back: nobody is told "open" for longer than is certain.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, get_args

import holidays
import msgspec

from companion.domain.time.london import LONDON
from companion.domain.time.moments import time_of

HORIZON = 400
"""Days searched for the next opening or closing: more than a year, to include every bank holiday."""

Nation = Literal["england", "wales", "scotland", "northern-ireland"]
OnBankHolidays = Literal["open", "closed", "unknown"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_SUBDIVISIONS: dict[Nation, str] = {
    "england": "ENG",
    "wales": "WLS",
    "scotland": "SCT",
    "northern-ireland": "NIR",
}
HOURS_MOST = 7
"""Most lines of hours in a week."""
Clock = Annotated[str, msgspec.Meta(max_length=5)]


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table in a file. Unknown keys are errors: a misspelt one would silently do nothing."""


class Hours(Data, frozen=True, kw_only=True):
    """Hours on some weekdays, "09:30" to "17:00"; with ``over_midnight`` they end the next day."""

    days: Annotated[tuple[Weekday, ...], msgspec.Meta(min_length=1, max_length=7)]
    start: Clock = msgspec.field(name="from")
    until: Clock
    over_midnight: bool = False

    def __post_init__(self) -> None:
        for written in (self.start, self.until):
            if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", written, re.ASCII):
                raise ValueError(f"{written!r} is not a time between 00:00 and 23:59")
        if self.until <= self.start and not self.over_midnight:
            raise ValueError(f"{self.until} is not after {self.start}: does it need over_midnight?")
        if self.until > self.start and self.over_midnight:
            raise ValueError(f"{self.start} until {self.until} of the next day is longer than a day")

    @property
    def opens(self) -> time:
        """When they open."""
        return time_of(self.start)

    @property
    def closes(self) -> time:
        """When they close; with ``over_midnight``, a time on the next day."""
        return time_of(self.until)

    @property
    def in_a_row(self) -> bool:
        """Whether these are three or more consecutive weekdays, which "first to last" can describe."""
        numbers = [_WEEKDAYS.index(day) for day in self.days]
        return len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))


class Always(Data, tag_field="kind", tag="always", frozen=True, kw_only=True):
    """Day and night, including bank holidays."""

    kind: ClassVar[str] = "always"


class ToBeConfirmed(Data, tag_field="kind", tag="to-be-confirmed", frozen=True, kw_only=True):
    """The hours aren't known yet."""

    kind: ClassVar[str] = "to-be-confirmed"


class Weekly(Data, tag_field="kind", tag="weekly", frozen=True, kw_only=True):
    """The same every week, except on the bank holidays of ``nations``. Hours belong to the day they begin."""

    kind: ClassVar[str] = "weekly"
    hours: Annotated[tuple[Hours, ...], msgspec.Meta(min_length=1, max_length=HOURS_MOST)]
    nations: Annotated[tuple[Nation, ...], msgspec.Meta(min_length=1, max_length=len(_SUBDIVISIONS))]
    on_bank_holidays: OnBankHolidays

    def __post_init__(self) -> None:
        taken = sorted(_in_week(day, hours) for hours in self.hours for day in hours.days)
        next_monday = taken[0][0] + timedelta(days=7)
        starts = [opens for opens, _ in taken[1:]] + [next_monday]
        if any(closes > following for (_, closes), following in zip(taken, starts, strict=True)):
            raise ValueError("some of the hours overlap")


When = Always | Weekly | ToBeConfirmed


class OpeningState(StrEnum):
    """Whether somebody answers."""

    ALWAYS = "always"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Whether somebody answers at one moment; times are aware, in UTC.

    ``until`` is when it closes, ``opens`` when it next opens; None if not within ``HORIZON``. ``may_differ``: it
    depends on a bank holiday whose hours aren't known.
    """

    state: OpeningState
    until: datetime | None = None
    opens: datetime | None = None
    may_differ: bool = False

    @property
    def changes(self) -> datetime | None:
        """When this stops being true, or None."""
        return self.until or self.opens


def opening_at(when: When, now: datetime) -> Opening:
    """Return whether somebody answers at ``now``. Raise ``ValueError`` for a naive time."""
    if now.utcoffset() is None:
        raise ValueError("a time without its zone")
    match when:
        case Always():
            return Opening(state=OpeningState.ALWAYS)
        case ToBeConfirmed():
            return Opening(state=OpeningState.UNKNOWN)
        case Weekly():
            return _opening_in_the_week(when, now)


@dataclass(frozen=True)
class _Stretch:
    """One period of answering, in UTC."""

    opens: datetime
    closes: datetime
    may_differ: bool


def _opening_in_the_week(weekly: Weekly, now: datetime) -> Opening:
    current: _Stretch | None = None
    for stretch in _stretches(weekly, now.astimezone(LONDON).date() - timedelta(days=1)):
        if stretch.closes <= now:
            continue
        if current is None and stretch.opens > now:
            return Opening(state=OpeningState.CLOSED, opens=stretch.opens, may_differ=stretch.may_differ)
        if current and (stretch.opens > current.closes or stretch.may_differ != current.may_differ):
            return Opening(state=OpeningState.OPEN, until=current.closes, may_differ=current.may_differ)
        current = stretch
    return Opening(state=OpeningState.OPEN if current else OpeningState.CLOSED)


def _stretches(weekly: Weekly, first: date) -> Iterator[_Stretch]:
    """Yield the periods that begin on ``first`` or the days after it, in order."""
    by_start = sorted(weekly.hours, key=lambda hours: hours.start)
    for day in (first + timedelta(days=count) for count in range(HORIZON)):
        holiday = any(day in _bank_holidays(nation, day.year) for nation in weekly.nations)
        if holiday and weekly.on_bank_holidays == "closed":
            continue
        for hours in by_start:
            if _WEEKDAYS[day.weekday()] in hours.days:
                opens = _moment(day, hours.opens)
                closes = _moment(day + timedelta(days=hours.over_midnight), hours.closes)
                # Hours that fall wholly in the hour skipped when clocks go forward don't happen.
                if opens < closes:
                    yield _Stretch(opens, closes, holiday and weekly.on_bank_holidays == "unknown")


def _moment(day: date, at: time) -> datetime:
    """Return the first moment, in UTC, at which London's clock shows this time of this day or later."""
    wall = datetime.combine(day, at)
    while True:
        moment = wall.replace(tzinfo=LONDON).astimezone(UTC)
        if moment.astimezone(LONDON).replace(tzinfo=None) == wall:
            return moment
        wall += timedelta(minutes=1)


def _in_week(day: Weekday, hours: Hours) -> tuple[timedelta, timedelta]:
    """Return when these hours begin and end, from midnight before Monday."""
    opens, closes = (
        timedelta(days=_WEEKDAYS.index(day), hours=at.hour, minutes=at.minute)
        for at in (hours.opens, hours.closes)
    )
    return opens, closes + timedelta(days=hours.over_midnight)


@functools.cache
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """Return a fixed set, because the package's own calendar grows while it is read: not thread-safe."""
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year))
