"""Somebody chooses whether the Shift key, pressed three times, leaves the site."""

from datetime import datetime

from companion.domain.people import Viewer
from companion.services.act import acting
from companion.store import people
from companion.store.base import Store


def choose(store: Store, viewer: Viewer, now: datetime, *, shift_leaves: bool) -> None:
    """From now on it does, or doesn't, wherever this person is signed in."""
    with acting(store, viewer, now) as tx:
        people.lock(tx, viewer.account_id)
        people.account(tx, viewer.account_id).shift_leaves = shift_leaves
        tx.commit()
