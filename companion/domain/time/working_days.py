"""Working days in England: Monday to Friday except bank holidays."""

from datetime import UTC, date, datetime, time, timedelta

from companion.domain.time.bank_holidays import bank_holidays
from companion.domain.time.london import LONDON


def is_working_day(day: date) -> bool:
    """Return whether this day is a working day in England."""
    return day.weekday() < 5 and day not in bank_holidays("england", day.year)


def working_day_after(day: date, count: int) -> date:
    """Return the ``count``-th working day after this day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def at_hour(day: date, hour: int) -> datetime:
    """Return the UTC time of ``hour`` o'clock in London on this day. On a working day, each hour occurs
    exactly once: clocks change only on Sundays.
    """
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)


def last_working_hour(now: datetime, hour: int) -> datetime:
    """Return the last time, at or before ``now``, when it was ``hour`` o'clock on a working day."""
    day = london_day(now)
    while not is_working_day(day) or at_hour(day, hour) > now:
        day -= timedelta(days=1)
    return at_hour(day, hour)


def midnight(day: date) -> datetime:
    """Return the UTC time at which this day begins in London."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def london_day(moment: datetime) -> date:
    """Return the London date at this time."""
    return moment.astimezone(LONDON).date()
