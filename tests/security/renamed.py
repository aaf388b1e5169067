"""Rename a database table temporarily."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from companion.store.base import Store


@contextmanager
def renamed(store: Store, table: str) -> Iterator[None]:
    """Inside this context, rename a table."""
    for now, then in ((table, "elsewhere"), ("elsewhere", table)):
        with store.writing() as tx:
            tx.execute(text(f"ALTER TABLE {now} RENAME TO {then}"))
            tx.commit()
        if now == table:
            yield
