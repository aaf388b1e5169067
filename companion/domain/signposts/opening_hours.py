"""Weekly opening hours in London time, with rules for clock changes and bank holidays.

If an opening or closing time falls in the hour that is skipped when clocks go forward, Companion uses the end
of that hour instead. If an opening or closing time occurs twice because clocks go back, Companion uses the
first occurrence. When clocks go forward, opening hours from 01:30 begin at 02:00. When clocks go back,
opening hours until 01:30 end at the first 01:30.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, get_args

import msgspec

from companion.domain.time.bank_holidays import Nation, bank_holidays
from companion.domain.time.london import LONDON
from companion.domain.time.moments import time_of

HORIZON = 400
"""The number of days to look ahead for the next opening or closing time."""

OnBankHolidays = Literal["open", "closed", "unknown"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
HOURS_MOST = 7
"""The maximum number of rows of opening hours in a week."""
Clock = Annotated[str, msgspec.Meta(max_length=5)]


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base class for each table in a TOML file of signposts. An unknown key is an error: the key may be
    misspelt.
    """


class Hours(Data, frozen=True, kw_only=True):
    """Opening hours on some weekdays, such as "09:30" to "17:00".

    With ``over_midnight``, the hours end on the next day.
    """

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
        return time_of(self.start)

    @property
    def closes(self) -> time:
        """The closing time, on the next day if ``over_midnight`` is set."""
        return time_of(self.until)

    @property
    def in_a_row(self) -> bool:
        """True if the days are at least three consecutive weekdays. A page can show consecutive weekdays as a
        range.
        """
        numbers = [_WEEKDAYS.index(day) for day in self.days]
        return len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))


class Always(Data, tag_field="kind", tag="always", frozen=True, kw_only=True):
    """Somebody answers day and night, including on bank holidays."""

    kind: ClassVar[str] = "always"


class ToBeConfirmed(Data, tag_field="kind", tag="to-be-confirmed", frozen=True, kw_only=True):
    """The opening hours aren't known yet."""

    kind: ClassVar[str] = "to-be-confirmed"


class Weekly(Data, tag_field="kind", tag="weekly", frozen=True, kw_only=True):
    """Opening hours that repeat every week. ``on_bank_holidays`` says whether the service is also open at
    these hours on the bank holidays of ``nations``.

    Opening hours that run past midnight belong to the day on which they start.
    """

    kind: ClassVar[str] = "weekly"
    hours: Annotated[tuple[Hours, ...], msgspec.Meta(min_length=1, max_length=HOURS_MOST)]
    nations: Annotated[tuple[Nation, ...], msgspec.Meta(min_length=1, max_length=len(get_args(Nation)))]
    on_bank_holidays: OnBankHolidays

    def __post_init__(self) -> None:
        taken = sorted(_in_week(day, hours) for hours in self.hours for day in hours.days)
        next_monday = taken[0][0] + timedelta(days=7)
        starts = [opens for opens, _ in taken[1:]] + [next_monday]
        if any(closes > following for (_, closes), following in zip(taken, starts, strict=True)):
            raise ValueError("some of the hours overlap")


When = Always | Weekly | ToBeConfirmed


class OpeningState(StrEnum):
    """The state of a signpost at a given time: whether somebody answers."""

    ALWAYS = "always"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A signpost's opening state at a given time, and the next times (in UTC) at which the state changes.

    While the service is open, ``until`` is the next closing time, or None if the service doesn't close within
    about ``HORIZON`` days. While the service is closed, ``opens`` is the next opening time, or None if the
    service doesn't open within about ``HORIZON`` days. If the state is ``ALWAYS`` or ``UNKNOWN``, ``until``
    and ``opens`` are both None. ``may_differ`` is True if the opening times include a bank holiday with
    unknown hours.
    """

    state: OpeningState
    until: datetime | None = None
    opens: datetime | None = None
    may_differ: bool = False

    @property
    def changes(self) -> datetime | None:
        return self.until or self.opens


def opening_at(when: When, now: datetime) -> Opening:
    """Return whether the helpline or other service on a signpost is open at the time ``now``. Raise
    ``ValueError`` if ``now`` has no time zone.
    """
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
    """A period, in UTC, in which the helpline or other service is open."""

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
    """Yield the service's opening periods from ``first`` onwards."""
    by_start = sorted(weekly.hours, key=lambda hours: hours.start)
    for day in (first + timedelta(days=count) for count in range(HORIZON)):
        holiday = any(day in bank_holidays(nation, day.year) for nation in weekly.nations)
        if holiday and weekly.on_bank_holidays == "closed":
            continue
        for hours in by_start:
            if _WEEKDAYS[day.weekday()] in hours.days:
                opens = _moment(day, hours.opens)
                closes = _moment(day + timedelta(days=hours.over_midnight), hours.closes)
                # Leave out hours that London clocks skip in spring.
                if opens < closes:
                    yield _Stretch(opens, closes, holiday and weekly.on_bank_holidays == "unknown")


def _moment(day: date, at: time) -> datetime:
    """Convert a London date and time to UTC. If the clocks change and skip this time, return the moment after
    the change. If the clocks go back and this time happens twice, return the first.
    """
    wall = datetime.combine(day, at)
    while True:
        moment = wall.replace(tzinfo=LONDON).astimezone(UTC)
        if moment.astimezone(LONDON).replace(tzinfo=None) == wall:
            return moment
        wall += timedelta(minutes=1)


def _in_week(day: Weekday, hours: Hours) -> tuple[timedelta, timedelta]:
    """Return the start and end of these hours, counted from the start of Monday."""
    opens, closes = (
        timedelta(days=_WEEKDAYS.index(day), hours=at.hour, minutes=at.minute)
        for at in (hours.opens, hours.closes)
    )
    return opens, closes + timedelta(days=hours.over_midnight)
