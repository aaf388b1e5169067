"""The emails that people can choose: participants' reminders of appointments, and
practitioners' daily email.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from companion.domain.people import Role, email_address
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day, london_day, working_day_after

DAYS_BEFORE: Final = (1, 2, 3, 7)
"""A participant can choose to be reminded this many days before an appointment."""
REMINDED_AT: Final = time(9)
QUIET_FROM: Final = time(20)
"""Reminders are sent only between ``REMINDED_AT`` and ``QUIET_FROM``, in London time."""
DIGEST_AT: Final = time(7, 30)
DIGEST_UNTIL: Final = time(18)
"""The daily email isn't created after this time of day, because practitioners would no longer read it that
day.
"""
SET_ASIDE_AFTER: Final = 3
"""After this many permanent refusals in a row, no more emails are sent to an address."""


@dataclass(frozen=True)
class Choice:
    """The emails that somebody has chosen. Without an address, no emails are sent.

    ``days`` is for a participant's reminders, and ``digest`` for a practitioner's daily email.
    """

    address: str = ""
    days: frozenset[int] = frozenset()
    digest: bool = False


def chosen(role: Role, mail: str, address: str, days: Iterable[str], digest: str) -> Choice:
    """Return the emails chosen in a form, in which ``mail`` is ``none`` or ``email``.

    Choosing ``none`` also removes the address. Choices that the role isn't offered are ignored. Raise
    ``Rejected`` with every problem in the form.
    """
    if mail == "none":
        return Choice()
    problems, typed, offered = [], "", {str(each): each for each in DAYS_BEFORE}
    if mail != "email":
        problems.append(Problem("not_offered" if mail else "nothing_chosen", field="mail"))
    try:
        typed = email_address(address)
    except Rejected as rejected:
        problems += rejected.problems
    wanted = set(days) if role is Role.PARTICIPANT else set()
    if not wanted <= set(offered):
        problems.append(Problem("not_offered", field="days"))
    if problems:
        raise Rejected(*problems)
    return Choice(
        typed, frozenset(offered[each] for each in wanted), role is Role.PRACTITIONER and digest == "yes"
    )


def due_at(starts_at: datetime, days: int) -> datetime:
    """Return the time in UTC at which a reminder is due, this many days before an appointment.

    Days are counted in London time, even if the clocks change between the two days.
    """
    return _at(london_day(starts_at) - timedelta(days=days), REMINDED_AT)


def in_time(due: datetime, now: datetime) -> bool:
    """Return whether it isn't too late for a reminder. An overdue reminder can still be sent on the day on
    which it was due, but not at night.
    """
    return due > now or (london_day(due) == london_day(now) and not at_night(now))


def at_night(now: datetime) -> bool:
    """Return whether it is night. At night, reminders wait until the morning."""
    return not REMINDED_AT <= _clock(now) < QUIET_FROM


def mark(starts_at: datetime, days: int) -> str:
    """Return a string that identifies a reminder by its appointment's time.

    If the appointment is moved, the string changes, so new reminders are sent.
    """
    return f"{starts_at.astimezone(UTC):%Y-%m-%dT%H:%M} {days}"


@dataclass(frozen=True)
class Digest:
    """The daily email for ``day``. ``count`` is how many messages and submissions there are to read by the
    working day ``until``.
    """

    count: int
    day: date
    until: date
    unset: int = 0
    """The number of sessions that are at most two working days away and have no work set."""

    @property
    def is_empty(self) -> bool:
        """True if the email would have nothing to say."""
        return not self.count and not self.unset

    @property
    def tomorrow(self) -> bool:
        """True if ``until`` is the day after ``day``."""
        return self.until - self.day == timedelta(days=1)


def digest_day(now: datetime) -> date | None:
    """Return the day for which a daily email is due now.

    Return None early in the morning, in the evening, and on days that aren't working days.
    """
    day = london_day(now)
    return day if is_working_day(day) and DIGEST_AT <= _clock(now) < DIGEST_UNTIL else None


def digest_at(day: date) -> datetime:
    """Return the time in UTC at which this day's daily email is due."""
    return _at(day, DIGEST_AT)


def read_before(day: date) -> tuple[date, datetime]:
    """Return the next working day after ``day``, and the time in UTC at which that day ends."""
    until = working_day_after(day, 1)
    return until, _at(until + timedelta(days=1), time())


def _clock(moment: datetime) -> time:
    local = moment.astimezone(LONDON)
    return time(local.hour, local.minute)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
