"""Emails that people can choose: reminders for participants, and a daily email for practitioners."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from companion.domain.people import Role, email_address
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day, london_day, working_day_after

DAYS_BEFORE: Final = (1, 2, 3, 7)
"""The choices for how many days before an appointment a participant gets a reminder."""
REMINDED_AT: Final = time(9)
QUIET_FROM: Final = time(20)
"""Companion sends reminders between ``REMINDED_AT`` and ``QUIET_FROM`` (London time)."""
DIGEST_AT: Final = time(7, 30)
DIGEST_UNTIL: Final = time(18)
"""Companion creates daily emails only between ``DIGEST_AT`` and ``DIGEST_UNTIL`` (London time)."""
SET_ASIDE_AFTER: Final = 3
"""Companion stops sending to an address after this number of permanent failures in a row."""


@dataclass(frozen=True)
class Choice:
    """The emails that somebody has chosen to receive.

    ``days`` contains how many days before an appointment a participant wants reminders. ``digest`` is True if
    a practitioner wants the daily email.
    """

    address: str = ""
    days: frozenset[int] = frozenset()
    digest: bool = False


def chosen(role: Role, mail: str, address: str, days: Iterable[str], digest: str) -> Choice:
    """Read a form in which somebody chooses which emails to receive. ``mail`` is ``none`` or ``email``.

    Choosing ``none`` removes the person's email address. Ignore choices that this role can't make. Raise one
    ``Rejected`` that lists all the form's problems.
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
    """Return the UTC time of the reminder that comes ``days`` days before an appointment.

    Count the days before the appointment in London time.
    """
    return _at(london_day(starts_at) - timedelta(days=days), REMINDED_AT)


def in_time(due: datetime, now: datetime) -> bool:
    """Return False if it is too late to send this reminder, or True otherwise. Companion can send a late
    reminder until the evening of the day it was due.
    """
    return due > now or (london_day(due) == london_day(now) and not at_night(now))


def at_night(now: datetime) -> bool:
    """Return whether it is night. Companion sends no reminders at night."""
    return not REMINDED_AT <= _clock(now) < QUIET_FROM


def mark(starts_at: datetime, days: int) -> str:
    """Return a string that identifies a reminder and contains the appointment's time.

    If somebody moves the appointment, the participant gets new reminders.
    """
    return f"{starts_at.astimezone(UTC):%Y-%m-%dT%H:%M} {days}"


@dataclass(frozen=True)
class Digest:
    """The daily email for ``day``. ``count`` is the number of messages and submissions that the practitioner
    must read. ``until`` is the deadline, as a day, for the practitioner to read the messages and submissions.
    """

    count: int
    day: date
    until: date
    unset: int = 0
    """How many sessions in the next two working days have no work set."""

    @property
    def is_empty(self) -> bool:
        """True if the email would be empty."""
        return not self.count and not self.unset

    @property
    def tomorrow(self) -> bool:
        """True if ``until`` is the day after ``day``."""
        return self.until - self.day == timedelta(days=1)


def digest_day(now: datetime) -> date | None:
    """If a daily email is due now, return the day that it covers; otherwise None.

    No email is due early in the morning, in the evening, or outside working days.
    """
    day = london_day(now)
    return day if is_working_day(day) and DIGEST_AT <= _clock(now) < DIGEST_UNTIL else None


def digest_at(day: date) -> datetime:
    """Return the UTC time of this day's daily email."""
    return _at(day, DIGEST_AT)


def read_before(day: date) -> tuple[date, datetime]:
    """Return the next working day after ``day``, and the UTC time at which that working day ends."""
    until = working_day_after(day, 1)
    return until, _at(until + timedelta(days=1), time())


def _clock(moment: datetime) -> time:
    local = moment.astimezone(LONDON)
    return time(local.hour, local.minute)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
