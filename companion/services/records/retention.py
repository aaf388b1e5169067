"""The retention schedule runs: it says what it would do, or does it. A hold or an open concern stops an erasure.

So does a clock that does not follow the last run, until somebody has looked at it (docs/decisions/0024).
"""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.records.retention import ClockInDoubt, Rule, Schedule, Then, in_doubt
from companion.domain.refusals import NotAllowed
from companion.services.act import record_refusal
from companion.services.records import erasure
from companion.store import audit, people
from companion.store.audit import Event
from companion.store.base import Store, Transaction
from companion.store.records import erasures, retention
from companion.store.records.erased_list import ErasedList
from companion.store.records.retention import Due


@dataclass(frozen=True)
class Report:
    """What was done, or would be: whom it erases, whom something holds, and how many rows of which rule go.

    In ``doubt`` nothing would be.
    """

    erased: list[Due]
    held: list[Due]
    deleted: list[tuple[Rule, int]]
    doubt: ClockInDoubt | None = None


def preview(store: Store, schedule: Schedule, now: datetime) -> Report:
    """What would be done now. Nothing is."""
    with store.reading() as tx:
        due = retention.due(tx, schedule, now)
        old = [(rule, retention.count_old(tx, rule, now)) for rule in schedule.of(Then.DELETE)]
        doubt = in_doubt(now, retention.last_run(tx))
    return Report([each for each in due if not each.held], [each for each in due if each.held], old, doubt)


def begin(store: Store, now: datetime) -> None:
    """Companion is being set up: the clock of this moment is believed, and the first run is measured by it."""
    with store.writing(now) as tx:
        _remember(tx, "first_start")
        tx.commit()


def run(
    store: Store, noted: ErasedList, schedule: Schedule, now: datetime, *, clock_is_right: bool = False
) -> Report:
    """Do it. Each erasure is an act of its own, looked at again when its turn comes.

    Raises ``ClockInDoubt``, unless somebody has looked at the clock and says that it is right. What was refused
    is recorded and counts as no run, so it stays refused for as long as the clock is wrong. Raises ``Disordered``
    while the audit does not hold what was chained before.
    """
    with store.reading() as tx:
        audit.require_head(tx)  # nothing is erased while the record of it doesn't hold
    expected = preview(store, schedule, now)
    if expected.doubt and not clock_is_right:
        record_refusal(store, None, f"retention:{expected.doubt.clock}", now)
        raise expected.doubt
    erased, held = [], list(expected.held)
    for each in expected.erased:
        try:
            erased += [each] if _erase(store, noted, schedule, each, now) else []
        except NotAllowed:
            held.append(each)
    with store.writing(now) as tx:
        deleted = [(rule, retention.delete_old(tx, rule, now)) for rule in schedule.of(Then.DELETE)]
        for rule, count in deleted:
            if count:
                audit.record(tx, Event.RETENTION_DELETED, detail=f"{rule.id}:{count}")
        _remember(tx, "clock_is_right" if clock_is_right else "")
        tx.commit()
    return Report(erased, held, deleted)


def _remember(tx: Transaction, why: str) -> None:
    """Chained at once: where the clock goes back, the chain still tells which run was the last one."""
    audit.record(tx, Event.RETENTION_RAN, detail=why)
    audit.seal(tx)


def _erase(store: Store, noted: ErasedList, schedule: Schedule, due: Due, now: datetime) -> bool:
    """False where he moved on meanwhile. Raises ``NotAllowed`` where something holds it by now."""
    with store.writing(now) as tx:
        people.lock(tx, due.account_id)  # whoever brings him back at this moment comes before or after
        erasures.enrolment_of(tx, due.account_id, lock=True)
        if due.account_id not in {each.account_id for each in retention.due(tx, schedule, now)}:
            return False
        erasure.begin(tx, due.account_id, f"retention:{due.rule.id}")
        tx.commit()
    erasure.carry_out(store, noted, due.account_id, now)
    return True
