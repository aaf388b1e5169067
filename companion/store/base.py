"""The database engine, its transactions, and the base class of all models."""

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
"""The maximum number of seconds that a write waits for other writes or locks."""
ANSWER_SECONDS = 3
"""The timeout for connecting to PostgreSQL, in seconds.

With the driver's default timeout, it takes minutes to find that a host is missing.
"""
WRITERS = 7_402
"""The id of the advisory lock that all PostgreSQL writers share."""
_ONE_MOMENT: dict[str, dict[str, Any]] = {
    "sqlite": {},  # every SQLite transaction reads a consistent snapshot
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}
GONE_MILLISECONDS = 10_000
"""PostgreSQL closes a connection if the client hasn't acknowledged data for this many milliseconds."""
ASKED_AFTER = {"idle": 10, "interval": 5, "count": 3}
"""TCP keepalive settings of PostgreSQL connections: idle seconds, interval and number of probes.

Without keepalives, PostgreSQL may hold the locks of a vanished client for hours.
"""
AT_HAND_MOST = 200
IDLE_SECONDS = 60
"""The number of seconds after which PostgreSQL ends an idle transaction.

No request to Companion leaves a transaction idle for a whole minute.
"""


Broken = dict[tuple[str, UUID], bool]
"""The rows that were changed outside Companion, keyed by table and id.

For each row, whether the audit log already has an entry that it was changed.
"""


class Model(DeclarativeBase):
    """The base class of all models in the main database. A row's id is random and may appear in a URL."""

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
    """The limit on the amount of data that somebody can store."""

    def growth(self, tx: "Transaction") -> int:
        """Return how many bytes the unsaved changes would add to the person's stored data."""

    def take(self, tx: "Transaction", more: int) -> None:
        """Add the bytes to the person's total amount of stored data.

        Raise ``Rejected`` if the added bytes would take the person's total over the quota.
        """


class Transaction(Session):
    """A database transaction, with the keys for encrypted columns."""

    def __init__(
        self, bind: Connection, keys: Keys, broken: Broken | None = None, *, writes: bool = True
    ) -> None:
        super().__init__(bind=bind, expire_on_commit=False)
        self.keys = keys.for_transaction()
        self.by: Viewer | None = None
        """The signed-in person for whom the transaction runs, or None if Companion runs it by itself."""
        self.at: datetime | None = None
        self.broken: Broken = {} if broken is None else broken
        self.writes = writes
        self.at_hand: list[Any] = []
        """Rows that stay in memory until the transaction ends, so that SQLAlchemy doesn't load them again."""
        self.room: Quota | None = None
        """The acting person's storage quota, or None for the service itself."""
        self._grown = 0

    @property
    def now(self) -> datetime:
        """The time that is stored in the rows that the transaction writes.

        Raise ``RuntimeError`` if no time was given when the transaction was opened.
        """
        if self.at is None:
            raise RuntimeError("a transaction that was opened without a moment writes nothing down")
        return self.at

    @property
    def viewer(self) -> Viewer:
        """The person on whose behalf the transaction runs. Raise ``RuntimeError`` if the transaction doesn't
        run on behalf of a person.
        """
        if self.by is None:
            raise RuntimeError("a transaction that was opened for nobody does what somebody must answer for")
        return self.by

    @property
    def actor_id(self) -> UUID | None:
        """The acting person's account id, or None for the service itself."""
        return self.by.account_id if self.by else None

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """Within this ``with`` block, act as the service and not as a person. Audit entries for actions that
        Companion takes by itself don't name a person.
        """
        by, self.by = self.by, None
        try:
            yield
        finally:
            self.by = by

    def hold(self, row: Any) -> None:
        """Keep the row in memory until the transaction ends. Cache at most ``AT_HAND_MOST`` rows."""
        if len(self.at_hand) < AT_HAND_MOST:
            self.at_hand.append(row)

    def held(self, of: type[M]) -> list[M]:
        """Return all rows of one model that this transaction keeps in memory."""
        return [row for row in self.at_hand if isinstance(row, of)]

    def rows(self, statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run a query for columns instead of entities.

        Unsaved changes are written to the database before the query runs.
        """
        if self.writes and (self.new or self.dirty or self.deleted):
            self.flush()
        return self.connection().execute(statement, values)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write unsaved changes. Count how many bytes the changes add to the person's stored data."""
        if self.room:
            self._grown += self.room.growth(self)
        super().flush(objects)

    def commit(self) -> None:
        """Commit the transaction.

        Raise ``Rejected`` if the acting person has no storage left.
        """
        if self.room:
            self.flush()
            if self._grown:
                self.room.take(self, self._grown)  # lock the quota's row last, and hold the lock only briefly
        super().commit()


class Store:
    """The main database and the key store, each with an open engine."""

    def __init__(self, engine: Engine, keys: Keys, standing: Callable[[Engine, Engine], SchemaState]) -> None:
        """Open a store. ``standing`` is a function that returns the migration state of both databases.

        The caller passes this function as an argument, because this module can't import the database models.
        """
        self._engine = engine
        self.keys = keys
        self._standing = standing
        self.broken: Broken = {}

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a read-only transaction on one snapshot. When the ``with`` block ends, roll the transaction
        back.

        Raise ``DatabaseUnavailable`` if the database file is missing.
        """
        with (
            one_moment(self._engine) as connection,
            Transaction(connection, self.keys, self.broken, writes=False) as tx,
        ):
            yield tx

    @contextmanager
    def writing(self, now: datetime | None = None, by: Viewer | None = None) -> Iterator[Transaction]:
        """Open a transaction for writing. Roll back unless the caller commits.

        ``now`` is the transaction's time, and ``by`` is the person who acts. Raise ``Busy`` if other writers
        take longer than ``BUSY_SECONDS``. Raise ``DatabaseUnavailable`` if the database file is missing or
        the lock files can't be opened.
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
        """Wait until every current read-write transaction has ended.

        A key rotation calls this method to wait for transactions that still encrypt with the old key.
        """
        with _turn(self._engine), self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(WRITERS)))

    def standing(self) -> SchemaState:
        """Return the migration state of the two databases. If the two databases' states differ, return the
        more serious state.

        Raise ``DatabaseUnavailable`` if a database's file is missing.
        """
        for engine in (self._engine, self.keys.engine):
            _require_there(engine)
        return self._standing(self._engine, self.keys.engine)

    def in_order(self) -> "Store":
        """Return this store.

        Raise ``DatabaseUnavailable`` if Companion's version can't work with a database.
        """
        if wrong := WRONG.get(self.standing()):
            raise DatabaseUnavailable(wrong)
        return self

    def takes_writes(self) -> bool:
        """Return whether the main database and the key store seem able to save data.

        Raise ``DatabaseUnavailable`` if Companion can't read a database's folder.
        """
        try:
            return takes_writes(self._engine) and takes_writes(self.keys.engine)
        except OSError as error:
            raise DatabaseUnavailable(f"A database cannot be looked at: {error.strerror}.") from error

    def sweep(self) -> None:
        """Remove deleted data from embedded databases' write-ahead logs. A database's write-ahead log isn't
        emptied while somebody is reading the database.
        """
        sweep(self._engine)
        sweep(self.keys.engine)

    def close(self) -> None:
        self._engine.dispose()
        self.keys.engine.dispose()


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """Open a connection to the main database or the key store.

    All queries on the connection see the same snapshot. Raise ``DatabaseUnavailable`` if the database file is
    missing.
    """
    _require_there(engine)
    with engine.connect().execution_options(**_ONE_MOMENT[engine.dialect.name]) as connection:
        yield connection


class DatabaseUnavailable(Exception):
    """Raised if a database can't be reached.

    The message names the database, and the reason if known.
    """


UNAVAILABLE = (DatabaseUnavailable, Busy, OperationalError, InterfaceError, InternalError, AllTaken)
"""The exceptions for a database that is down or busy.

Writing to a read-only PostgreSQL server raises ``InternalError``.
"""


def require_answer(engine: Engine) -> None:
    """Raise ``DatabaseUnavailable`` unless the engine's database accepts a connection."""
    _require_there(engine)
    try:
        engine.connect().close()
    except DBAPIError as error:  # a damaged file also raises this error
        reason = " ".join(str(error.orig).split())
        raise DatabaseUnavailable(
            f"{engine.url.render_as_string(hide_password=True)} does not answer: {reason}"
        ) from error


def answers(url: str) -> bool:
    """Return whether the URL's database accepts a connection."""
    engine = open_engine(url)
    try:
        require_answer(engine)
    except DatabaseUnavailable:
        return False
    finally:
        engine.dispose()
    return True


def _require_there(engine: Engine) -> None:
    """Raise ``DatabaseUnavailable`` if a SQLite database's file is missing.

    Without this check, SQLite would create an empty database in place of a deleted file. If the database file
    is moved, SQLite's open connections keep using the moved file.
    """
    if not is_there(engine):
        raise DatabaseUnavailable(f"There is no database at {engine.url.database}.")


def is_there(engine: Engine) -> bool:
    """Return whether the file of an embedded database exists. Return True for a database server, which has no
    file to check.

    Raise ``DatabaseUnavailable`` if Companion can't read the file's folder.
    """
    if engine.dialect.name != "sqlite":
        return True
    try:
        return Path(str(engine.url.database)).exists()
    except OSError as error:
        raise DatabaseUnavailable(f"{engine.url.database} cannot be looked at: {error.strerror}.") from error


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait until this process may write to SQLite.

    Raise ``DatabaseUnavailable`` if the lock files can't be opened.
    """
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
    """Return an engine for SQLite or PostgreSQL.

    The engine opens at most 15 connections.
    """
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
    """Create the folder for a SQLite database file. Only the folder's owner may use the folder."""
    if engine.dialect.name == "sqlite":
        Path(str(engine.url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would send BEGIN too late
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # an answer that was reported as saved must survive a power cut
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _open_anew_later(engine: Engine) -> None:
    """Replace database connections that were opened while the disk was read-only. A connection that was
    opened while the disk was read-only stays read-only, even after the disk becomes writable.
    """

    def opened(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["read_only"] = is_read_only(engine)

    def taken(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["read_only"] and not is_read_only(engine):
            raise DisconnectionError

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)


def _prepare_server(connection: Any, _record: object) -> None:
    """Set PostgreSQL's timeouts for locks, idle transactions and lost clients."""
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
    """Turn off the idle timeout for a long transaction, such as a backup or a restore."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not options.get("at_once"):  # BEGIN without IMMEDIATE touches no file, so it can't fail
        connection.connection.cursor().execute("BEGIN")
