"""Notify practitioners about unread messages: those to colleagues they cover for, and their own when they
come back.
"""

from datetime import datetime, timedelta

from companion.domain.meetings.absence import who_reads
from companion.domain.time.working_days import london_day
from companion.store import outbox, people
from companion.store.base import Store, Transaction
from companion.store.meetings import absence
from companion.store.messages import messages
from companion.store.messages.messages import UnreadMessage
from companion.store.outbox import Notice

LATELY = timedelta(days=7)
"""How long after an absence Companion keeps notifying the practitioner of unread messages."""


def tell_readers(store: Store, now: datetime) -> int:
    """Notify practitioners about unread messages when they cover for a colleague, or come back from an
    absence. Return the number of new notices.

    Nobody is notified twice about the same message.
    """
    with store.reading() as tx:
        if not _untold(tx, now):
            return 0
    with store.writing(now) as tx:
        people.lock_several(tx, {each.reader for each in _untold(tx, now)})
        made = sum(
            outbox.notify_once(tx, each.reader, Notice.MESSAGE_SENT, each.message, "waiting", now)
            for each in _untold(tx, now)
        )
        tx.commit()
    return made


def _untold(tx: Transaction, now: datetime) -> list[UnreadMessage]:
    times = absence.times_away(tx, now - LATELY)
    readers = {each.who: who_reads(now, each.who, times) for each in times if each.first <= london_day(now)}
    waiting = messages.waiting_for(tx, {who: reader for who, reader in readers.items() if reader})
    told = outbox.told(tx, Notice.MESSAGE_SENT, {each.message for each in waiting})
    return [each for each in waiting if (each.reader, each.message) not in told]
