"""Confirming a copy of the wrapping key kept off the machine: it was read back, and that is recorded."""

from datetime import datetime

from companion.services.act import unattended
from companion.store import audit
from companion.store.base import Store, Transaction
from companion.store.operations import rotate_wrapping_key


def confirm(store: Store, text: str, now: datetime) -> int:
    """Record that this copy opens what the wrapping key now wraps; return that key's id. Raise ``BadSetting``."""
    primary = rotate_wrapping_key.opened_by_copy(store.keys, text)
    with unattended(store, now) as tx:
        audit.record(tx, audit.Event.WRAPPING_KEY_COPIED, detail=str(primary))
        audit.seal(tx)  # ``doctor`` trusts only the chain
        tx.commit()
    return primary


def confirmed(tx: Transaction) -> bool:
    """Whether a copy of the current wrapping key was read back."""
    last = audit.last(tx, audit.Event.WRAPPING_KEY_COPIED)
    return last is not None and last.detail == str(rotate_wrapping_key.wrapping_keys(tx.keys).primary)
