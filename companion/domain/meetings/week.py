"""A week in a practitioner's diary, from Monday to Sunday in London time."""

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
    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        """Return the week that contains this day."""
        return cls(day - day.weekday() * ONE_DAY)

    @property
    def days(self) -> tuple[date, ...]:
        """The seven days of the week, starting with Monday."""
        return tuple(self.monday + number * ONE_DAY for number in range(DAYS))

    @property
    def span(self) -> Span:
        """The period from the start of Monday to the end of Sunday. A change of the clocks makes a week an
        hour longer or shorter.
        """
        begins, ends = midnight(self.monday), midnight(self.after.monday)
        return Span(begins, (ends - begins) // MINUTE)

    @property
    def before(self) -> "Week":
        return Week(self.monday - DAYS * ONE_DAY)

    @property
    def after(self) -> "Week":
        return Week(self.monday + DAYS * ONE_DAY)


def asked(text: str, today: date) -> tuple[Week, bool]:
    """Return the week that contains the day given in the URL, and whether that day is valid.

    If the URL gives no day, return the current week, and True because the URL has no invalid day. If the day
    isn't valid or is more than three years from today, return the current week and False.
    """
    if not text:
        return Week.of(today), True
    try:
        day = day_of(text)
    except ValueError:
        return Week.of(today), False
    near = abs(day - today) <= FURTHEST
    return Week.of(day if near else today), near


def holds(week: Week, moment: datetime) -> bool:
    """Return whether a time is within the week."""
    return week.span.starts_at <= moment.astimezone(UTC) < week.span.ends_at
