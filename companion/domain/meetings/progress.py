"""How far somebody has come through the sessions of his programme: a count, and no judgement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Attendance

TOOK_PLACE = frozenset({Attendance.ATTENDED, Attendance.NOT_NOTED})
"""One that is over and not noted yet is counted: he was there, and knows it."""


@dataclass(frozen=True)
class Sessions:
    """How many took place, of how many; additional ones aren't counted."""

    done: int
    of: int

    @property
    def next(self) -> int:
        """The number of the one that comes next; 0 when all took place."""
        return self.done + 1 if self.done < self.of else 0


def sessions(those: Iterable[Appointment], of: int, now: datetime) -> Sessions:
    """The sessions among these appointments, of a programme that has so many."""
    done = [
        each
        for each in those
        if each.kind is AppointmentKind.SESSION and each.span.ends_at <= now and each.attendance in TOOK_PLACE
    ]
    return Sessions(min(len(done), of), of)
