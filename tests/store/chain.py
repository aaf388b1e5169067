"""Helpers that write and check the audit's hash chain."""

import pytest
from sqlalchemy import select, update

from companion.cli.audit import seal_now
from companion.store import audit, audit_head
from companion.store.audit import AuditEntry, Verdict
from companion.store.audit_head import Head, HeadRow
from companion.store.base import Store
from tests.fixtures import Clock


def writes(store: Store, clock: Clock, count: int = 1) -> None:
    """Record this many audit events, one second apart."""
    for _ in range(count):
        clock.forward(seconds=1)
        with store.writing(clock.now) as tx:
            audit.record(tx, audit.Event.SIGNED_IN)
            tx.commit()


def checked(store: Store, kept_head: str = "") -> Verdict:
    with store.reading() as tx:
        return audit.verify(tx, kept_head)


def lines(store: Store) -> list[AuditEntry]:
    """Return every audit entry in the order of the hash chain. Audit entries that aren't in the hash chain
    yet are sorted last.
    """
    with store.reading() as tx:
        return list(
            tx.scalars(
                select(AuditEntry).order_by(AuditEntry.position.is_(None), AuditEntry.position, AuditEntry.at)
            )
        )


@pytest.fixture
def chained(store: Store, clock: Clock) -> Store:
    """Return a store with at least ten entries in the audit's hash chain."""
    writes(store, clock, 10)
    assert seal_now(store) == len(lines(store))
    return store


def forgets(store: Store) -> None:
    """Delete the hash chain's saved head, as an attacker with access to both databases could."""
    with store.keys.engine.begin() as keys:
        keys.execute(update(HeadRow).values(position=0, link=b""))


def remembers(store: Store) -> Head:
    found = audit_head.remembered(store.keys)
    assert found is not None
    return found
