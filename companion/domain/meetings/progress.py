"""How many of the programme's sessions somebody has had. A count, not a judgement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance

TOOK_PLACE = frozenset({Attendance.ATTENDED, Attendance.NOT_NOTED})
"""Outcomes that count. A session that is over and not recorded yet counts too: he was there, and knows it."""


@dataclass(frozen=True)
class Sessions:
    """How many took place, of how many; additional sessions aren't counted."""

    done: int
    of: int

    @property
    def next(self) -> int:
        """The number of the next one; 0 after the last."""
        return self.done + 1 if self.done < self.of else 0


def sessions(those: Iterable[Appointment], of: int, now: datetime) -> Sessions:
    """Count the sessions among these appointments, in a programme with ``of`` sessions."""
    done = [
        each
        for each in those
        if each.kind is AppointmentKind.SESSION and each.span.ends_at <= now and each.attendance in TOOK_PLACE
    ]
    return Sessions(min(len(done), of), of)


def numbers(those: Iterable[Appointment]) -> dict[UUID, int]:
    """Return which session of the programme each of these appointments is, from 1.

    A session that was missed or cancelled has no number: the next one that takes place has it.
    """
    held = [each for each in those if each.kind is AppointmentKind.SESSION and each.attendance in TOOK_PLACE]
    in_order = sorted(held, key=lambda each: (each.starts_at, each.id))
    return {each.id: number for number, each in enumerate(in_order, 1)}
