"""Read and write database rows in the backup format. The format is the same for SQLite and PostgreSQL."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeEngine

from companion.store.types import UtcDateTime

AT_ONCE = 500
"""The maximum number of rows in memory at once."""
KINDS: dict[str, TypeEngine[Any]] = {
    "uuid": Uuid(),
    "moment": UtcDateTime(),
    "date": Date(),
    "yes_no": Boolean(),
    "whole": Integer(),
    "bytes": LargeBinary(),
    "text": String(),
    "json": JSON(none_as_null=True),
}
"""The column types, by their names in backups."""
_FROM_TEXT: dict[str, Callable[[str], Any]] = {"uuid": UUID, "date": date.fromisoformat}

Row = Sequence[Any]


def kind(column: Column[Any]) -> str:
    """Return the name that backup files use for a column's type. Raise ``KeyError`` if backup files have no
    name for this column's type.
    """
    for name, each in KINDS.items():
        if isinstance(column.type, type(each)):
            return name
    raise KeyError(str(column))


def table_of(name: str, columns: Sequence[tuple[str, str]]) -> Table:
    """Return a ``Table`` object with the columns that the table had when the backup was made.

    The table's columns may have changed since the backup was made.
    """
    return Table(name, MetaData(), *(Column(each, KINDS[what]) for each, what in columns))


def taken(connection: Connection, table: Table) -> Iterator[Row]:
    """Yield every row of a table."""
    yield from connection.execute(select(table), execution_options={"yield_per": AT_ONCE})


def typed(columns: Sequence[tuple[str, str]], row: Row) -> list[Any]:
    """Convert a row's values from MessagePack to Python types such as ``UUID``."""
    return [
        value if value is None or what not in _FROM_TEXT else _FROM_TEXT[what](value)
        for (_, what), value in zip(columns, row, strict=True)
    ]


def put(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    """Insert rows into a table.

    A row may refer to a later row of its table: foreign keys are checked after all rows are inserted.
    """
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    names = table.columns.keys()
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(dict(zip(names, row, strict=True)))
        if len(batch) == AT_ONCE:
            connection.execute(insert(table), batch)
            batch.clear()
    if batch:
        connection.execute(insert(table), batch)


def _copy(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quote, table.columns.keys()))
    documents = [number for number, column in enumerate(table.columns) if isinstance(column.type, JSON)]
    driver: Any = connection.connection.cursor()
    with driver, driver.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as copy:
        for row in rows:
            values = list(row)
            for number in documents:
                values[number] = None if values[number] is None else json.dumps(values[number])
            copy.write_row(values)


def count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
