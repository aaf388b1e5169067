"""Who reads what a participant tells us now, by when, and whether the practitioner is there by then."""

from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.meetings.absence import back_on, reads_by
from companion.domain.time.working_days import london_day
from companion.store.base import Transaction
from companion.store.concerns import concern_rules
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import absence


@dataclass(frozen=True)
class Readers:
    """A lead's name (empty if damaged or if there is none), and the practitioner if there by then."""

    lead: str
    by: datetime
    practitioner: str
    """Empty if the practitioner is away until later, or has left."""
    away_until: date | None = None
    """The practitioner's last day away, if that is later."""


def readers_of(tx: Transaction, case: Case, now: datetime) -> Readers:
    """Return who reads a concern of this participant that is raised now."""
    lead, by = concern_rules.promise(tx, now)
    if case.practitioner_left:
        return Readers(lead, by, "")
    times = absence.times_away(tx, now)
    if back_on(now, case.practitioner_id, times) <= london_day(by):
        return Readers(lead, by, case.practitioner)
    return Readers(lead, by, "", reads_by(now, case.practitioner_id, times).away_until)
