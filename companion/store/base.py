"""The database: its engine, its transactions, and what every model shares."""

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
"""How long a write waits for another one before it fails, on PostgreSQL also a read for what is locked."""
ANSWER_SECONDS = 3
"""How long PostgreSQL may take to accept a connection; to a host that is gone it would be minutes."""
WRITERS = 7_402
"""The number of the lock that all who write to PostgreSQL share (``Store.wait_for_writers``)."""
_ONE_MOMENT: dict[str, dict[str, Any]] = {
    "sqlite": {},  # there every transaction is so
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}
GONE_MILLISECONDS = 10_000
"""How long what was sent to PostgreSQL, or by it, may stay without a sign that it arrived."""
ASKED_AFTER = {"idle": 10, "interval": 5, "count": 3}
"""Seconds and tries until either end of a quiet line gives the other up: one without power held its locks for hours."""
AT_HAND_MOST = 200
IDLE_SECONDS = 60
"""How long a transaction may do nothing until PostgreSQL ends it: no request waits for anything else for so long."""


Broken = dict[tuple[str, UUID], bool]
"""Rows that were changed outside Companion, by table and id, and whether that is in the audit yet."""


class Model(DeclarativeBase):
    """A row with a random id, which may stand in an address."""

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
    """How much whoever acts may store."""

    def growth(self, tx: "Transaction") -> int:
        """By how many bytes what waits to be written makes the counted tables larger."""

    def take(self, tx: "Transaction", more: int) -> None:
        """Count it. Raises ``Rejected`` where that would be too much."""


class Transaction(Session):
    """A database transaction with the keys that open what is sealed in it."""

    def __init__(
        self, bind: Connection, keys: Keys, broken: Broken | None = None, *, writes: bool = True
    ) -> None:
        super().__init__(bind=bind, expire_on_commit=False)
        self.keys = keys.for_transaction()
        self.by: Viewer | None = None
        """Whose act it is; None for what the service does by itself."""
        self.at: datetime | None = None
        self.broken: Broken = {} if broken is None else broken
        self.writes = writes
        self.at_hand: list[Any] = []
        """Rows that are asked for again and again, held since a session forgets what nobody holds."""
        self.room: Quota | None = None
        """Of whoever acts; None for what the service does by itself."""
        self._grown = 0

    @property
    def now(self) -> datetime:
        """The moment of the act, at which all that it writes happened."""
        if self.at is None:
            raise RuntimeError("a transaction that was opened without a moment writes nothing down")
        return self.at

    @property
    def viewer(self) -> Viewer:
        """Whose act it is, where only somebody who is signed in can do it."""
        if self.by is None:
            raise RuntimeError("a transaction that was opened for nobody does what somebody must answer for")
        return self.by

    @property
    def actor_id(self) -> UUID | None:
        """The account of whose act it is."""
        return self.by.account_id if self.by else None

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """What the service does by itself within somebody's act, and is not written down as theirs."""
        by, self.by = self.by, None
        try:
            yield
        finally:
            self.by = by

    def hold(self, row: Any) -> None:
        """Keep a row at hand, unless this is one of the acts that go through very many."""
        if len(self.at_hand) < AT_HAND_MOST:
            self.at_hand.append(row)

    def held(self, of: type[M]) -> list[M]:
        """Those of these rows that are at hand."""
        return [row for row in self.at_hand if isinstance(row, of)]

    def rows(self, statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Read columns, of which no entities are made; what waits to be written is written first."""
        if self.writes and (self.new or self.dirty or self.deleted):
            self.flush()
        return self.connection().execute(statement, values)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what waits, and note by how much that makes what is stored larger."""
        if self.room:
            self._grown += self.room.growth(self)
        super().flush(objects)

    def commit(self) -> None:
        """Raises ``Rejected`` where whoever acts has no room for what he stores."""
        if self.room:
            self.flush()
            if self._grown:
                self.room.take(
                    self, self._grown
                )  # last, so that nobody waits for anything while he holds this
        super().commit()


class Store:
    """The two databases, opened."""

    def __init__(self, engine: Engine, keys: Keys, standing: Callable[[Engine, Engine], SchemaState]) -> None:
        """``standing`` says how far both databases have been brought, which the models know that import this."""
        self._engine = engine
        self.keys = keys
        self._standing = standing
        self.broken: Broken = {}

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads, all as it stood at one moment; it is rolled back at its end.

        Raises ``DatabaseUnavailable``.
        """
        with (
            one_moment(self._engine) as connection,
            Transaction(connection, self.keys, self.broken, writes=False) as tx,
        ):
            yield tx

    @contextmanager
    def writing(self, now: datetime | None = None, by: Viewer | None = None) -> Iterator[Transaction]:
        """A transaction that writes. Its owner commits it; what is not committed is rolled back.

        What it writes down happened at this moment, and this person did it. Raises ``Busy`` when its turn does not
        come within ``BUSY_SECONDS``, and ``DatabaseUnavailable``.
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
        """Comes back when every transaction has ended that was writing when this was called.

        What they sealed with keys from before is committed then; whoever writes afterwards looks for his keys anew.
        """
        with _turn(self._engine), self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(WRITERS)))

    def standing(self) -> SchemaState:
        """How far both databases have been brought: the worse of the two. Raises ``DatabaseUnavailable``."""
        _require_there(self._engine)
        return self._standing(self._engine, self.keys.engine)

    def in_order(self) -> "Store":
        """The store itself. Raises ``DatabaseUnavailable`` where this version cannot work with one of them."""
        if wrong := WRONG.get(self.standing()):
            raise DatabaseUnavailable(wrong)
        return self

    def takes_writes(self) -> bool:
        """Whether something can be saved in both databases, as far as that is seen. Raises ``DatabaseUnavailable``."""
        try:
            return takes_writes(self._engine) and takes_writes(self.keys.engine)
        except OSError as error:
            raise DatabaseUnavailable(f"A database cannot be looked at: {error.strerror}.") from error

    def sweep(self) -> None:
        """What was deleted is not to lie in the logs of embedded databases either, where nobody reads just now."""
        sweep(self._engine)
        sweep(self.keys.engine)

    def close(self) -> None:
        """Give back every connection, to both databases."""
        self._engine.dispose()
        self.keys.engine.dispose()


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection to either database that reads all as it stood when it first reads.

    Raises ``DatabaseUnavailable``.
    """
    _require_there(engine)
    with engine.connect().execution_options(**_ONE_MOMENT[engine.dialect.name]) as connection:
        yield connection


class DatabaseUnavailable(Exception):
    """A database cannot be reached. The message says which, and why as far as that is known."""


UNAVAILABLE = (DatabaseUnavailable, Busy, OperationalError, InterfaceError, InternalError, AllTaken)
"""What says that a database is away or busy: PostgreSQL, where it only reads, with an ``InternalError``."""


def require_answer(engine: Engine) -> None:
    """Raises ``DatabaseUnavailable`` where no database answers."""
    _require_there(engine)
    try:
        engine.connect().close()
    except DBAPIError as error:  # a damaged file too
        reason = " ".join(str(error.orig).split())
        raise DatabaseUnavailable(
            f"{engine.url.render_as_string(hide_password=True)} does not answer: {reason}"
        ) from error


def answers(url: str) -> bool:
    """Whether the database of this address answers."""
    engine = open_engine(url)
    try:
        require_answer(engine)
    except DatabaseUnavailable:
        return False
    finally:
        engine.dispose()
    return True


def _require_there(engine: Engine) -> None:
    """SQLite would make an empty database where the file is gone, and go on with one that was moved away."""
    if not is_there(engine):
        raise DatabaseUnavailable(f"There is no database at {engine.url.database}.")


def is_there(engine: Engine) -> bool:
    """Whether an embedded database has its file; a server is asked otherwise. Raises ``DatabaseUnavailable``."""
    if engine.dialect.name != "sqlite":
        return True
    try:
        return Path(str(engine.url.database)).exists()
    except OSError as error:
        raise DatabaseUnavailable(f"{engine.url.database} cannot be looked at: {error.strerror}.") from error


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Raises ``DatabaseUnavailable`` where nobody can queue."""
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
    """An engine for either database, with what it must be told on each connection; it has 15 of them at most."""
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
    """Make the folder of an embedded database, which only its owner can read."""
    if engine.dialect.name == "sqlite":
        Path(str(engine.url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late, before the first write only
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # an answer that was called saved survives a power cut
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _open_anew_later(engine: Engine) -> None:
    """A connection opened while the disk was read-only stays so for good: afterwards another takes its place."""

    def opened(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["read_only"] = is_read_only(engine)

    def taken(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["read_only"] and not is_read_only(engine):
            raise DisconnectionError

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)


def _prepare_server(connection: Any, _record: object) -> None:
    """Nobody waits for long for what another client has locked, and nobody who is gone holds it (not on a socket)."""
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
    """Who copies or changes a whole database waits for disks within his transaction, for as long as they take."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not options.get("at_once"):  # this touches no file, so that it cannot fail
        connection.connection.cursor().execute("BEGIN")
