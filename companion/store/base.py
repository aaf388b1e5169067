"""The database: its engine, its transactions, and what all models share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    Executable,
    MetaData,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as AllTaken
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from companion.domain.people import Viewer
from companion.domain.schema_state import WRONG, SchemaState
from companion.store import writer_queue
from companion.store.keys import Keys
from companion.store.wal import sweep
from companion.store.writable import is_read_only, takes_writes
from companion.store.writer_queue import Busy

BUSY_SECONDS = 10
"""How long a write waits for another before it fails; on PostgreSQL also a read for locked rows."""
ANSWER_SECONDS = 3
"""How long PostgreSQL may take to accept a connection; without this, a vanished host would take minutes."""
WRITERS = 7_402
"""Number of the lock that all writers to PostgreSQL share (``Store.wait_for_writers``)."""
_ONE_MOMENT: dict[str, dict[str, Any]] = {
    "sqlite": {},  # there every transaction is like this
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}
GONE_MILLISECONDS = 10_000
"""How long data sent to or by PostgreSQL may go unacknowledged."""
ASKED_AFTER = {"idle": 10, "interval": 5, "count": 3}
"""Seconds and attempts until either end gives up a silent connection: a client without power once held its locks for
hours.
"""
AT_HAND_MOST = 200
IDLE_SECONDS = 60
"""How long a transaction may idle before PostgreSQL ends it: no request waits that long for anything else."""


Broken = dict[tuple[str, UUID], bool]
"""Rows changed outside Companion, by table and id, and whether the audit has them yet."""


class Model(DeclarativeBase):
    """A row with a random id, which may appear in a URL."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


M = TypeVar("M", bound=Model)


class Quota(Protocol):
    """How much whoever is acting may store."""

    def growth(self, tx: "Transaction") -> int:
        """Return by how many bytes the pending changes make the counted tables larger."""

    def take(self, tx: "Transaction", more: int) -> None:
        """Count it. Raise ``Rejected`` if that would be too much."""


class Transaction(Session):
    """A database transaction with the keys that open what is sealed in it."""

    def __init__(
        self, bind: Connection, keys: Keys, broken: Broken | None = None, *, writes: bool = True
    ) -> None:
        super().__init__(bind=bind, expire_on_commit=False)
        self.keys = keys.for_transaction()
        self.by: Viewer | None = None
        """The actor; None for the service itself."""
        self.at: datetime | None = None
        self.broken: Broken = {} if broken is None else broken
        self.writes = writes
        self.at_hand: list[Any] = []
        """Rows that are read repeatedly, referenced here because a session forgets unreferenced ones."""
        self.room: Quota | None = None
        """The actor's quota; None for the service itself."""
        self._grown = 0

    @property
    def now(self) -> datetime:
        """The moment of the act, used for everything it writes."""
        if self.at is None:
            raise RuntimeError("a transaction that was opened without a moment writes nothing down")
        return self.at

    @property
    def viewer(self) -> Viewer:
        """The actor, for acts that need somebody signed in."""
        if self.by is None:
            raise RuntimeError("a transaction that was opened for nobody does what somebody must answer for")
        return self.by

    @property
    def actor_id(self) -> UUID | None:
        """The account of whoever acts."""
        return self.by.account_id if self.by else None

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """Act as the service itself for a while, so that it isn't recorded as the person's act."""
        by, self.by = self.by, None
        try:
            yield
        finally:
            self.by = by

    def hold(self, row: Any) -> None:
        """Keep a row in memory, except in acts that go through very many."""
        if len(self.at_hand) < AT_HAND_MOST:
            self.at_hand.append(row)

    def held(self, of: type[M]) -> list[M]:
        """Return those of these rows that are in memory."""
        return [row for row in self.at_hand if isinstance(row, of)]

    def rows(self, statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Read columns instead of entities, after writing pending changes."""
        if self.writes and (self.new or self.dirty or self.deleted):
            self.flush()
        return self.connection().execute(statement, values)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write pending changes, and note by how much they make storage larger."""
        if self.room:
            self._grown += self.room.growth(self)
        super().flush(objects)

    def commit(self) -> None:
        """Commit. Raise ``Rejected`` if the actor has no storage left."""
        if self.room:
            self.flush()
            if self._grown:
                self.room.take(
                    self, self._grown
                )  # last, so that nobody waits for anything while holding this
        super().commit()


class Store:
    """Both databases, opened."""

    def __init__(self, engine: Engine, keys: Keys, standing: Callable[[Engine, Engine], SchemaState]) -> None:
        """``standing`` returns how far both databases are migrated; passed in, because the models
        import this module.
        """
        self._engine = engine
        self.keys = keys
        self._standing = standing
        self.broken: Broken = {}

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a read-only transaction on a consistent snapshot; it is rolled back at its end.

        Raise ``DatabaseUnavailable``.
        """
        with (
            one_moment(self._engine) as connection,
            Transaction(connection, self.keys, self.broken, writes=False) as tx,
        ):
            yield tx

    @contextmanager
    def writing(self, now: datetime | None = None, by: Viewer | None = None) -> Iterator[Transaction]:
        """Open a writing transaction. Its owner commits it; otherwise it is rolled back.

        Everything it records happened now, by this person. Raise ``Busy`` if its turn doesn't come within
        ``BUSY_SECONDS``, and ``DatabaseUnavailable``.
        """
        _require_there(self._engine)
        with (
            _turn(self._engine),
            self._engine.connect().execution_options(writing=True) as connection,
            Transaction(connection, self.keys, self.broken) as tx,
        ):
            tx.at, tx.by = now, by
            if self._engine.dialect.name == "postgresql":
                tx.execute(select(func.pg_advisory_xact_lock_shared(WRITERS)))
            yield tx

    def wait_for_writers(self) -> None:
        """Wait until every transaction that was writing when this was called has ended.

        Anything they sealed with older keys is committed by then; later writers look up their keys again.
        """
        with _turn(self._engine), self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(WRITERS)))

    def standing(self) -> SchemaState:
        """Return how far both databases are migrated: the worse of the two. Raise ``DatabaseUnavailable``."""
        _require_there(self._engine)
        return self._standing(self._engine, self.keys.engine)

    def in_order(self) -> "Store":
        """Return the store itself. Raise ``DatabaseUnavailable`` if this version can't work with
        one of the databases.
        """
        if wrong := WRONG.get(self.standing()):
            raise DatabaseUnavailable(wrong)
        return self

    def takes_writes(self) -> bool:
        """Whether both databases seem able to save. Raise ``DatabaseUnavailable``."""
        try:
            return takes_writes(self._engine) and takes_writes(self.keys.engine)
        except OSError as error:
            raise DatabaseUnavailable(f"A database cannot be looked at: {error.strerror}.") from error

    def sweep(self) -> None:
        """Remove deleted data from embedded databases' logs, if nobody is reading just now."""
        sweep(self._engine)
        sweep(self.keys.engine)

    def close(self) -> None:
        """Close every connection to both databases."""
        self._engine.dispose()
        self.keys.engine.dispose()


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """Open a connection to either database that reads a consistent snapshot.

    Raise ``DatabaseUnavailable``.
    """
    _require_there(engine)
    with engine.connect().execution_options(**_ONE_MOMENT[engine.dialect.name]) as connection:
        yield connection


class DatabaseUnavailable(Exception):
    """A database can't be reached. The message says which, and why if known."""


UNAVAILABLE = (DatabaseUnavailable, Busy, OperationalError, InterfaceError, InternalError, AllTaken)
"""The exceptions that mean a database is down or busy; PostgreSQL, if read-only, raises ``InternalError``."""


def require_answer(engine: Engine) -> None:
    """Raise ``DatabaseUnavailable`` if no database answers."""
    _require_there(engine)
    try:
        engine.connect().close()
    except DBAPIError as error:  # also for a damaged file
        reason = " ".join(str(error.orig).split())
        raise DatabaseUnavailable(
            f"{engine.url.render_as_string(hide_password=True)} does not answer: {reason}"
        ) from error


def answers(url: str) -> bool:
    """Whether the database at this URL answers."""
    engine = open_engine(url)
    try:
        require_answer(engine)
    except DatabaseUnavailable:
        return False
    finally:
        engine.dispose()
    return True


def _require_there(engine: Engine) -> None:
    """Prevent SQLite from creating an empty database if the file is gone, or from continuing with
    one that was moved.
    """
    if not is_there(engine):
        raise DatabaseUnavailable(f"There is no database at {engine.url.database}.")


def is_there(engine: Engine) -> bool:
    """Whether an embedded database has its file; a server is asked in another way. Raise ``DatabaseUnavailable``."""
    if engine.dialect.name != "sqlite":
        return True
    try:
        return Path(str(engine.url.database)).exists()
    except OSError as error:
        raise DatabaseUnavailable(f"{engine.url.database} cannot be looked at: {error.strerror}.") from error


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Raise ``DatabaseUnavailable`` if the queue can't be used."""
    if engine.dialect.name != "sqlite":
        yield
        return
    path = Path(str(engine.url.database))
    with ExitStack() as stack:
        try:
            stack.enter_context(writer_queue.turn(path, BUSY_SECONDS))
        except OSError as error:
            raise DatabaseUnavailable(
                f"Nothing can be written to {path.parent}: {error.strerror}."
            ) from error
        yield


def open_engine(url: str) -> Engine:
    """Return an engine for either kind of database, configured per connection; at most 15 connections."""
    told: dict[str, Any] = {"hide_parameters": True, "pool_timeout": BUSY_SECONDS}
    if make_url(url).get_backend_name() != "sqlite":
        patience = {"connect_timeout": ANSWER_SECONDS, "tcp_user_timeout": GONE_MILLISECONDS}
        patience |= {f"keepalives_{name}": number for name, number in ASKED_AFTER.items()}
        engine = create_engine(url, pool_pre_ping=True, connect_args=patience, **told)
        event.listen(engine, "connect", _prepare_server)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **told)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _open_anew_later(engine)
    return engine


def make_folder(engine: Engine) -> None:
    """Make an embedded database's folder, readable only by its owner."""
    if engine.dialect.name == "sqlite":
        Path(str(engine.url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late, only before the first write
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # an answer reported as saved survives a power cut
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _open_anew_later(engine: Engine) -> None:
    """Replace connections opened while the disk was read-only: they would stay read-only."""

    def opened(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["read_only"] = is_read_only(engine)

    def taken(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["read_only"] and not is_read_only(engine):
            raise DisconnectionError

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)


def _prepare_server(connection: Any, _record: object) -> None:
    """Time out on other clients' locks, and drop clients that vanish (except on a socket)."""
    told = {
        "lock_timeout": BUSY_SECONDS * 1000,
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
        "tcp_user_timeout": GONE_MILLISECONDS,
        **{f"tcp_keepalives_{name}": number for name, number in ASKED_AFTER.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET {name} = {number}" for name, number in told.items()))
    connection.commit()


def may_idle(connection: Connection) -> None:
    """Lift the idle timeout for copying or changing a whole database, which may wait long for disks."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not options.get("at_once"):  # this touches no file, so it can't fail
        connection.connection.cursor().execute("BEGIN")
