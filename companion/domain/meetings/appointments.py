"""Appointments are meetings in person. Times are stored in UTC and shown in London time."""

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
    NOT_NOTED = "not_noted"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED_BY_PARTICIPANT = "cancelled_by_participant"
    CANCELLED_BY_SERVICE = "cancelled_by_service"


CANCELLED: Final = frozenset({Attendance.CANCELLED_BY_PARTICIPANT, Attendance.CANCELLED_BY_SERVICE})
"""The outcomes that mean that an appointment was cancelled."""
NOT_HELD: Final = CANCELLED | {Attendance.MISSED}
"""The outcomes that mean that participant and practitioner didn't meet."""
FURTHEST = timedelta(days=3 * 365)
LATELY = timedelta(days=14)
"""How long after a meeting's start staff can still add it."""
WORDS_MOST = 2000
"""The maximum number of characters in a remark about attendance."""


@dataclass(frozen=True)
class Span:
    """A period of time: its start, and its length in minutes."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """The end of this period of time: its start plus its length."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Span") -> bool:
        """Return whether two periods overlap. Two periods don't overlap if one begins exactly when the other
        ends.
        """
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Appointment:
    """A meeting with one participant.

    ``revision`` increases with each change. Nobody overwrites another person's change.
    """

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
    """The start time that the participant saw last, or None."""
    seen_cancelled: bool = False
    """True if the participant has seen that the appointment was cancelled."""

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.minutes)

    @property
    def cancelled(self) -> bool:
        return self.attendance in CANCELLED

    @property
    def not_held(self) -> bool:
        """True if the appointment was cancelled or missed."""
        return self.attendance in NOT_HELD

    @property
    def due_at(self) -> datetime | None:
        """The deadline for work set for this appointment, or None if it was cancelled."""
        return None if self.cancelled else self.starts_at

    def is_news(self, now: datetime) -> bool:
        """Return whether to tell the participant that the appointment has been moved or cancelled."""
        if self.span.ends_at <= now:
            return False
        if self.seen_starts_at is None:
            return self.cancelled or self.moved_from is not None
        return (self.seen_starts_at, self.seen_cancelled) != (self.starts_at, self.cancelled)

    @property
    def known_from(self) -> datetime:
        """The start time that the participant last saw."""
        return self.seen_starts_at or self.moved_from or self.starts_at

    def is_to_come(self, now: datetime) -> bool:
        """Return whether the appointment is in the future and not cancelled."""
        return self.starts_at > now and not self.cancelled


def may_be_noted(appointment: Appointment, now: datetime) -> tuple[Attendance, ...]:
    """Return the outcomes that can be recorded at this time.

    Before an appointment starts, the only outcome that can be recorded is a cancellation. Staff can remove an
    outcome that was recorded by mistake.
    """
    begun = (Attendance.ATTENDED, Attendance.MISSED) if appointment.starts_at <= now else ()
    back = () if appointment.attendance is Attendance.NOT_NOTED else (Attendance.NOT_NOTED,)
    return (*begun, Attendance.CANCELLED_BY_PARTICIPANT, Attendance.CANCELLED_BY_SERVICE, *back)


def attendance(text: str, appointment: Appointment, now: datetime) -> Attendance:
    """Return the chosen attendance, or raise ``Rejected`` if the choice isn't valid."""
    if not text:
        raise Rejected(Problem("nothing_chosen", field="attendance"))
    if text not in may_be_noted(appointment, now):
        raise Rejected(Problem("not_offered", field="attendance"))
    return Attendance(text)


def due_before(meant: Appointment, all_of_them: Iterable[Appointment]) -> Appointment:
    """Return the appointment before which the participant must finish a piece of work. ``meant`` is the
    appointment for which the practitioner set the work.

    Return the appointment ``meant`` or, if it was cancelled, the next one that hasn't been cancelled. Find
    the first appointment that starts after ``meant`` was due to start or was cancelled, whichever was
    earlier. If there's no next appointment, return ``meant`` (the one the work was set for), even if it was
    cancelled.
    """
    if not meant.cancelled:
        return meant
    since = min(meant.starts_at, meant.cancelled_at or meant.starts_at)
    later = (each for each in all_of_them if not each.cancelled and each.starts_at > since)
    return min(later, key=lambda each: each.starts_at, default=meant)


def minutes(text: str, least: int, most: int) -> int:
    """Return the appointment's length in minutes. If the form gives no length, return the longest allowed.

    Raise ``Rejected`` if the length isn't between ``least`` and ``most``.
    """
    typed = text.strip()
    if not typed:
        return most
    if re.fullmatch(r"[0-9]{1,3}", typed) and least <= int(typed) <= most:
        return int(typed)
    if least == most:
        raise Rejected(Problem("fixed_length", {"minutes": most}, "length"))
    raise Rejected(Problem("minutes", {"least": least, "most": most}, "length"))


def starts_at(day: str, clock: str, now: datetime, row: str = "", back: timedelta = timedelta(0)) -> datetime:
    """Convert a day and time that somebody typed in London time (``2026-12-03``, ``14:00``) to UTC.

    Raise ``Rejected`` for an invalid day or time. Times in the hour that clocks skip in spring aren't valid.
    Raise ``Rejected`` if the time is more than three years in the future, or further in the past than
    ``back`` allows. If a time occurs twice because the clocks go back, use the earlier one. The form's day
    and time fields are named ``day`` and ``time`` plus the row's number, for example ``day-3``.
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
    if moment <= now - back:
        raise Rejected(Problem("too_long_ago" if back else "in_the_past", field=f"day{row}"))
    if moment - now > FURTHEST:
        raise Rejected(Problem("too_far_ahead", field=f"day{row}"))
    return moment
