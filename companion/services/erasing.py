"""A participant asks for what is held on him to be erased. A lead decides on it; that comes later."""

from datetime import datetime

from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.services.acting import acting
from companion.store import audit, erasures
from companion.store.base import Store


def ask_for_erasure(store: Store, viewer: Viewer, now: datetime) -> None:
    """Write it down, once; asking again changes nothing. He hears the same, whether anything holds it or not."""
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.PARTICIPANT:
            raise NotFound
        if erasures.ask(tx, viewer, now):
            audit.record(tx, audit.Event.ERASURE_ASKED, now, viewer, subject=viewer.account_id)
        tx.commit()
