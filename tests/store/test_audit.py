"""Test that any changed, removed or invented audit entry is detected."""

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta, timezone
from threading import Barrier, Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from companion.cli.audit import seal_now
from companion.store import audit
from companion.store.audit import AuditEntry, Verdict, Wrong
from companion.store.base import Store, Transaction
from tests.fixtures import Clock
from tests.store.chain import chained, checked, forgets, lines, writes
from tests.tampering import tampering

__all__ = ["chained"]  # imported because it is a fixture


def test_every_audit_entry_has_its_keyed_hash_as_soon_as_it_is_written(store: Store, clock: Clock) -> None:
    writes(store, clock)
    assert all(len(line.mac) == 32 for line in lines(store))
    assert len({line.mac for line in lines(store)}) == len(lines(store))
    assert checked(store).broken_at is None


def test_an_audit_entry_stays_valid_whatever_its_time_zone(store: Store, clock: Clock) -> None:
    with store.writing(clock.now.astimezone(timezone(timedelta(hours=1)))) as tx:
        audit.record(tx, audit.Event.SIGNED_IN)
        tx.commit()
    seal_now(store)
    assert checked(store).broken_at is None


def test_the_audits_hash_chain_stays_intact_as_it_grows(chained: Store, clock: Clock) -> None:
    head = checked(chained).head
    length = len(lines(chained))
    writes(chained, clock, 2)
    assert checked(chained) == Verdict(length, 2, head, None)
    assert seal_now(chained) == 2 and seal_now(chained) == 0
    later = checked(chained, head)
    assert (later.sealed, later.loose, later.broken_at) == (length + 2, 0, None)
    assert later.head != head and [line.position for line in lines(chained)] == [*range(1, length + 3)]


def swapped(tx: Transaction, one: AuditEntry, other: AuditEntry) -> None:
    """Swap the positions and hashes of two audit entries in the hash chain."""
    tx.execute(update(AuditEntry).where(AuditEntry.id == one.id).values(position=None))
    tx.execute(
        update(AuditEntry).where(AuditEntry.id == other.id).values(position=one.position, link=one.link)
    )
    tx.execute(
        update(AuditEntry).where(AuditEntry.id == one.id).values(position=other.position, link=other.link)
    )


CHANGES = {"event": "signed_out", "detail": "x", "actor_id": UUID(int=1), "actor_role": "lead"}
CHANGES |= {
    "subject_id": UUID(int=1),
    "look_id": UUID(int=1),
    "enrolment_id": UUID(int=1),
    "mac": b"x" * 32,
    "link": b"x" * 32,
}


def test_verifying_the_audit_chain_identifies_a_changed_entry(chained: Store, clock: Clock) -> None:
    fourth = lines(chained)[3]
    for column, value in (CHANGES | {"at": clock.now, "position": 999}).items():
        for now in (value, getattr(fourth, column)):
            with tampering(chained) as tx:
                tx.execute(update(AuditEntry).where(AuditEntry.id == fourth.id).values({column: now}))
            assert checked(chained).broken_at == (4 if now == value else None), column


@pytest.mark.parametrize("place", [1, 4])
def test_verifying_the_audit_chain_identifies_a_deleted_or_moved_entry(place: int, chained: Store) -> None:
    one, other = (each for each in lines(chained) if each.position in (place, place + 2))
    with tampering(chained) as tx:
        swapped(tx, one, other)
    assert checked(chained).broken_at == place
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == place))
    assert checked(chained).broken_at == place


def test_an_audit_entry_from_a_copy_of_the_database_breaks_the_hash_chain(
    chained: Store, clock: Clock
) -> None:
    """The database and its copy have different last entries."""
    *_, before, last = lines(chained)
    kept = {column.key: getattr(last, column.key) for column in AuditEntry.__table__.columns}
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.id.in_((before.id, last.id))))
    forgets(chained)
    writes(chained, clock, 2)
    seal_now(chained)
    assert checked(chained).broken_at is None
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == last.position))
        tx.execute(insert(AuditEntry).values(kept))
    found = checked(chained)  # even without a saved head, the link shows the replacement
    assert (found.broken_at, found.wrong) == (last.position, Wrong.ENTRY)


def test_the_saved_hash_of_the_last_audit_entry_reveals_that_the_newest_entries_were_deleted(
    chained: Store, clock: Clock
) -> None:
    head, length = checked(chained).head, len(lines(chained))
    writes(chained, clock)
    seal_now(chained)
    assert checked(chained, head).broken_at is None
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position >= length))
    forgets(chained)
    assert (
        checked(chained).broken_at is None
    )  # without the saved head, nobody would notice that entries were deleted
    assert (found := checked(chained, head)).wrong is Wrong.UNKNOWN_HEAD and found.broken_at is None
    writes(chained, clock, 3)
    seal_now(chained)
    # the saved head shows the deletion even after the chain has grown
    assert checked(chained, head).wrong is Wrong.UNKNOWN_HEAD


def test_a_change_to_an_audit_entry_is_detected_even_before_the_entry_joins_the_hash_chain(
    chained: Store, clock: Clock
) -> None:
    writes(chained, clock)
    with tampering(chained) as tx:
        tx.execute(update(AuditEntry).where(AuditEntry.position.is_(None)).values(event="signed_out"))
    assert checked(chained).broken_at == len(lines(chained))


def invented(clock: Clock, position: int | None) -> AuditEntry:
    """Return an audit entry that was forged without the key."""
    mac = hmac.digest(b"another key", b"whatever", hashlib.sha256)
    line = AuditEntry(id=uuid4(), at=clock.now, event="signed_in", mac=mac, detail="")
    line.position, line.link = position, mac if position else None
    return line


def test_verifying_the_audit_chain_identifies_a_forged_entry(chained: Store, clock: Clock) -> None:
    length = len(lines(chained))
    for position in (length + 1, None):
        line = invented(clock, position)
        with tampering(chained) as tx:
            tx.add(line)
        assert checked(chained).broken_at == length + 1
        with tampering(chained) as tx:
            tx.execute(delete(AuditEntry).where(AuditEntry.id == line.id))
    assert checked(chained).broken_at is None


def test_verifying_detects_an_audit_chain_whose_hashes_somebody_has_recalculated(
    chained: Store, clock: Clock
) -> None:
    """The attacker rebuilds the hash chain from the third entry with another key."""
    after = lines(chained)[3:]
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position >= 3))
        link = lines(chained)[1].link or b""
        for position, line in enumerate([invented(clock, 3), *after], 3):
            link = hmac.digest(b"another key", link + line.mac, hashlib.sha256)
            values = {column.key: getattr(line, column.key) for column in AuditEntry.__mapper__.columns}
            tx.execute(insert(AuditEntry).values(values | {"position": position, "link": link}))
    assert len(lines(chained)) >= 10 and checked(chained).broken_at == 3


@pytest.mark.parametrize("where", ["in the chain", "loose"])
def test_the_database_refuses_to_change_or_delete_an_audit_entry(
    where: str, chained: Store, clock: Clock
) -> None:
    writes(chained, clock)
    of = AuditEntry.position == 4 if where == "in the chain" else AuditEntry.position.is_(None)
    kept = lines(chained)
    changes = [
        *(update(AuditEntry).where(of).values({column: value}) for column, value in CHANGES.items()),
        update(AuditEntry).where(of).values(at=clock.now + timedelta(days=1)),
        delete(AuditEntry).where(of),
        delete(AuditEntry),
    ]
    if where == "loose":
        # an entry's position in the chain may be set, but only once
        changes.pop(list(CHANGES).index("link"))
    else:
        changes.append(update(AuditEntry).where(of).values(position=None))
    for change in changes:
        with chained.writing() as tx, pytest.raises(IntegrityError, match="the audit only grows"):
            tx.execute(change)
    if chained.keys.engine.dialect.name == "postgresql":
        with chained.writing() as tx, pytest.raises(IntegrityError, match="the audit only grows"):
            tx.execute(text("TRUNCATE audit_entries"))
    assert [line.id for line in lines(chained)] == [line.id for line in kept]


def test_many_processes_that_add_audit_entries_build_one_hash_chain(store: Store, clock: Clock) -> None:
    def seals(gate: Barrier) -> int:
        gate.wait()
        return seal_now(store)

    for _ in range(5):
        writes(store, clock, 5)
        with ThreadPoolExecutor(6) as threads:
            assert max(threads.map(seals, [Barrier(6)] * 6)) >= 5
    seal_now(store)
    length = len(lines(store))
    assert [line.position for line in lines(store)] == [*range(1, length + 1)]
    assert checked(store).broken_at is None


def test_a_slow_process_never_changes_audit_entries_already_in_the_hash_chain(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_now(store)
    numbers = iter(range(1, 9))
    monkeypatch.setattr(
        audit, "uuid4", lambda: UUID(int=next(numbers))
    )  # this makes the ids increase in the order in which entries are written
    writes(store, clock, 2)
    looked = Event()

    def slow_sealer() -> None:
        happened = clock.now - timedelta(milliseconds=500)
        # other processes see the entry half a second after its recorded time
        with store.writing(happened) as tx:
            audit.record(tx, audit.Event.SIGNED_OUT)
            tx.commit()
        with suppress(IntegrityError), store.writing() as tx:
            audit.seal(tx)
            looked.set()
            tx.commit()

    with ThreadPoolExecutor(1) as thread:
        with store.writing() as tx:
            audit.seal(tx)
            tx.flush()
            slow = thread.submit(slow_sealer)
            looked.wait(0.5)  # on SQLite, the slow process waits until this transaction ends
            head = audit.verify(tx).head
            tx.commit()
        slow.result()
    seal_now(store)
    assert checked(store, head).broken_at is None
    assert checked(store, head).loose == 0
