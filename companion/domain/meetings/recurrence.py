"""Propose days and times in London for several appointments."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.absence import Away
from companion.domain.meetings.appointments import Appointment, Attendance, Span, starts_at
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day

EVERY: Final = {"week": 7, "two-weeks": 14}
"""Named intervals between appointments, in days."""
DAYS = "days"
MOST_DAYS = 60


@dataclass(frozen=True)
class Proposed:
    """A proposed day and time in London.

    If the appointment would fall on a weekend, a bank holiday or a day when the practitioner is away,
    Companion proposes a later day. ``instead_of`` is the day that the proposed day replaces, or None.
    """

    at: datetime
    instead_of: date | None = None


@dataclass(frozen=True)
class Slot:
    """A row of a booking form, with a day and a time. A row for an existing appointment also has the
    appointment's id and revision.

    If Companion proposes a later day because the practitioner doesn't work on the original day,
    ``instead_of`` is the original day.
    """

    day: str
    time: str
    appointment_id: UUID | None = None
    seen: int = -1
    instead_of: date | None = None


def rhythm(chosen: str, days: str) -> int:
    """Return the number of days from one appointment to the next. Raise ``Rejected`` if the choice isn't
    valid.
    """
    if chosen in EVERY:
        return EVERY[chosen]
    if chosen != DAYS:
        raise Rejected(Problem("not_offered", field="rhythm"))
    typed = days.strip()
    if not (re.fullmatch(r"[0-9]{1,2}", typed) and 1 <= int(typed) <= MOST_DAYS):
        raise Rejected(Problem("whole_number", {"least": 1, "most": MOST_DAYS}, "days"))
    return int(typed)


def by_rhythm(first: datetime, days: int, count: int, away: Collection[Away] = ()) -> list[Proposed]:
    """Return ``count`` proposed appointments, from ``first`` onwards, all at the same time of day.

    Propose only days on which the practitioner is at work.
    """
    begin = _on_the_wall(first)
    found: list[Proposed] = []
    for number in range(count):
        meant = begin + timedelta(days=days * number)
        free = max(meant, found[-1].at + timedelta(days=1)) if found else meant
        found.append(_proposed(free, meant, away))
    return found


def shifted(
    moved: Appointment, to: datetime, followers: Sequence[Appointment], away: Collection[Away] = ()
) -> list[Proposed]:
    """Return new times for a moved appointment and the appointments that follow.

    Every later appointment moves by the same number of days and hours as the first appointment. If a
    later appointment would move to the practitioner's day off, use their next working day.
    """
    new = to.astimezone(LONDON).replace(tzinfo=None)
    by = new - _on_the_wall(moved.starts_at)
    meant = [_on_the_wall(each.starts_at) + by for each in followers]
    return [Proposed(new), *(_proposed(each, each, away) for each in meant)]


def sessions_to_book(meetings: Sequence[Appointment], lengths: Sequence[int]) -> list[tuple[int, int]]:
    """For each programme session that still has to be booked, return the session's number and its length.

    A missed or cancelled session has to be booked again.
    """
    booked = [
        each
        for each in meetings
        if each.kind is AppointmentKind.SESSION
        and not each.cancelled
        and each.attendance is not Attendance.MISSED
    ]
    return [(number, length) for number, length in enumerate(lengths, 1) if number > len(booked)]


def spans(slots: Sequence[Slot], lengths: Sequence[int], now: datetime) -> list[Span]:
    """Return the start and length of each appointment in a booking form. Raise one ``Rejected`` that
    lists every invalid or overlapping row.
    """
    problems: list[Problem] = []
    found: list[Span] = []
    for number, (slot, minutes) in enumerate(zip(slots, lengths, strict=True), 1):
        try:
            span = Span(starts_at(slot.day, slot.time, now, f"-{number}"), minutes)
        except Rejected as rejected:
            problems += rejected.problems
            continue
        if any(span.overlaps(other) for other in found):
            problems.append(Problem("rows_overlap", field=f"day-{number}"))
        found.append(span)
    if problems:
        raise Rejected(*problems)
    return found


def _proposed(at: datetime, meant: datetime, away: Collection[Away]) -> Proposed:
    while not is_working_day(at.date()) or any(each.on(at.date()) for each in away):
        at += timedelta(days=1)
    return Proposed(at, meant.date() if at != meant else None)


def _on_the_wall(moment: datetime) -> datetime:
    return moment.astimezone(LONDON).replace(tzinfo=None)
