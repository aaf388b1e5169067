"""Create databases at any revision, and check that migrations keep all rows.

For older revisions, the table definitions are read from the database.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from typing import Any
from uuid import uuid4

from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    insert,
    inspect,
    text,
)
from sqlalchemy.exc import IntegrityError

from companion.store.operations.migrations import History

Row = dict[str, Any]
Rows = dict[str, dict[Any, Row]]
"""The rows of each table, keyed by primary key."""

DAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NUMBERS = count(1)
EMPTIED = {("0016", "0017"): {"tries"}, ("0017", "0016"): {"tries"}}
"""The tables that a migration empties on purpose."""
RENAMED = {("0017", "0018"): {"note_looks": "looks"}, ("0018", "0017"): {"looks": "note_looks"}}
"""The tables from which a migration moves all rows to another table."""
THINNED = {("0019", "0018"): {"erasure_requests": "account_id"}}
"""The tables from which a migration removes rows with a repeated value.

Revision 0018 allows each account only one erasure request.
"""
ANEW = {("0020", "0019"): {("activities", "slug")}}
"""The columns in which a migration changes values.

In revision 0019, the English and the Welsh version of an activity had the same id.
"""


class Revisions:
    """A database that can be migrated to any revision."""

    def __init__(self, history: History, engine: Engine) -> None:
        self.history, self.engine = history, engine
        steps = ScriptDirectory.from_config(history.config(engine)).walk_revisions()
        self.names = [step.revision for step in steps][::-1]
        self._tables: dict[str, Table] = {}
        self._filled: dict[str, Table] = {}

    @property
    def now(self) -> str:
        """Return the database's current revision."""
        with self.engine.connect() as connection:
            return self.history.revision(connection)

    def rows(self) -> Rows:
        """Return all rows in the database, keyed by table."""
        with self.engine.connect() as connection:
            names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
            return {name: self._rows(connection, name) for name in names}

    def populate(self, *, everywhere: bool) -> None:
        """Add two complete rows to every table, or only to new and changed tables.

        Also add rows to the tables that their foreign keys point to.
        """
        now = {name: self._tables[name] for name in self.rows()}
        waiting = [table for name, table in now.items() if everywhere or self._filled.get(name) is not table]
        self._filled |= now
        for table in waiting:
            waiting += [now[name] for name in _parents(table) if now[name] not in waiting]
        with self.engine.connect().execution_options(writing=True) as connection:
            while waiting:
                names = {table.name for table in waiting}
                table = next(each for each in waiting if not _parents(each) & names)
                for _ in range(2):
                    _add(connection, table)
                waiting.remove(table)
            connection.commit()

    def moves(self, to: str) -> None:
        """Migrate the database up or down to a revision.

        Check that every value is kept, except in columns that a migration removes.
        """
        before, at = self.rows(), self.now
        if not at:
            self.history.upgrade(self.engine, to)
            return
        begin, end = self.names.index(at), self.names.index(to)
        if up := begin < end:
            self.history.upgrade(self.engine, to)
            steps = list(pairwise(self.names[begin : end + 1]))
        else:
            self.history.downgrade(self.engine, to)
            steps = list(pairwise(self.names[end : begin + 1][::-1]))
        after = self.rows()
        for table, rows in before.items():
            _compare(table, rows, after, steps, up=up)

    def _rows(self, connection: Connection, name: str) -> dict[Any, Row]:
        found = connection.execute(text(f'SELECT * FROM "{name}"'))
        table, columns = self._tables.get(name), list(found.keys())
        if table is None or [each.name for each in table.columns] != columns:
            table = self._tables[name] = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
        keys = [key.name for key in table.primary_key]
        return {tuple(row[key] for key in keys): dict(row) for row in found.mappings()}


def _compare(
    table: str, rows: dict[Any, Row], after: Rows, steps: list[tuple[str, str]], *, up: bool
) -> None:
    if any(table in EMPTIED.get(step, ()) for step in steps):
        return
    now = table
    for step in steps:
        now = RENAMED.get(step, {}).get(now, now)
    anew = {column for step in steps for name, column in ANEW.get(step, ()) if name == table}
    if now not in after:
        assert not up, f"{table} is gone"
        return
    for column in [THINNED[step][table] for step in steps if table in THINNED.get(step, ())]:
        assert {row[column] for row in rows.values()} == {row[column] for row in after[now].values()}
        rows = {key: row for key, row in rows.items() if key in after[now]}
    assert rows.keys() <= after[now].keys(), f"rows of {table} are gone"
    for key, row in rows.items():
        found = after[now][key]
        changed = {
            name for name, value in row.items() if name not in anew and found.get(name, value) != value
        }
        assert not changed, f"{table} {key}: {changed}"


def _parents(table: Table) -> set[str]:
    """Return the other tables to which this table refers."""
    return {key.target_fullname.split(".")[0] for key in table.foreign_keys} - {table.name}


def _add(connection: Connection, table: Table) -> None:
    """Add a row whose foreign keys refer to existing rows."""
    row: Row = {each.name: _value(each) for each in table.columns if not each.foreign_keys}
    found: dict[str, Any] = {}
    for column in table.columns:
        for key in column.foreign_keys:
            parent, its = key.target_fullname.split(".")
            found[column.name] = connection.scalars(
                text(f'SELECT {its} FROM "{parent}" ORDER BY {its}')
            ).all()
    for turn in range(max(map(len, found.values()), default=1)):
        refers = {name: those[min(turn, len(those) - 1)] for name, those in found.items()}
        try:
            with connection.begin_nested():
                connection.execute(insert(table).values({**row, **refers}))
            return
        except IntegrityError:
            continue  # only one row may refer to each row of the other table
    raise AssertionError(f"no row fits into {table.name}")


def _value(column: Column[Any]) -> Any:
    number, kind = next(NUMBERS), column.type
    if isinstance(kind, Uuid):
        return uuid4()
    if isinstance(kind, Boolean):
        return bool(number % 2)
    if isinstance(kind, DateTime):
        return DAY + timedelta(minutes=number)
    if isinstance(kind, Date):
        return date(2026, 3, 2) + timedelta(days=number % 300)
    if isinstance(kind, JSON):
        return {"number": number}
    if isinstance(kind, LargeBinary):
        return f"sealed {number}".encode()
    if isinstance(kind, Integer):
        return number
    assert isinstance(kind, String), (column, kind)
    return uuid4().hex if kind.length == 32 else "".join(_letters(number))[: kind.length]


def _letters(number: int) -> Iterator[str]:
    while number:
        number, letter = divmod(number, len(LETTERS))
        yield LETTERS[letter]
