"""Run the retention schedule, or preview its effect.

A legal hold or an open concern prevents an erasure. Nothing is erased while the clock seems wrong
(docs/decisions/0024).
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
    """The result of applying the retention rules. ``held`` lists the erasures that a legal hold or an
    open concern prevented. ``deleted`` lists each rule with the number of rows that the rule deleted.

    Nothing is erased or deleted while there is ``doubt`` about the clock.
    """

    erased: list[Due]
    held: list[Due]
    deleted: list[tuple[Rule, int]]
    doubt: ClockInDoubt | None = None


def preview(store: Store, schedule: Schedule, now: datetime) -> Report:
    """Return what running the retention schedule at this time would erase or delete."""
    with store.reading() as tx:
        due = retention.due(tx, schedule, now)
        old = [(rule, retention.count_old(tx, rule, now)) for rule in schedule.of(Then.DELETE)]
        doubt = in_doubt(now, retention.last_run(tx))
    return Report([each for each in due if not each.held], [each for each in due if each.held], old, doubt)


def begin(store: Store, now: datetime) -> None:
    """Record when Companion was set up.

    To detect a wrong clock, the first run of the retention schedule compares the current time with the time
    at which Companion was set up.
    """
    with store.writing(now) as tx:
        _remember(tx, "first_start")
        tx.commit()


def run(
    store: Store, noted: ErasedList, schedule: Schedule, now: datetime, *, clock_is_right: bool = False
) -> Report:
    """Run the retention schedule.

    Every erasure is a separate transaction. Companion checks each account again just before its erasure.
    Raise ``ClockInDoubt`` if the clock may be wrong, unless ``clock_is_right`` is set. If a retention run is
    refused, add an audit entry. When checking that the clock is right, don't count a refused retention run
    as the last run. Raise ``Disordered`` if the audit chain is broken.
    """
    with store.reading() as tx:
        audit.require_head(tx)  # nothing is erased unless the audit log can be trusted
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
    """Add an audit entry about a run of the retention schedule, and put the entry into the audit chain
    immediately.

    The audit chain shows which retention run was last, even if the clock was set back.
    """
    audit.record(tx, Event.RETENTION_RAN, detail=why)
    audit.seal(tx)


def _erase(store: Store, noted: ErasedList, schedule: Schedule, due: Due, now: datetime) -> bool:
    """Erase an account. Return False if the account is no longer due for erasure.

    Raise ``NotAllowed`` if something now prevents the erasure.
    """
    with store.writing(now) as tx:
        people.lock(tx, due.account_id)  # pathway changes wait for this lock
        erasures.enrolment_of(tx, due.account_id, lock=True)
        if due.account_id not in {each.account_id for each in retention.due(tx, schedule, now)}:
            return False
        erasure.begin(tx, due.account_id, f"retention:{due.rule.id}")
        tx.commit()
    erasure.carry_out(store, noted, due.account_id, now)
    return True
