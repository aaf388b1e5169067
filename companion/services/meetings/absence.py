"""A practitioner says when he is away and who reads his messages meanwhile, and takes it back."""

from datetime import date, datetime, timedelta
from uuid import UUID

from companion.domain.meetings import absence
from companion.domain.meetings.appointments import Span
from companion.domain.meetings.clashes import Clashes, Clashing, clashes
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.domain.time.working_days import midnight
from companion.services.act import acting
from companion.store import audit, people
from companion.store.base import Store, Transaction
from companion.store.meetings import appointments
from companion.store.meetings.absence import AbsenceRow, away_row


def add(
    store: Store,
    viewer: Viewer,
    new_id: UUID,
    first: str,
    last: str,
    cover: str,
    now: datetime,
    confirmed: str | None = None,
) -> None:
    """Add a time away; doing it again with the same id does nothing.

    Raise ``Rejected``, and if a form asks ``Clashing`` for meetings on those days, unless ``confirmed`` is the mark
    of just these.
    """
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.PRACTITIONER:
            raise NotFound
        appointments.hold_diary(tx, viewer)
        others = [each.id for each in people.practitioners(tx, but=viewer.account_id)]
        begins, ends, by = absence.typed(first, last, cover, others, now)
        if tx.get(AbsenceRow, new_id) is None:
            found = booked(tx, viewer, begins, ends, now)
            if found and confirmed is not None and found.mark != confirmed:
                raise Clashing(found)
            tx.add(
                AbsenceRow(
                    id=new_id,
                    account_id=viewer.account_id,
                    first=begins,
                    last=ends,
                    cover_id=by,
                    made_at=now,
                )
            )
            audit.record(tx, audit.Event.AWAY_ADDED, now, viewer, subject=new_id)
        tx.commit()


def booked(tx: Transaction, viewer: Viewer, first: date, last: date, now: datetime) -> Clashes:
    """The viewer's own meetings to come on these days."""
    begin, end = midnight(first), midnight(last + timedelta(days=1))
    days = Span(begin, int((end - begin).total_seconds()) // 60)
    met = [each for each in appointments.diary(tx, viewer, [days]) if each.appointment.is_to_come(now)]
    return clashes([days], sorted(met, key=lambda each: each.appointment.starts_at))


def take_back(store: Store, viewer: Viewer, away_id: UUID, now: datetime) -> None:
    """He is not away then after all: a cover reads nothing from now on. Doing it again changes nothing."""
    with acting(store, viewer, now) as tx:
        row = away_row(tx, viewer, away_id)
        if row.taken_back_at is None:
            row.taken_back_at = now
            audit.record(tx, audit.Event.AWAY_TAKEN_BACK, now, viewer, subject=row.id)
        tx.commit()
