"""The retention schedule runs: it says what it would do, or does it. A hold or an open concern stops an erasure."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.refusals import NotAllowed
from companion.domain.retention import Rule, Schedule, Then
from companion.services import erasing
from companion.store import audit, retention
from companion.store.audit import Event
from companion.store.base import Store
from companion.store.erased import ErasedList
from companion.store.retention import Due


@dataclass(frozen=True)
class Report:
    """What was done, or would be: whom it erases, whom something holds, and how many rows of which rule go."""

    erased: list[Due]
    held: list[Due]
    deleted: list[tuple[Rule, int]]


def preview(store: Store, schedule: Schedule, now: datetime) -> Report:
    """What would be done now. Nothing is."""
    with store.reading() as tx:
        due = retention.due(tx, schedule, now)
        old = [(rule, retention.count_old(tx, rule, now)) for rule in schedule.of(Then.DELETE)]
    return Report([each for each in due if not each.held], [each for each in due if each.held], old)


def run(store: Store, noted: ErasedList, schedule: Schedule, now: datetime) -> Report:
    """Do it. Each erasure is an act of its own, looked at again when its turn comes."""
    expected = preview(store, schedule, now)
    erased, held = [], list(expected.held)
    for each in expected.erased:
        try:
            erased += [each] if _erase(store, noted, schedule, each, now) else []
        except NotAllowed:
            held.append(each)
    with store.writing() as tx:
        deleted = [(rule, retention.delete_old(tx, rule, now)) for rule in schedule.of(Then.DELETE)]
        for rule, count in deleted:
            if count:
                audit.record(tx, Event.RETENTION_DELETED, now, None, detail=f"{rule.id}:{count}")
        tx.commit()
    return Report(erased, held, deleted)


def _erase(store: Store, noted: ErasedList, schedule: Schedule, due: Due, now: datetime) -> bool:
    """False where he moved on meanwhile. Raises ``NotAllowed`` where something holds it by now."""
    with store.writing() as tx:
        if due.account_id not in {each.account_id for each in retention.due(tx, schedule, now)}:
            return False
        erasing.begin(tx, due.account_id, f"retention:{due.rule.id}", None, now)
        tx.commit()
    erasing.carry_out(store, noted, due.account_id, now)
    return True
