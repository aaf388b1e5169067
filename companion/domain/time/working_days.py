"""Working days in England: Monday to Friday, without its bank holidays."""

import functools
from datetime import UTC, date, datetime, time, timedelta

import holidays

from companion.domain.time.london import LONDON


def is_working_day(day: date) -> bool:
    """Whether the service works on this day."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_day_after(day: date, count: int) -> date:
    """The working day so many working days after this day, which need not be one itself."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def at_hour(day: date, hour: int) -> datetime:
    """The moment, in UTC, at which London's clock shows this hour. No working day has a change of clocks."""
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)


def last_working_hour(now: datetime, hour: int) -> datetime:
    """Return the latest moment by now at which it was this hour on a working day."""
    day = london_day(now)
    while not is_working_day(day) or at_hour(day, hour) > now:
        day -= timedelta(days=1)
    return at_hour(day, hour)


def midnight(day: date) -> datetime:
    """The moment, in UTC, at which this day begins in London."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def london_day(moment: datetime) -> date:
    """The day that it is in London at this moment."""
    return moment.astimezone(LONDON).date()


@functools.cache
def _bank_holidays(year: int) -> frozenset[date]:
    """A fixed set, because the package's own calendar grows while it is read: not safe among threads."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
