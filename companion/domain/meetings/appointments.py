"""Appointments: meetings in person, stored in UTC, agreed and shown in the time of London."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.moments import day_of, time_of


class Attendance(StrEnum):
    """What became of an appointment."""

    NOT_NOTED = "not_noted"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED_BY_PARTICIPANT = "cancelled_by_participant"
    CANCELLED_BY_SERVICE = "cancelled_by_service"


CANCELLED: Final = frozenset({Attendance.CANCELLED_BY_PARTICIPANT, Attendance.CANCELLED_BY_SERVICE})
"""A cancelled appointment does not stand: it is never the next one, and nothing is due before it."""
FURTHEST = timedelta(days=3 * 365)
WORDS_MOST = 2000
"""Characters of what is said to an attendance."""


@dataclass(frozen=True)
class Span:
    """From when on, and for how many minutes."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Span") -> bool:
        """Whether both need the same minute. What ends when the other begins does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Appointment:
    """One meeting of one enrolment. ``revision`` counts its changes, so that two people cannot undo each other."""

    id: UUID
    kind: AppointmentKind
    starts_at: datetime
    minutes: int
    site: str
    revision: int
    attendance: Attendance = Attendance.NOT_NOTED
    cancelled_at: datetime | None = None
    moved_from: datetime | None = None
    seen_starts_at: datetime | None = None
    """When it was to begin as the participant last saw a change of it; None if there was none to see."""
    seen_cancelled: bool = False
    """Whether it was cancelled then."""

    @property
    def span(self) -> Span:
        """The time that it takes up."""
        return Span(self.starts_at, self.minutes)

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.attendance in CANCELLED

    @property
    def due_at(self) -> datetime | None:
        """By when something is due that is due before this one; None where no other one took its place yet."""
        return None if self.cancelled else self.starts_at

    def is_news(self, now: datetime) -> bool:
        """Whether the participant is to be told that it was moved or cancelled: until he has seen it, or it is over."""
        if self.span.ends_at <= now:
            return False
        if self.seen_starts_at is None:
            return self.cancelled or self.moved_from is not None
        return (self.seen_starts_at, self.seen_cancelled) != (self.starts_at, self.cancelled)

    @property
    def known_from(self) -> datetime:
        """The time that he knows it by, of one that was moved since."""
        return self.seen_starts_at or self.moved_from or self.starts_at

    def is_to_come(self, now: datetime) -> bool:
        """Whether it stands, and has not begun."""
        return self.starts_at > now and not self.cancelled


def may_be_noted(appointment: Appointment, now: datetime) -> tuple[Attendance, ...]:
    """What can be noted of it now. What is to come can only be cancelled; a mistake can be taken back."""
    begun = (Attendance.ATTENDED, Attendance.MISSED) if appointment.starts_at <= now else ()
    back = () if appointment.attendance is Attendance.NOT_NOTED else (Attendance.NOT_NOTED,)
    return (*begun, Attendance.CANCELLED_BY_PARTICIPANT, Attendance.CANCELLED_BY_SERVICE, *back)


def attendance(text: str, appointment: Appointment, now: datetime) -> Attendance:
    """The attendance that was chosen. Raises ``Rejected``."""
    if not text:
        raise Rejected(Problem("nothing_chosen", field="attendance"))
    if text not in may_be_noted(appointment, now):
        raise Rejected(Problem("not_offered", field="attendance"))
    return Attendance(text)


def due_before(meant: Appointment, all_of_them: Iterable[Appointment]) -> Appointment:
    """What work is due before that was set for ``meant``: if that is cancelled, the next one that stands.

    The next one is what came next when it was cancelled, or after its own time if that had passed by then.
    Without one it is still ``meant``, which has no ``due_at``.
    """
    if not meant.cancelled:
        return meant
    since = min(meant.starts_at, meant.cancelled_at or meant.starts_at)
    later = (each for each in all_of_them if not each.cancelled and each.starts_at > since)
    return min(later, key=lambda each: each.starts_at, default=meant)


def minutes(text: str, least: int, most: int) -> int:
    """A length as typed, within the programme's bounds; the longest where nothing is typed. Raises ``Rejected``."""
    typed = text.strip()
    if not typed:
        return most
    if re.fullmatch(r"[0-9]{1,3}", typed) and least <= int(typed) <= most:
        return int(typed)
    if least == most:
        raise Rejected(Problem("fixed_length", {"minutes": most}, "length"))
    raise Rejected(Problem("minutes", {"least": least, "most": most}, "length"))


def starts_at(day: str, clock: str, now: datetime, row: str = "") -> datetime:
    """The moment, in UTC, of a day and a time in London as typed (``2026-12-03``, ``14:00``).

    Raises ``Rejected`` for what is no date or time, for the hour that the clocks skip in spring, for
    the past and for more than three years ahead. In the hour that occurs twice the first one is meant.
    ``row`` is what the names of the two fields end with, where a form has several.
    """
    try:
        on = day_of(day)
    except ValueError as error:
        raise Rejected(Problem("bad_date", field=f"day{row}")) from error
    try:
        at = time_of(clock)
    except ValueError as error:
        raise Rejected(Problem("bad_time", field=f"time{row}")) from error
    local = datetime.combine(on, at, LONDON)
    moment = local.astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Rejected(Problem("no_such_time", field=f"time{row}"))
    if moment <= now:
        raise Rejected(Problem("in_the_past", field=f"day{row}"))
    if moment - now > FURTHEST:
        raise Rejected(Problem("too_far_ahead", field=f"day{row}"))
    return moment
