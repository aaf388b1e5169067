"""Who reads what a participant tells or submits now, by when, and whether the practitioner is there by then."""

from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.meetings.absence import Away, back_on, reads_by
from companion.domain.time.working_days import london_day
from companion.store.base import Transaction
from companion.store.concerns import concern_rules
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import absence


@dataclass(frozen=True)
class Readers:
    """A lead, by name (empty if the name is damaged or there is none), and the practitioner if there by then."""

    lead: str
    by: datetime
    practitioner: str
    """Empty if the practitioner is away until after that, or has left."""
    away_until: date | None = None
    """The last of the practitioner's days away, if they last longer."""


def readers_of(tx: Transaction, case: Case, now: datetime) -> Readers:
    """Return who reads a concern of this participant that is raised now."""
    lead, by = concern_rules.promise(tx, now)
    if case.practitioner_left:
        return Readers(lead, by, "")
    times = absence.times_away(tx, now)
    if back_on(now, case.practitioner_id, times) <= london_day(by):
        return Readers(lead, by, case.practitioner)
    return Readers(lead, by, "", reads_by(now, case.practitioner_id, times).away_until)


@dataclass(frozen=True)
class Presence:
    """Whether a participant's practitioner is there, for what the participant's pages promise."""

    left: bool
    away_until: date | None
    """The last of the days away that have begun or begin on the next working day."""
    away: tuple[Away, ...] = ()

    def away_on(self, moment: datetime) -> bool:
        """Whether the practitioner is away on this day, or has left."""
        return self.left or any(each.on(london_day(moment)) for each in self.away)


def presence(tx: Transaction, case: Case, now: datetime) -> Presence:
    """Return whether this participant's practitioner is there, now and on days to come."""
    if case.practitioner_left:
        return Presence(True, None)
    times = absence.times_away(tx, now)
    own = tuple(each for each in times if each.who == case.practitioner_id)
    return Presence(False, reads_by(now, case.practitioner_id, times).away_until, own)
