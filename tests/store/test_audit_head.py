"""Test that the hash chain's saved head reveals deleted audit entries."""

import pytest
from sqlalchemy import delete, update

from companion.cli.audit import seal_now
from companion.config import Settings
from companion.store import audit, audit_head
from companion.store.audit import AuditEntry, Disordered, Wrong
from companion.store.audit_head import Head, HeadRow
from companion.store.base import Store
from companion.store.operations.open_databases import prepare
from tests.fixtures import Clock
from tests.store.chain import chained, checked, forgets, lines, remembers, writes
from tests.tampering import tampering

__all__ = ["chained"]  # imported because it is a fixture


def unchained(store: Store, gone: int) -> None:
    """Delete one audit entry, and remove the positions and hashes of all later entries."""
    with tampering(store) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == gone))
        tx.execute(update(AuditEntry).where(AuditEntry.position > gone).values(position=None, link=None))


@pytest.mark.parametrize("gone", [1, 4])
def test_the_audit_chain_cannot_continue_after_an_entry_is_deleted(
    gone: int, chained: Store, clock: Clock
) -> None:
    """Earlier versions of Companion didn't detect a deleted audit entry."""
    head, length = remembers(chained), len(lines(chained))
    assert head == Head.parsed(checked(chained).head) and head.position == length
    unchained(chained, gone)
    writes(chained, clock)
    for _ in range(2):
        with pytest.raises(Disordered, match=f"does not hold entry {length}"):
            seal_now(chained)
    found = checked(chained)
    assert (found.broken_at, found.wrong) == (gone, Wrong.REMEMBERED)
    assert remembers(chained) == head


def test_a_deleted_audit_entry_is_detected_after_a_downgrade(chained: Store, clock: Clock) -> None:
    head, length = remembers(chained), len(lines(chained))
    unchained(chained, 4)
    forgets(chained)
    writes(chained, clock, 3)
    seal_now(chained)
    with chained.keys.engine.begin() as keys:
        keys.execute(update(HeadRow).values(position=head.position, link=head.link))
    assert len(lines(chained)) > length
    found = checked(chained)
    assert (found.broken_at, found.wrong) == (length, Wrong.REMEMBERED)
    with pytest.raises(Disordered):
        seal_now(chained)


def test_the_saved_latest_hash_of_the_audit_is_updated_after_a_crash(chained: Store, clock: Clock) -> None:
    head = remembers(chained)
    writes(chained, clock, 2)
    # simulate a crash between writing to the first database and to the second
    with chained.writing() as tx:
        audit.seal(tx)
        tx.commit()
    assert remembers(chained) == head and checked(chained).broken_at is None
    assert seal_now(chained) == 0  # every entry is in the chain already
    assert remembers(chained) == Head.parsed(checked(chained).head) != head


def test_a_slow_process_never_overwrites_the_audit_head_with_an_older_one(
    chained: Store, clock: Clock
) -> None:
    before = remembers(chained)
    writes(chained, clock)
    seal_now(chained)
    newest = remembers(chained)
    audit_head.remember(chained.keys, before)
    assert remembers(chained) == newest != before


def test_the_hash_chain_is_not_extended_if_the_saved_audit_head_is_missing(
    chained: Store, clock: Clock
) -> None:
    with chained.keys.engine.begin() as keys:
        keys.execute(delete(HeadRow))
    writes(chained, clock)
    with pytest.raises(Disordered, match="Run migrate"):
        seal_now(chained)


def test_the_migrate_command_saves_the_hash_of_the_last_audit_entry_if_it_is_missing(
    chained: Store, settings: Settings, clock: Clock
) -> None:
    head = remembers(chained)
    with chained.keys.engine.begin() as keys:
        keys.execute(delete(HeadRow))
    for _ in range(2):
        prepare(settings, clock.now)
        assert remembers(chained) == head
    recorded = [line for line in lines(chained) if line.event == audit.Event.HEAD_REMEMBERED]
    assert [line.detail for line in recorded] == [str(head.position)]
    seal_now(chained)
    assert checked(chained).broken_at is None


def test_restoring_an_older_copy_of_only_the_main_database_is_detected(store: Store, clock: Clock) -> None:
    """The test deletes the newest audit entries, as if an older copy of the main database had been restored."""
    writes(store, clock, 3)
    seal_now(store)
    then = len(lines(store))
    writes(store, clock, 3)
    seal_now(store)
    with tampering(store) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position > then))
    writes(store, clock)
    with pytest.raises(Disordered):
        seal_now(store)
    assert (checked(store).broken_at, checked(store).wrong) == (then + 1, Wrong.REMEMBERED)


def test_a_head_saved_while_the_audit_log_was_empty_still_verifies_once_it_has_entries(
    store: Store, clock: Clock
) -> None:
    head = checked(store).head
    assert head == "0:" and checked(store, head).broken_at is None
    writes(store, clock)
    seal_now(store)
    assert checked(store, head).broken_at is None
