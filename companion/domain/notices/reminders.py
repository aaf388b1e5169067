"""Email that somebody chose: reminders on some days before an appointment, and a practitioner's daily letter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from companion.domain.people import Role, email_address
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day, london_day, working_day_after

DAYS_BEFORE: Final = (1, 2, 3, 7)
"""On which days before an appointment a reminder can be had."""
REMINDED_AT: Final = time(9)
QUIET_FROM: Final = time(20)
"""A reminder goes out between these two, on London's clock."""
DIGEST_AT: Final = time(7, 30)
DIGEST_UNTIL: Final = time(18)
"""The daily email is made between these two; after that nobody reads before tomorrow."""
SET_ASIDE_AFTER: Final = 3
"""So many letters in a row that an address refuses for good, and nothing more is sent to it."""


@dataclass(frozen=True)
class Choice:
    """Where email goes (nowhere: empty), a participant's days of reminders, and a practitioner's daily letter."""

    address: str = ""
    days: frozenset[int] = frozenset()
    digest: bool = False


def chosen(role: Role, mail: str, address: str, days: Iterable[str], digest: str) -> Choice:
    """The choice as typed: ``mail`` is ``none`` or ``email``. Raises ``Rejected`` with all that is to be mended.

    Who wants none leaves no address behind. What is not offered to a role is not taken from it.
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
    """When a reminder so many days before goes out, in UTC. Days are London's, whatever its clocks do between."""
    return _at(london_day(starts_at) - timedelta(days=days), REMINDED_AT)


def in_time(due: datetime, now: datetime) -> bool:
    """Whether a reminder can still be made: before its hour, or later on its day as long as it is not night."""
    return due > now or (london_day(due) == london_day(now) and not at_night(now))


def at_night(now: datetime) -> bool:
    """Whether reminders wait for the morning."""
    return not REMINDED_AT <= _clock(now) < QUIET_FROM


def mark(starts_at: datetime, days: int) -> str:
    """What one reminder of an appointment is known by: moved, it has others."""
    return f"{starts_at.astimezone(UTC):%Y-%m-%dT%H:%M} {days}"


@dataclass(frozen=True)
class Digest:
    """The daily email of ``day``: how many things wait to be read before the working day ``until``."""

    count: int
    day: date
    until: date

    @property
    def tomorrow(self) -> bool:
        """Whether that is the next day."""
        return self.until - self.day == timedelta(days=1)


def digest_day(now: datetime) -> date | None:
    """The day whose letter is due by now; None before its hour, in the evening, and on a day without work."""
    day = london_day(now)
    return day if is_working_day(day) and DIGEST_AT <= _clock(now) < DIGEST_UNTIL else None


def digest_at(day: date) -> datetime:
    """When the letter of this day is due, in UTC."""
    return _at(day, DIGEST_AT)


def read_before(day: date) -> tuple[date, datetime]:
    """The working day after this one, and the moment in UTC at which it is over."""
    until = working_day_after(day, 1)
    return until, _at(until + timedelta(days=1), time())


def _clock(moment: datetime) -> time:
    local = moment.astimezone(LONDON)
    return time(local.hour, local.minute)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
