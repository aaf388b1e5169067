"""Notify the people who must act on a concern, or must know about it.

Notify people when a concern is raised, becomes overdue or passes to somebody else. After the concern's last
deadline, repeat the notice every working day.
"""

from datetime import datetime

from companion.domain.concerns.concerns import ConcernStepKind
from companion.domain.concerns.escalation import Telling, due_to
from companion.services.act import unattended
from companion.store import audit, outbox, people
from companion.store.base import Store, Transaction
from companion.store.concerns import concern_rules, concerns
from companion.store.concerns.concerns import ConcernRow


def escalate(store: Store, now: datetime) -> int:
    """Send every concern notice that is now due. Return how many notices were added to the outbox.

    If this function runs twice at the same time, each notice is still sent only once.
    """
    with store.reading() as tx:
        late = [each for each in concerns.waiting(tx) if _due(tx, tx.get_one(ConcernRow, each), now)]
    made = 0
    for concern_id in late:
        with unattended(store, now) as tx:
            row = concerns.locked(tx, concern_id)
            told = tell_who_is_due(tx, row)
            if told:
                audit.record(tx, audit.Event.CONCERN_ESCALATED, subject=row.id, enrolment=row.enrolment_id)
            tx.commit()
        made += told
    return made


def tell_who_is_due(tx: Transaction, row: ConcernRow) -> int:
    """Notify everybody who must still be told about a concern. Return how many notices were added to the
    outbox.

    The notice reveals nothing about the concern. The caller commits the transaction.
    """
    due = _due(tx, row, tx.now)
    for each, again in sorted(due.items(), key=lambda found: (found[0].of, str(found[0].account))):
        new = each.of is ConcernStepKind.TOLD
        notice = outbox.Notice.CONCERN_NEW if new else outbox.Notice.CONCERN_OVERDUE
        outbox.notify(tx, each.account, notice, row.id)
        concerns.add_telling(tx, row, each, again=again)
    return len(due)


def _due(tx: Transaction, row: ConcernRow, now: datetime) -> dict[Telling, bool]:
    """Return the people who must now be notified of a concern. The value for a person is True if that person
    has already had the same notice about the concern.
    """
    leads, rules = concern_rules.lead_ids(tx), concern_rules.rules(tx)
    due = due_to(concerns.concern(tx, row), rules, leads, now)
    gone = people.gone(tx, {telling.account for telling in due})
    told = concerns.tellings(tx, row.id)
    return {
        each: each in told
        for each, since in due.items()
        if each.account not in gone and (each not in told or told[each] < since)
    }
