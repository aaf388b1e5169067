"""Forms of several appointments: a row of a day and a time for each."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.clashes import Absent, Engaged
from companion.domain.meetings.recurrence import Slot
from companion.web.page.form_fields import uuid, whole_number

MOST_ROWS = 40


@dataclass(frozen=True)
class AppointmentLine:
    """A row as it is shown: which session it is, or which appointment is there already; and what clashes."""

    slot: Slot
    minutes: int
    clashes: tuple[Engaged | Absent, ...]
    session: int = 0
    was: Appointment | None = None


def slots_of(form: MultiDict[str, str]) -> list[Slot]:
    """The rows of a form, up to the first number that has none."""
    found: list[Slot] = []
    for number in range(1, MOST_ROWS + 1):
        day, time, row = (form.get(f"{name}-{number}") for name in ("day", "time", "row"))
        if day is None and time is None:
            break
        seen = whole_number(form.get(f"seen-{number}", ""))
        found.append(Slot(day or "", time or "", uuid(row or ""), seen))
    return found
