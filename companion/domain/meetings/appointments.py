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
FURTHEST = timedelta(days=3 * 365)
LATELY = timedelta(days=14)
"""The period after a meeting's start in which staff can add the meeting, if it wasn't booked."""
WORDS_MOST = 2000
"""The maximum number of characters in a remark about attendance."""


@dataclass(frozen=True)
class Span:
    """A period of time: its start, and its length in minutes."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """The time at which the period ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Span") -> bool:
        """Return whether two periods overlap. Two periods don't overlap if the second period begins exactly
        when the first period ends.
        """
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Appointment:
    """A meeting with one participant.

    ``revision`` increases with each change, so that people don't overwrite each other's changes.
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
    """The start time when the participant last saw a change to the appointment, or None."""
    seen_cancelled: bool = False
    """True if the participant has seen that the appointment was cancelled."""

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.minutes)

    @property
    def cancelled(self) -> bool:
        return self.attendance in CANCELLED

    @property
    def due_at(self) -> datetime | None:
        """The deadline for this appointment's work, or None if the appointment was cancelled."""
        return None if self.cancelled else self.starts_at

    def is_news(self, now: datetime) -> bool:
        """Return whether to tell the participant that the appointment has been moved or cancelled.

        The page mentions a moved or cancelled appointment until the participant has seen the change or the
        appointment is over.
        """
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
    """Return the outcomes that can be recorded for an appointment at this time.

    A future appointment can only be cancelled. Staff can remove an outcome that was recorded by mistake.
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
    """Return the appointment before which work is due, if the work was set for the appointment ``meant``.

    If ``meant`` was cancelled, return the next appointment after the cancellation or after the start of
    ``meant``, whichever is earlier. If there is no later appointment, return ``meant``, whose ``due_at`` is
    then None.
    """
    if not meant.cancelled:
        return meant
    since = min(meant.starts_at, meant.cancelled_at or meant.starts_at)
    later = (each for each in all_of_them if not each.cancelled and each.starts_at > since)
    return min(later, key=lambda each: each.starts_at, default=meant)


def minutes(text: str, least: int, most: int) -> int:
    """Return the length in minutes from a form, or ``most`` if the field is empty.

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
    """Return the time in UTC for a day and time typed in London time (``2026-12-03``, ``14:00``).

    Raise ``Rejected`` for a day or time that isn't valid or is in the hour that clocks skip in spring. Also
    raise ``Rejected`` if the time is more than ``back`` ago or more than three years ahead. If the time
    occurs twice because the clocks go back in autumn, use the earlier time. ``row`` is the suffix of the
    names of the day field and the time field.
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
