"""Row binding: a keyed hash of a row's important columns. The hash reveals changes from outside Companion.

Nobody can compute the hash from the database alone. Each model's ``BOUND`` lists the columns that the row's
keyed hash covers. Companion sets a row's keyed hash whenever it saves the row, and checks the hash whenever
it loads the row. Check ``row.intact`` before you use a row to decide about access (docs/decisions/0038). A
row that was replaced with an older copy still passes the check.
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    Insert,
    Integer,
    Label,
    LargeBinary,
    RowMapping,
    Update,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, ORMExecuteState, QueryContext, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.keys import AT_ONCE, KeyModel, Keys
from companion.store.types import UtcDateTime

log = logging.getLogger(__name__)

SECRET = "service:binding"  # nosec B105
BINDING = "binding"
"""The name of the column that contains the row's keyed hash."""
EDITION = 1
"""Increase ``EDITION`` whenever a model's ``BOUND`` changes.

When ``EDITION`` increases, Companion recomputes every row's keyed hash. Companion checks no rows until it
has recomputed the hash of every row.
"""
LOOK_EVERY = 30
"""How many seconds a process waits before it asks the key store again whether to check keyed hashes."""
MARK = "_intact"


class BindingRow(KeyModel):
    """When Companion began to save a keyed hash in every row, and when it began refusing rows without one."""

    __tablename__ = "binding"

    edition: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Bound:
    """The base class of models with columns that decide who has access, or that say who wrote something."""

    BOUND: ClassVar[tuple[str, ...]]
    binding: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def intact(self) -> bool:
        """True unless somebody changed the bound columns outside Companion."""
        return bool(self.__dict__.get(MARK, True))


def models() -> list[type[Any]]:
    """Return all models whose rows have a keyed hash, sorted by table name."""
    found = [each.class_ for each in Model.registry.mappers if issubclass(each.class_, Bound)]
    return sorted(found, key=lambda each: str(each.__tablename__))


def value_of(secret: bytes, table: str, row: UUID, columns: Iterable[tuple[str, Any]]) -> bytes:
    """Return the keyed hash of a table's name, a row's id, and the row's values."""
    parts = [_encoded(table), _encoded(row)]
    for name, value in columns:
        parts += (_encoded(name), _encoded(value))
    return hmac.digest(secret, b"".join(parts), hashlib.sha256)


def _encoded(value: Any) -> bytes:
    """Encode a value with its type and length, so that two different lists of values never have the same
    encoding.
    """
    if value is None:
        return NOTHING
    kind, plain = _PLAIN[type(value)](value) if type(value) in _PLAIN else _of_kin(value)
    return kind + len(plain).to_bytes(4, "big") + plain


def _of_kin(value: Any) -> tuple[bytes, bytes]:
    """If the value is a string, return the type letter ``s`` and the value as bytes. The value may be a
    member of a string enum (a ``Role``, for example). Raise ``TypeError`` if the value isn't a
    string.
    """
    if isinstance(value, str):
        return b"s", str(value).encode()
    raise TypeError(f"nothing binds a {type(value).__name__}")


NOTHING = b"n" + bytes(4)
_PLAIN: dict[type, Callable[[Any], tuple[bytes, bytes]]] = {
    bool: lambda value: (b"b", b"1" if value else b"0"),
    int: lambda value: (b"i", b"%d" % value),
    str: lambda value: (b"s", value.encode()),
    bytes: lambda value: (b"y", value),
    UUID: lambda value: (b"u", value.bytes),
    datetime: lambda value: (b"t", value.astimezone(UTC).isoformat().encode()),
    date: lambda value: (b"d", value.isoformat().encode()),
}


def bind(tx: Transaction, row: Any) -> bytes:
    """Return the keyed hash of a row's current values."""
    values = [(name, getattr(row, name)) for name in row.BOUND]
    return value_of(tx.keys.secret(SECRET), row.__tablename__, row.id, values)


def fits(tx: Transaction, model: type[Any], values: dict[str, Any]) -> bool:
    """Return whether a row's values match its keyed hash."""
    columns = [(name, values[name]) for name in model.BOUND]
    made = value_of(tx.keys.secret(SECRET), str(model.__tablename__), values["id"], columns)
    return values["binding"] is not None and hmac.compare_digest(values["binding"], made)


def bound_columns(model: type[Any], prefix: str) -> list[Label[Any]]:
    """Return the query columns that ``row_intact`` needs.

    In the query's result, the label of each column begins with ``prefix``.
    """
    return [model.__table__.c[name].label(prefix + name) for name in ("id", *model.BOUND, BINDING)]


def row_intact(tx: Transaction, model: type[Any], row: RowMapping, prefix: str) -> bool:
    """Return False if somebody changed the row outside Companion.

    The row must come from a query that selects the columns from ``bound_columns``. Until Companion begins to
    check keyed hashes, return True without a check.
    """
    if not checked(tx.keys):
        return True
    values = {name: row[prefix + name] for name in ("id", *model.BOUND, BINDING)}
    intact = fits(tx, model, values)
    if not intact:
        note(tx, model.__tablename__, values["id"])
    return intact


def checked(keys: Keys) -> bool:
    """Return whether Companion checks rows' hashes. Companion begins to check keyed hashes once every row has
    a keyed hash.
    """
    switch = keys.binding
    if not switch.on and time.monotonic() - switch.looked_at >= LOOK_EVERY:
        query = select(BindingRow.edition).where(
            BindingRow.edition == EDITION, BindingRow.checked_since.is_not(None)
        )
        with keys.engine.connect().execution_options(**AT_ONCE[keys.engine.dialect.name]) as connection:
            switch.on = connection.scalar(query) is not None
        switch.looked_at = time.monotonic()
    return switch.on


def begin(keys: Keys, now: datetime, *, at_once: bool) -> None:
    """Record in the key store that from now on Companion saves rows with keyed hashes. Do nothing if the key
    store already records this.

    If ``at_once`` is true, start checking keyed hashes straight away. Set ``at_once`` to true only if every
    row in the database already has its keyed hash.
    """
    row = {"edition": EDITION, "since": now, "checked_since": now if at_once else None}
    with keys.engine.connect().execution_options(writing=True) as connection:
        try:
            connection.execute(insert(BindingRow).values(row))
        except IntegrityError:
            return
        connection.commit()


def check_from_now_on(keys: Keys, now: datetime) -> None:
    """Refuse rows without a hash from now on. Every row must have a hash already."""
    this = update(BindingRow).where(BindingRow.edition == EDITION, BindingRow.checked_since.is_(None))
    with keys.engine.connect().execution_options(writing=True) as connection:
        connection.execute(this.values(checked_since=now))
        connection.commit()
    keys.binding.looked_at = float("-inf")


def waits_since(keys: Keys) -> datetime | None:
    """Return the time at which Companion began adding keyed hashes to rows. Return None if Companion is
    already checking the keyed hashes.
    """
    query = select(BindingRow.since).where(BindingRow.edition == EDITION, BindingRow.checked_since.is_(None))
    with keys.engine.connect() as connection:
        return connection.scalar(query)


def note(tx: Transaction, table: str, row_id: UUID) -> None:
    """Log once that a row was changed outside Companion. List the row in ``tx.broken``, so that Companion can
    add an entry to the audit log later.
    """
    if (table, row_id) not in tx.broken:
        tx.broken[table, row_id] = False
        log.error(
            "a row was changed outside Companion: call doctor", extra={"damaged": f"row {table} {row_id}"}
        )


@event.listens_for(Bound, "load", propagate=True)
def _loaded(row: Any, context: QueryContext) -> None:
    _look(row, context.session)


@event.listens_for(Bound, "refresh", propagate=True)
def _refreshed(row: Any, context: QueryContext | None, _names: Any) -> None:
    if context:  # without a context, the row was written and not loaded
        _look(row, context.session)


def _look(row: Any, tx: Any) -> None:
    if not isinstance(tx, Transaction) or not checked(tx.keys):
        return
    intact = fits(tx, type(row), row.__dict__)
    row.__dict__[MARK] = intact
    if not intact:
        note(tx, row.__tablename__, row.id)


@event.listens_for(Transaction, "before_flush")
def _bind(tx: Transaction, _context: object, _instances: object) -> None:
    """Set the hash of new and changed rows. Don't renew a changed row's hash if its old hash was
    wrong.

    A row that somebody tampered with keeps its wrong hash, so the tampering remains visible.
    """
    for row in tx.new:
        if isinstance(row, Bound):
            _fill_in(row)
            row.binding = bind(tx, row)
    for row in tx.dirty:
        if isinstance(row, Bound) and _changes(row) and _is_as_known(tx, row):
            row.binding = bind(tx, row)


def _fill_in(row: Any) -> None:
    """Fill in the values that the database would set by default. The row's keyed hash also covers columns
    that have their default value.
    """
    row.id = row.id or uuid4()
    for name in row.BOUND:
        default = inspect(type(row)).columns[name].default
        if getattr(row, name) is None and default is not None and default.is_scalar:
            setattr(row, name, default.arg)


def _changes(row: Any) -> set[str]:
    state: Any = inspect(row)
    return {name for name in row.BOUND if state.attrs[name].history.has_changes()}


def _is_as_known(tx: Transaction, row: Any) -> bool:
    """Lock the row, and load other transactions' committed changes.

    Return False if the row no longer exists or doesn't match its keyed hash.
    """
    table = type(row).__table__
    query = select(*(table.c[name] for name in {*row.BOUND, "binding", "id"})).where(table.c.id == row.id)
    found = tx.connection().execute(locks.about_to_change(query)).mappings().first()
    if found is None:
        return False
    values = dict(found)
    if checked(tx.keys) and not fits(tx, type(row), values):
        row.__dict__[MARK] = False
        note(tx, row.__tablename__, row.id)
        return False
    for name in set(row.BOUND) - _changes(row):
        set_committed_value(row, name, values[name])
    return True


@event.listens_for(Transaction, "do_orm_execute")
def _no_bulk_change(state: ORMExecuteState) -> None:
    """Raise ``AssertionError`` if a bulk insert adds rows that need a keyed hash, or a bulk update changes a
    column that the rows' keyed hashes cover.
    A bulk insert or update doesn't set the rows' keyed hashes.
    """
    statement = state.statement
    if not isinstance(statement, Update | Insert):
        return
    given: Any = statement._values or {}
    names = {getattr(each, "key", each) for each in given}
    bound = {model.__tablename__: model.BOUND for model in models()}.get(str(statement.table), ())
    if bound and (isinstance(statement, Insert) or names & set(bound)):
        raise AssertionError(f"{statement.table} is bound: change its rows one by one")
