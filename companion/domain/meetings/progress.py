"""Count how many of the programme's sessions a participant has had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance

TOOK_PLACE = frozenset({Attendance.ATTENDED, Attendance.NOT_NOTED})
"""The outcomes that mean a session took place. A past session without an outcome counts as having taken
place.
"""


@dataclass(frozen=True)
class Sessions:
    """How many sessions took place, and how many the programme has."""

    done: int
    of: int

    @property
    def next(self) -> int:
        """The number of the next session, or 0 after the last session."""
        return self.done + 1 if self.done < self.of else 0


def sessions(those: Iterable[Appointment], of: int, now: datetime) -> Sessions:
    done = [
        each
        for each in those
        if each.kind is AppointmentKind.SESSION and each.span.ends_at <= now and each.attendance in TOOK_PLACE
    ]
    return Sessions(min(len(done), of), of)


def numbers(those: Iterable[Appointment]) -> dict[UUID, int]:
    """Return the number of each programme session, starting at 1, keyed by appointment id.

    Missed or cancelled sessions aren't numbered.
    """
    held = [each for each in those if each.kind is AppointmentKind.SESSION and each.attendance in TOOK_PLACE]
    in_order = sorted(held, key=lambda each: (each.starts_at, each.id))
    return {each.id: number for number, each in enumerate(in_order, 1)}
