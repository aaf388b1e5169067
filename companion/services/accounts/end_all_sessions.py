"""Let an operator sign everybody out, for example after a session was stolen."""

from datetime import datetime

from companion.services.act import unattended
from companion.store import audit
from companion.store.accounts import sessions
from companion.store.base import Store


def end_all(store: Store, now: datetime) -> int:
    """End everybody's sessions, and return how many sessions ended.

    Drafts and known devices are kept.
    """
    with unattended(store, now) as tx:
        ended = sessions.end_everybodys(tx, now)
        audit.record(tx, audit.Event.SESSIONS_ENDED, detail=f"everybody:{ended}")
        tx.commit()
    return ended
