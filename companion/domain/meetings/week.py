"""A week of a practitioner's appointments, from Monday to Sunday in London."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from companion.domain.meetings.appointments import FURTHEST, Span
from companion.domain.time.moments import day_of
from companion.domain.time.working_days import midnight

DAYS: Final = 7
ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Week:
    """Seven days, by the first of them."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week that a day is in."""
        return cls(day - day.weekday() * ONE_DAY)

    @property
    def days(self) -> tuple[date, ...]:
        """From Monday on."""
        return tuple(self.monday + number * ONE_DAY for number in range(DAYS))

    @property
    def span(self) -> Span:
        """From the first midnight to the last; an hour more or less where the clocks change."""
        begins, ends = midnight(self.monday), midnight(self.after.monday)
        return Span(begins, (ends - begins) // MINUTE)

    @property
    def before(self) -> "Week":
        """The week before it."""
        return Week(self.monday - DAYS * ONE_DAY)

    @property
    def after(self) -> "Week":
        """The week after it."""
        return Week(self.monday + DAYS * ONE_DAY)


def asked(text: str, today: date) -> tuple[Week, bool]:
    """The week that an address asks for by one of its days, and whether that could be read; else this week."""
    if not text:
        return Week.of(today), True
    try:
        day = day_of(text)
    except ValueError:
        return Week.of(today), False
    near = abs(day - today) <= FURTHEST
    return Week.of(day if near else today), near


def holds(week: Week, moment: datetime) -> bool:
    """Whether a moment is in the week."""
    return week.span.starts_at <= moment.astimezone(UTC) < week.span.ends_at
