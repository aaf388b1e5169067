"""A newer version has brought a database further than this one can."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from companion.store.operations.migrations import History

NEWER = "9999"
"""A revision that this version does not know."""


def stands_at(engine: Engine, revision: str) -> None:
    """A database says that it was brought to this revision."""
    with engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
        connection.commit()


@contextmanager
def brought_further(engine: Engine, history: History) -> Iterator[None]:
    """While this lasts a newer version has migrated the database."""
    stands_at(engine, NEWER)
    try:
        yield
    finally:
        stands_at(engine, history.revisions[-1])
