"""Email that people choose: reminders before appointments, and a practitioner's daily email."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from companion.domain.people import Role, email_address
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day, london_day, working_day_after

DAYS_BEFORE: Final = (1, 2, 3, 7)
"""How many days before an appointment a reminder can be sent."""
REMINDED_AT: Final = time(9)
QUIET_FROM: Final = time(20)
"""Reminders go out only between these hours, London time."""
DIGEST_AT: Final = time(7, 30)
DIGEST_UNTIL: Final = time(18)
"""The daily email is only made before this hour; after it, nobody would read it until tomorrow."""
SET_ASIDE_AFTER: Final = 3
"""How many emails in a row an address refuses permanently before nothing more is sent to it."""


@dataclass(frozen=True)
class Choice:
    """An email address (empty: no email), a participant's reminder days, and a practitioner's daily email."""

    address: str = ""
    days: frozenset[int] = frozenset()
    digest: bool = False


def chosen(role: Role, mail: str, address: str, days: Iterable[str], digest: str) -> Choice:
    """Return the choice typed: ``mail`` is ``none`` or ``email``. Raise ``Rejected`` with every problem found.

    Choosing none also removes the address. Choices that a role doesn't have are ignored.
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
    """Return when a reminder this many days before goes out, in UTC. Days are London's, across clock changes."""
    return _at(london_day(starts_at) - timedelta(days=days), REMINDED_AT)


def in_time(due: datetime, now: datetime) -> bool:
    """Whether a reminder can still be sent: before its hour, or later that day, except at night."""
    return due > now or (london_day(due) == london_day(now) and not at_night(now))


def at_night(now: datetime) -> bool:
    """Whether it is night, when reminders wait for the morning."""
    return not REMINDED_AT <= _clock(now) < QUIET_FROM


def mark(starts_at: datetime, days: int) -> str:
    """Identify a reminder by its appointment's time: an appointment that moves gets new ones."""
    return f"{starts_at.astimezone(UTC):%Y-%m-%dT%H:%M} {days}"


@dataclass(frozen=True)
class Digest:
    """The daily email of ``day``: how many things to read before the working day ``until``."""

    count: int
    day: date
    until: date
    unset: int = 0
    """For how many sessions, at most two working days away, no work is set."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.count and not self.unset

    @property
    def tomorrow(self) -> bool:
        """Whether that is the next day."""
        return self.until - self.day == timedelta(days=1)


def digest_day(now: datetime) -> date | None:
    """Return the day whose email is due now; None before its hour, in the evening, and on non-working days."""
    day = london_day(now)
    return day if is_working_day(day) and DIGEST_AT <= _clock(now) < DIGEST_UNTIL else None


def digest_at(day: date) -> datetime:
    """Return when this day's email is due, in UTC."""
    return _at(day, DIGEST_AT)


def read_before(day: date) -> tuple[date, datetime]:
    """Return the next working day, and the moment in UTC at which it ends."""
    until = working_day_after(day, 1)
    return until, _at(until + timedelta(days=1), time())


def _clock(moment: datetime) -> time:
    local = moment.astimezone(LONDON)
    return time(local.hour, local.minute)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
