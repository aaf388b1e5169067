"""Run a database's migrations, with the configuration from ``companion.store.operations.migrations``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from companion.config import BadSetting
from companion.store.base import may_idle
from companion.store.types import UtcDateTime


def render(kind: str, item: object, _context: Any) -> str | bool:
    """Write Companion's own column type as its database type, so that migrations don't depend on Companion's
    code.
    """
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """Turn off SQLite's foreign keys inside this context, because changing a table in SQLite recreates the
    table.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")  # this has no effect inside a transaction
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def require_whole(connection: Connection) -> None:
    """Raise ``RuntimeError`` if a foreign key in SQLite refers to a row that doesn't exist."""
    if connection.dialect.name == "sqlite" and (
        lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    ):
        raise RuntimeError(f"The migration leaves rows that refer to nothing, such as {lost[0]}.")


def require_complete(connection: Connection) -> None:
    """Raise ``BadSetting`` if the database has the latest revision but lacks a table or column.

    During development, a revision can change after a database was migrated with it. Without this check, such
    a database would be treated as up to date.
    """
    found = MigrationContext.configure(connection)
    if found.get_current_revision() != context.get_head_revision():
        return
    missing = [
        str(change[-1].name)
        for change in compare_metadata(found, context.config.attributes["metadata"])
        if change[0] in ("add_table", "add_column")
    ]
    if missing:
        raise BadSetting(
            "The database was made by an unfinished version, or changed by hand. Nothing was changed now. "
            f"It lacks {', '.join(missing)}."
        )


engine = context.config.attributes["engine"]
with engine.connect().execution_options(writing=True) as connection, rebuilding(connection):
    # This query begins the transaction. Without it, Alembic would commit each step separately on SQLite.
    was_empty = MigrationContext.configure(connection).get_current_revision() is None
    may_idle(connection)
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["metadata"],
        compare_type=True,
        render_item=render,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    require_whole(connection)
    if not was_empty:
        require_complete(connection)
    connection.commit()
