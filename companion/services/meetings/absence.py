"""Let a practitioner enter an absence and name a colleague to read the practitioner's messages."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from companion.domain.meetings import absence
from companion.domain.meetings.appointments import Span
from companion.domain.meetings.clashes import Clashes, Clashing, clashes
from companion.domain.people import Role
from companion.domain.time.working_days import midnight
from companion.services.act import Actor, acting
from companion.store import audit, people
from companion.store.base import Transaction
from companion.store.meetings import appointments
from companion.store.meetings.absence import AbsenceRow, away_row


@dataclass(frozen=True)
class AbsenceForm:
    """The first and last day away, and the covering practitioner, as typed."""

    first: str
    last: str
    cover: str


def add(actor: Actor, new_id: UUID, typed: AbsenceForm, confirmed: str | None = None) -> None:
    """Add an absence. Repeating the call with the same id does nothing.

    Raise ``Rejected`` for a mistake in the form. If the viewer has meetings during the absence, raise
    ``Clashing`` unless ``confirmed`` identifies exactly those meetings. If ``confirmed`` is None, add the
    absence even if the viewer has meetings then.
    """
    with acting(actor, role=Role.PRACTITIONER) as tx:
        appointments.hold_diary(tx, actor.viewer)
        others = [each.id for each in people.practitioners(tx, but=actor.viewer.account_id)]
        begins, ends, by = absence.typed(typed.first, typed.last, typed.cover, others, actor.now)
        if tx.get(AbsenceRow, new_id) is None:
            found = booked(tx, actor, begins, ends)
            if found and confirmed is not None and found.mark != confirmed:
                raise Clashing(found)
            tx.add(
                AbsenceRow(
                    id=new_id,
                    account_id=actor.viewer.account_id,
                    first=begins,
                    last=ends,
                    cover_id=by,
                    made_at=actor.now,
                )
            )
            audit.record(tx, audit.Event.AWAY_ADDED, subject=new_id)
        tx.commit()


def booked(tx: Transaction, actor: Actor, first: date, last: date) -> Clashes:
    """Return the viewer's own future meetings on these days."""
    begin, end = midnight(first), midnight(last + timedelta(days=1))
    days = Span(begin, int((end - begin).total_seconds()) // 60)
    met = [
        each
        for each in appointments.diary(tx, actor.viewer, [days])
        if each.appointment.is_to_come(actor.now)
    ]
    return clashes([days], sorted(met, key=lambda each: each.appointment.starts_at))


def take_back(actor: Actor, away_id: UUID) -> None:
    """Cancel an absence.

    Once the absence is cancelled, the covering practitioner can't read the absent practitioner's messages.
    Repeating the call changes nothing.
    """
    with acting(actor) as tx:
        row = away_row(tx, actor.viewer, away_id)
        if row.taken_back_at is None:
            row.taken_back_at = actor.now
            audit.record(tx, audit.Event.AWAY_TAKEN_BACK, subject=row.id)
        tx.commit()
