"""Make databases look as if a newer version had migrated the databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from companion.store.operations.migrations import History

NEWER = "9999"
"""The number of a database migration that this version of Companion doesn't have."""


def stands_at(engine: Engine, revision: str) -> None:
    """Record this revision as the database's current revision."""
    with engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
        connection.commit()


@contextmanager
def brought_further(engine: Engine, history: History) -> Iterator[None]:
    """Inside this context, make the database look like a newer version's."""
    stands_at(engine, NEWER)
    try:
        yield
    finally:
        stands_at(engine, history.revisions[-1])
