"""That there is a copy of the wrapping key, away from the machine: it was read again, and somebody says so."""

from datetime import datetime

import tink

from companion.config import BadSetting
from companion.services.acting import acting
from companion.store import audit, rewrapping
from companion.store.base import Store, Transaction
from companion.store.keys import SERVICE_SECRETS, Keys
from companion.store.wrapping import KeyInEnvironment


def confirm(store: Store, text: str, now: datetime) -> int:
    """Record that this copy opens what the wrapping key wraps now; that key's id. Raises ``BadSetting``."""
    primary = rewrapping.wrapping_keys(store.keys).primary
    copy = KeyInEnvironment(text)
    if primary not in copy.ids:
        raise BadSetting(f"This is a copy of another key: the one that wraps now, {primary}, is not in it.")
    try:
        Keys(store.keys.engine, copy).secret(SERVICE_SECRETS[0])
    except tink.TinkError as error:
        raise BadSetting("This copy does not open what the wrapping key wrapped.") from error
    with acting(store, None, now) as tx:
        audit.record(tx, audit.Event.WRAPPING_KEY_COPIED, now, None, detail=str(primary))
        audit.seal(tx)  # ``doctor`` believes the chain alone
        tx.commit()
    return primary


def confirmed(tx: Transaction) -> bool:
    """Whether a copy of the key that wraps now was read again."""
    last = audit.last(tx, audit.Event.WRAPPING_KEY_COPIED)
    return last is not None and last.detail == str(rewrapping.wrapping_keys(tx.keys).primary)
