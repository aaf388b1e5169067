"""Working days in England: Monday to Friday, except bank holidays."""

import functools
from datetime import UTC, date, datetime, time, timedelta

import holidays

from companion.domain.time.london import LONDON


def is_working_day(day: date) -> bool:
    """Whether this is a working day."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_day_after(day: date, count: int) -> date:
    """Return the ``count``-th working day after this day, which need not be one itself."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def at_hour(day: date, hour: int) -> datetime:
    """Return the moment, in UTC, of this hour in London. Clocks never change on a working day."""
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)


def last_working_hour(now: datetime, hour: int) -> datetime:
    """Return the latest moment up to now at which it was this hour on a working day."""
    day = london_day(now)
    while not is_working_day(day) or at_hour(day, hour) > now:
        day -= timedelta(days=1)
    return at_hour(day, hour)


def midnight(day: date) -> datetime:
    """Return the moment, in UTC, at which this day begins in London."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def london_day(moment: datetime) -> date:
    """Return the day in London at this moment."""
    return moment.astimezone(LONDON).date()


@functools.cache
def _bank_holidays(year: int) -> frozenset[date]:
    """Return a fixed set, because the package's own calendar grows while it is read: not thread-safe."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
