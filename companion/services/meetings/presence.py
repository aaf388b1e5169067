"""Find out whether a participant's practitioner is away or has left the service."""

from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.meetings.absence import Away, reads_by
from companion.domain.time.working_days import london_day
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import absence


@dataclass(frozen=True)
class Presence:
    """A participant's practitioner, and whether the practitioner is away or has left the service.

    Pages use ``Presence`` to say who will read a message, and when.
    """

    left: bool
    away_until: date | None
    """The last day of an absence that covers today or the next working day, or None."""
    away: tuple[Away, ...] = ()

    def away_on(self, moment: datetime) -> bool:
        """True if the practitioner is away on this day or has left."""
        return self.left or any(each.on(london_day(moment)) for each in self.away)


def presence_of(tx: Transaction, case: Case, now: datetime) -> Presence:
    """Return whether this participant's practitioner has left or will soon be away."""
    if case.practitioner_left:
        return Presence(True, None)
    times = absence.times_away(tx, now)
    own = tuple(each for each in times if each.who == case.practitioner_id)
    return Presence(False, reads_by(now, case.practitioner_id, times).away_until, own)
