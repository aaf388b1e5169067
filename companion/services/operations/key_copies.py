"""Check an operator's copy of the wrapping key.

The audit log records the check.
"""

from datetime import datetime

from companion.services.act import unattended
from companion.store import audit
from companion.store.base import Store, Transaction
from companion.store.operations import rotate_wrapping_key


def confirm(store: Store, text: str, now: datetime) -> int:
    """Check that ``text``, an operator's copy of the wrapping keys, contains the current wrapping key. Record
    in the audit log that the key copy was checked.

    Return the wrapping key's id. Raise ``BadSetting`` if the copy is damaged, doesn't contain the current
    wrapping key, or can't decrypt the key store.
    """
    primary = rotate_wrapping_key.opened_by_copy(store.keys, text)
    with unattended(store, now) as tx:
        audit.record(tx, audit.Event.WRAPPING_KEY_COPIED, detail=str(primary))
        audit.seal(tx)  # ``doctor`` trusts only the audit chain
        tx.commit()
    return primary


def confirmed(tx: Transaction) -> bool:
    """Return whether an operator's copy of the current wrapping key has been checked."""
    last = audit.last(tx, audit.Event.WRAPPING_KEY_COPIED)
    return last is not None and last.detail == str(rotate_wrapping_key.wrapping_keys(tx.keys).primary)
