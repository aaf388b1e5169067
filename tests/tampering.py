"""Change a database directly, as somebody with full access to the database could."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text

from companion.store.base import Model, Store, Transaction
from tests.by_hand import by_hand


@contextmanager
def tampering(store: Store) -> Iterator[Transaction]:
    """Yield a transaction in which the database allows changes to the audit log."""
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


def damages(store: Store, model: type[Model], column: str, row_id: UUID) -> None:
    """Change one bit of the value in a row's column."""
    with by_hand(store) as tx:
        row = tx.get_one(model, row_id)
        sealed = bytes(getattr(row, column))
        setattr(row, column, sealed[:-1] + bytes([sealed[-1] ^ 1]))
        tx.commit()
