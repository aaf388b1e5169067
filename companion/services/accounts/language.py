"""A participant chooses the language in which Companion speaks to him."""

from datetime import datetime

from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.services.act import acting
from companion.store import people
from companion.store.base import Store


def choose(store: Store, viewer: Viewer, language: str, now: datetime) -> None:
    """From now on pages and letters are in this language. Raises ``NotFound`` for staff, whose pages are English."""
    with acting(store, viewer, now) as tx:
        if viewer.role.staff:
            raise NotFound
        people.lock(tx, viewer.account_id)
        people.account(tx, viewer.account_id).language = language
        tx.commit()
