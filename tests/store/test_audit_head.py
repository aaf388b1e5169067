"""The audit's head is remembered in the key store: nothing can be cut off and chained over unnoticed."""

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

__all__ = ["chained"]  # a fixture


def unchained(store: Store, gone: int) -> None:
    """Remove one entry, and make all later ones look unchained."""
    with tampering(store) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == gone))
        tx.execute(update(AuditEntry).where(AuditEntry.position > gone).values(position=None, link=None))


@pytest.mark.parametrize("gone", [1, 4])
def test_a_deleted_entry_cannot_be_chained_over(gone: int, chained: Store, clock: Clock) -> None:
    """Without the remembered head the sealer chained the rest again, and nothing showed."""
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


def test_what_an_older_version_chained_over_is_found_too(chained: Store, clock: Clock) -> None:
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


def test_a_head_that_lags_behind_after_a_crash_is_caught_up(chained: Store, clock: Clock) -> None:
    head = remembers(chained)
    writes(chained, clock, 2)
    with chained.writing() as tx:  # the process ends here, between the two databases
        audit.seal(tx)
        tx.commit()
    assert remembers(chained) == head and checked(chained).broken_at is None
    assert seal_now(chained) == 0  # nothing is loose
    assert remembers(chained) == Head.parsed(checked(chained).head) != head


def test_a_slower_sealer_never_takes_the_remembered_head_back(chained: Store, clock: Clock) -> None:
    before = remembers(chained)
    writes(chained, clock)
    seal_now(chained)
    newest = remembers(chained)
    audit_head.remember(chained.keys, before)
    assert remembers(chained) == newest != before


def test_nothing_is_chained_where_the_key_store_remembers_no_head(chained: Store, clock: Clock) -> None:
    with chained.keys.engine.begin() as keys:
        keys.execute(delete(HeadRow))
    writes(chained, clock)
    with pytest.raises(Disordered, match="Run migrate"):
        seal_now(chained)


def test_a_chain_from_before_heads_were_remembered_is_remembered_by_migrate_on_record(
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


def test_an_older_copy_of_the_words_put_back_alone_is_noticed(store: Store, clock: Clock) -> None:
    """Here as rows: what was written since is gone, and everything else is as it was then."""
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


def test_a_head_from_before_anything_was_chained_fits(store: Store, clock: Clock) -> None:
    head = checked(store).head
    assert head == "0:" and checked(store, head).broken_at is None
    writes(store, clock)
    seal_now(store)
    assert checked(store, head).broken_at is None
