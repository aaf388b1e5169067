"""Appointments: meetings in person, stored in UTC, agreed and shown in London time."""

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
    """The outcome of an appointment."""

    NOT_NOTED = "not_noted"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED_BY_PARTICIPANT = "cancelled_by_participant"
    CANCELLED_BY_SERVICE = "cancelled_by_service"


CANCELLED: Final = frozenset({Attendance.CANCELLED_BY_PARTICIPANT, Attendance.CANCELLED_BY_SERVICE})
"""Cancelled appointments don't count: one is never the next one, and nothing is due before it."""
FURTHEST = timedelta(days=3 * 365)
WORDS_MOST = 2000
"""Most characters in a remark about attendance."""


@dataclass(frozen=True)
class Span:
    """A start and a length in minutes."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Span") -> bool:
        """Whether both include the same minute. One may end just when the other begins."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Appointment:
    """One meeting of one enrolment. ``revision`` counts its changes, so that two people can't undo each other's."""

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
    """Its start when the participant last saw a change to it; None if there was none."""
    seen_cancelled: bool = False
    """Whether it was cancelled at that time."""

    @property
    def span(self) -> Span:
        """The time it takes."""
        return Span(self.starts_at, self.minutes)

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.attendance in CANCELLED

    @property
    def due_at(self) -> datetime | None:
        """When work due before it is due; None if it was cancelled and nothing has replaced it."""
        return None if self.cancelled else self.starts_at

    def is_news(self, now: datetime) -> bool:
        """Whether to tell the participant that it was moved or cancelled: until they see it, or it is over."""
        if self.span.ends_at <= now:
            return False
        if self.seen_starts_at is None:
            return self.cancelled or self.moved_from is not None
        return (self.seen_starts_at, self.seen_cancelled) != (self.starts_at, self.cancelled)

    @property
    def known_from(self) -> datetime:
        """The start that they know, if it has moved since."""
        return self.seen_starts_at or self.moved_from or self.starts_at

    def is_to_come(self, now: datetime) -> bool:
        """Whether it is still to come and not cancelled."""
        return self.starts_at > now and not self.cancelled


def may_be_noted(appointment: Appointment, now: datetime) -> tuple[Attendance, ...]:
    """Return what can be recorded about it now. A future one can only be cancelled; mistakes can be undone."""
    begun = (Attendance.ATTENDED, Attendance.MISSED) if appointment.starts_at <= now else ()
    back = () if appointment.attendance is Attendance.NOT_NOTED else (Attendance.NOT_NOTED,)
    return (*begun, Attendance.CANCELLED_BY_PARTICIPANT, Attendance.CANCELLED_BY_SERVICE, *back)


def attendance(text: str, appointment: Appointment, now: datetime) -> Attendance:
    """Return the attendance chosen. Raise ``Rejected``."""
    if not text:
        raise Rejected(Problem("nothing_chosen", field="attendance"))
    if text not in may_be_noted(appointment, now):
        raise Rejected(Problem("not_offered", field="attendance"))
    return Attendance(text)


def due_before(meant: Appointment, all_of_them: Iterable[Appointment]) -> Appointment:
    """Return the appointment that work set for ``meant`` is due before: if cancelled, the next one.

    The next one counts from when it was cancelled, or from its own time if that was earlier. If there is none, return
    ``meant``, which has no ``due_at``.
    """
    if not meant.cancelled:
        return meant
    since = min(meant.starts_at, meant.cancelled_at or meant.starts_at)
    later = (each for each in all_of_them if not each.cancelled and each.starts_at > since)
    return min(later, key=lambda each: each.starts_at, default=meant)


def minutes(text: str, least: int, most: int) -> int:
    """Return the length typed, within the programme's bounds; the longest if empty. Raise ``Rejected``."""
    typed = text.strip()
    if not typed:
        return most
    if re.fullmatch(r"[0-9]{1,3}", typed) and least <= int(typed) <= most:
        return int(typed)
    if least == most:
        raise Rejected(Problem("fixed_length", {"minutes": most}, "length"))
    raise Rejected(Problem("minutes", {"least": least, "most": most}, "length"))


def starts_at(day: str, clock: str, now: datetime, row: str = "") -> datetime:
    """Return the moment, in UTC, of a London day and time as typed (``2026-12-03``, ``14:00``).

    Raise ``Rejected`` for an invalid date or time, for the hour skipped in spring, for the past and for more than
    three years ahead. In the repeated hour in autumn, the first is meant. ``row`` is the suffix of the two fields'
    names in a form with several rows.
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
