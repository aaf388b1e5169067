"""The retention schedule runs, or previews its effect. A hold or an open concern blocks an erasure.

A clock that doesn't follow the last run also blocks it, until somebody has checked (docs/decisions/0024).
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
    """The effect, real or previewed: who is erased, who is on hold, and how many rows go by which rule.

    Nothing would be done while in ``doubt``.
    """

    erased: list[Due]
    held: list[Due]
    deleted: list[tuple[Rule, int]]
    doubt: ClockInDoubt | None = None


def preview(store: Store, schedule: Schedule, now: datetime) -> Report:
    """Return what would be done now, without doing it."""
    with store.reading() as tx:
        due = retention.due(tx, schedule, now)
        old = [(rule, retention.count_old(tx, rule, now)) for rule in schedule.of(Then.DELETE)]
        doubt = in_doubt(now, retention.last_run(tx))
    return Report([each for each in due if not each.held], [each for each in due if each.held], old, doubt)


def begin(store: Store, now: datetime) -> None:
    """Trust the clock at setup; the first run is compared with it."""
    with store.writing(now) as tx:
        _remember(tx, "first_start")
        tx.commit()


def run(
    store: Store, noted: ErasedList, schedule: Schedule, now: datetime, *, clock_is_right: bool = False
) -> Report:
    """Run the schedule. Each erasure is an act of its own, rechecked when its turn comes.

    Raise ``ClockInDoubt``, unless somebody has checked the clock and says that it is right. A refused run is recorded
    but doesn't count as a run, so refusal lasts as long as the clock is wrong. Raise ``Disordered`` while the audit's
    hash chain is broken.
    """
    with store.reading() as tx:
        audit.require_head(tx)  # nothing is erased while its record can't be trusted
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
    """Chain it at once: even if the clock goes back, the chain shows which run was last."""
    audit.record(tx, Event.RETENTION_RAN, detail=why)
    audit.seal(tx)


def _erase(store: Store, noted: ErasedList, schedule: Schedule, due: Due, now: datetime) -> bool:
    """Return False if their state changed in the meantime. Raise ``NotAllowed`` if something now blocks it."""
    with store.writing(now) as tx:
        people.lock(tx, due.account_id)  # whoever brings him back at this moment comes before or after
        erasures.enrolment_of(tx, due.account_id, lock=True)
        if due.account_id not in {each.account_id for each in retention.due(tx, schedule, now)}:
            return False
        erasure.begin(tx, due.account_id, f"retention:{due.rule.id}")
        tx.commit()
    erasure.carry_out(store, noted, due.account_id, now)
    return True
