"""A practitioner says when he is away and who reads his messages meanwhile, and takes it back."""

from datetime import datetime
from uuid import UUID

from companion.domain import away as domain
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.services.acting import acting
from companion.store import audit, away, people
from companion.store.away import AwayRow
from companion.store.base import Store


def add(store: Store, viewer: Viewer, new_id: UUID, first: str, last: str, cover: str, now: datetime) -> None:
    """Add a time away; doing it again with the same id does nothing. Raises ``Rejected``."""
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.PRACTITIONER:
            raise NotFound
        people.lock(tx, viewer.account_id)
        others = [each.id for each in people.practitioners(tx, but=viewer.account_id)]
        begins, ends, by = domain.typed(first, last, cover, others, now)
        if tx.get(AwayRow, new_id) is None:
            tx.add(
                AwayRow(
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


def take_back(store: Store, viewer: Viewer, away_id: UUID, now: datetime) -> None:
    """He is not away then after all: a cover reads nothing from now on. Doing it again changes nothing."""
    with acting(store, viewer, now) as tx:
        row = away.away_row(tx, viewer, away_id)
        if row.taken_back_at is None:
            row.taken_back_at = now
            audit.record(tx, audit.Event.AWAY_TAKEN_BACK, now, viewer, subject=row.id)
        tx.commit()
