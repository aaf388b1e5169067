"""Whether a participant's practitioner is there."""

from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.meetings.absence import Away, reads_by
from companion.domain.time.working_days import london_day
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import absence


@dataclass(frozen=True)
class Presence:
    """Whether a participant's practitioner is there, for the promises on participants' pages."""

    left: bool
    away_until: date | None
    """The last of the days away that have begun, or begin on the next working day."""
    away: tuple[Away, ...] = ()

    def away_on(self, moment: datetime) -> bool:
        """Whether the practitioner is away on this day, or has left."""
        return self.left or any(each.on(london_day(moment)) for each in self.away)


def presence_of(tx: Transaction, case: Case, now: datetime) -> Presence:
    """Return whether this participant's practitioner is there, now and on days to come."""
    if case.practitioner_left:
        return Presence(True, None)
    times = absence.times_away(tx, now)
    own = tuple(each for each in times if each.who == case.practitioner_id)
    return Presence(False, reads_by(now, case.practitioner_id, times).away_until, own)
