"""Add participants who have finished the programme to the anonymous figures, in groups of five."""

from collections import defaultdict
from datetime import datetime

from companion.domain.evaluation.figures import LEAST, SETTLES, block
from companion.domain.time.london import LONDON
from companion.store import audit
from companion.store.base import Store, Transaction
from companion.store.evaluation import figures
from companion.store.evaluation.figures import Over


def count(store: Store, now: datetime) -> int:
    """Add every complete group of five participants to the figures, and return the number of groups added."""
    with store.reading() as tx:
        if not _ready(tx, now):
            return 0
    with store.writing(now) as tx:
        many = count_within(tx, now)
        tx.commit()
    return many


def count_within(tx: Transaction, now: datetime) -> int:
    """Add participants to the anonymous figures in groups of five, once a group is full. Return how many
    groups of participants were added to the figures.

    The caller opens the transaction.
    """
    ready = _ready(tx, now, lock=True)
    month = now.astimezone(LONDON).date().replace(day=1)
    for together in ready:
        rows = [each.row for each in together]
        made = figures.add_block(tx, block(together[0].stratum, figures.people(tx, rows), month))
        for row in rows:
            row.counted = True
        tx.flush()
        audit.record(tx, audit.Event.FIGURES_COUNTED, subject=made.id)
    return len(ready)


def _ready(tx: Transaction, now: datetime, *, lock: bool = False) -> list[list[Over]]:
    """Return groups of five participants with the same site and programme version.

    Participants are put into groups in the order in which they finished the programme. Participants whose
    programme ended less than ``SETTLES`` ago aren't counted yet. Groups with fewer than five participants
    aren't counted yet.
    """
    settled = (now - SETTLES).astimezone(LONDON).date()
    waiting: dict[object, list[Over]] = defaultdict(list)
    for each in figures.uncounted(tx, lock=lock):
        if each.day <= settled:
            waiting[each.stratum].append(each)
    return [
        those[start : start + LEAST]
        for those in waiting.values()
        for start in range(0, len(those) - len(those) % LEAST, LEAST)
    ]
