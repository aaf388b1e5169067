"""Somebody with every right over the database: he takes the guards of the audit out, and puts them back after."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from companion.store.base import Store, Transaction


@contextmanager
def tampering(store: Store) -> Iterator[Transaction]:
    """A transaction in which nothing keeps him from changing the audit."""
    with store.writing() as tx:
        if tx.get_bind().dialect.name == "postgresql":
            tx.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
            yield tx
            tx.flush()
            tx.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
        else:
            guards = tx.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for guard in guards:
                tx.execute(text(f"DROP TRIGGER {guard.name}"))
            yield tx
            tx.flush()
            for guard in guards:
                tx.execute(text(guard.sql))
        tx.commit()
