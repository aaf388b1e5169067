"""Find out who would read a new concern from a participant, and by when."""

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
    """Who would read a participant's new concern, and by when.

    The lead's name is empty if there is no lead or decryption fails.
    """

    lead: str
    by: datetime
    practitioner: str
    """The practitioner's name, or an empty string if they've left or will be away when the concern needs
    reading.
    """
    away_until: date | None = None
    """The practitioner's last day away, if the practitioner will be away."""


def readers_of(tx: Transaction, case: Case, now: datetime) -> Readers:
    """Return who would read a new concern from this participant."""
    lead, by = concern_rules.promise(tx, now)
    if case.practitioner_left:
        return Readers(lead, by, "")
    times = absence.times_away(tx, now)
    if back_on(now, case.practitioner_id, times) <= london_day(by):
        return Readers(lead, by, case.practitioner)
    return Readers(lead, by, "", reads_by(now, case.practitioner_id, times).away_until)
