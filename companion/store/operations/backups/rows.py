"""The rows of a database as they lie in a backup: the same from SQLite and from PostgreSQL, for both."""

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
"""Rows that are held in memory."""
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
"""Every type of a column, and what it is called in a backup."""
_FROM_TEXT: dict[str, Callable[[str], Any]] = {"uuid": UUID, "date": date.fromisoformat}

Row = Sequence[Any]


def kind(column: Column[Any]) -> str:
    """What a column's type is called in a backup. Raises ``KeyError`` for one that has no name yet."""
    for name, each in KINDS.items():
        if isinstance(column.type, type(each)):
            return name
    raise KeyError(str(column))


def table_of(name: str, columns: Sequence[tuple[str, str]]) -> Table:
    """A table as a backup names it, with the columns' kinds, whatever the models say today."""
    return Table(name, MetaData(), *(Column(each, KINDS[what]) for each, what in columns))


def taken(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row, as it stood when the connection's transaction began to read."""
    yield from connection.execute(select(table), execution_options={"yield_per": AT_ONCE})


def typed(columns: Sequence[tuple[str, str]], row: Row) -> list[Any]:
    """A row of a backup with what has no type of its own there."""
    return [
        value if value is None or what not in _FROM_TEXT else _FROM_TEXT[what](value)
        for (_, what), value in zip(columns, row, strict=True)
    ]


def put(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    """Put rows into a table, within the connection's transaction.

    A row may refer to a later one of its own table: on PostgreSQL that is looked at when the table is whole, on
    SQLite when the transaction is committed.
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
    """How many rows there are."""
    return connection.scalar(select(func.count()).select_from(table)) or 0
