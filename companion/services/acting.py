"""The frame of every act: one transaction, and a record of it when it was refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from companion.domain.people import Viewer
from companion.domain.refusals import LeavesPath, NotAllowed, Refused, Rejected
from companion.store import audit, people
from companion.store.base import Store, Transaction


@contextmanager
def acting(store: Store, viewer: Viewer | None, now: datetime) -> Iterator[Transaction]:
    """A writing transaction. The act commits it; a refusal rolls it back and is recorded in a second one.

    Of somebody whose account was closed while his request was on its way, nothing is done any more.
    Something mistyped (``Rejected``) or to be confirmed first (``LeavesPath``) is not worth a record.
    """
    try:
        with store.writing() as tx:
            if viewer:
                people.require_here(tx, viewer)
            yield tx
    except (Rejected, LeavesPath):
        raise
    except Refused as refusal:
        detail = refusal.key if isinstance(refusal, NotAllowed) else type(refusal).__name__
        record_refusal(store, viewer, detail, now)
        refusal.recorded = True
        raise


def record_refusal(store: Store, viewer: Viewer | None, detail: str, now: datetime) -> None:
    """Write down that something was refused, in a transaction of its own. ``detail`` is a key, never a text."""
    with store.writing() as tx:
        audit.record(tx, audit.Event.REFUSED, now, viewer, detail=detail)
        tx.commit()
