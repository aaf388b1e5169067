"""Open, create and migrate the main database and the key store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import tink
from sqlalchemy import Engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from companion.config import BadSetting, Settings
from companion.domain.schema_state import WRONG, SchemaState
from companion.store import audit, audit_head, locks, row_binding
from companion.store.base import (
    DatabaseUnavailable,
    Store,
    is_there,
    make_folder,
    open_engine,
    require_answer,
)
from companion.store.caseloads import sort_keys  # noqa: F401  # keeps the sort keys up to date
from companion.store.concerns.concerns import ConcernRow
from companion.store.evaluation.evaluation import BatchRow, WaitingRow
from companion.store.keys import (
    CONCERNS,
    EVALUATION,
    FIRST_SECRETS,
    SERVICE_KEYS,
    SERVICE_SECRETS,
    WORDS,
    DataKey,
    KeyMissing,
    Keys,
)
from companion.store.operations.migrations import KEYS, MAIN, History, standing
from companion.store.operations.rotate_wrapping_key import register
from companion.store.people import Account
from companion.store.wrapping import make_wrapping_key, wrapping_key

MIGRATING = 7_403
"""The id of the PostgreSQL advisory lock for migrations.

Processes that write data hold the lock ``WRITERS``.
"""

MIGRATED_WITHIN = 600
"""The number of seconds to wait while another machine migrates the databases.

If another machine's migration takes more than ten minutes, serve only the help page until the migration
has finished.
"""


def open_store(settings: Settings) -> Store:
    """Open the main database and the key store that the settings name.

    Raise ``BadSetting`` if nothing has been set up, or if the keys are missing or don't fit the data. Raise
    ``BadSetting`` if the settings point to empty databases while the data folder holds an embedded database.
    Raise ``DatabaseUnavailable`` if a database doesn't answer.
    """
    if settings.mode != "serve":
        locks.be_strict()
    main, keys = open_engine(settings.database_url), open_engine(settings.keys_url)
    _require_set_up(settings, main, keys)
    wrapping = wrapping_key(settings)
    require_answer(main)
    if not is_there(keys):
        raise BadSetting(
            f"There is data, but no key store ({_shown(settings.keys_url)}). Restore it from its copy."
        )
    require_answer(keys)
    opened = Keys(keys, wrapping)
    _require_service_keys(opened)
    store = Store(main, opened, standing)
    _require_its_own(store)
    return store


@dataclass(frozen=True)
class EmptyDatabases:
    """The two databases into which a backup is restored, and the wrapping key for the key store.

    The databases may not exist yet.
    """

    main: Engine
    keys: Keys


def place(settings: Settings) -> EmptyDatabases:
    """Return the databases that these settings name, and create the folders for embedded databases.

    Raise ``BadSetting`` if the wrapping key is missing or damaged.
    """
    wrapping = wrapping_key(settings)
    found = EmptyDatabases(open_engine(settings.database_url), Keys(open_engine(settings.keys_url), wrapping))
    for engine in (found.main, found.keys.engine):
        make_folder(engine)
    return found


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Inside the ``with`` block, other machines can't migrate the databases.

    Raise ``DatabaseUnavailable`` if another migration takes longer than ``MIGRATED_WITHIN`` seconds, or if
    the main database doesn't answer. Embedded databases need no lock, because only one machine uses them.
    """
    engine = open_engine(settings.database_url)
    if engine.dialect.name == "sqlite":
        yield
        return
    require_answer(engine)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(
                text(f"SET lock_timeout = '{MIGRATED_WITHIN}s'")
            )  # migrating a large database takes time
            try:
                connection.execute(select(func.pg_advisory_lock(MIGRATING)))
            except OperationalError as error:
                raise DatabaseUnavailable(
                    "Another machine has been bringing the databases up to date all the time."
                ) from error
            yield
    finally:
        engine.dispose()  # closing the connection releases the lock


def prepare(settings: Settings, now: datetime) -> bool:
    """Create or migrate the main database and the key store. When an installation starts for the first time,
    create its keys and return True.

    Raise ``BadSetting`` if there is data but the keys are missing. Raise ``BadSetting`` if the settings point
    to empty databases while the data folder holds an embedded database. Raise ``DatabaseUnavailable`` if a
    database doesn't answer or has lost its data. Raise ``DatabaseUnavailable`` if the installed version of
    Companion can't use a database.
    """
    main, keys = open_engine(settings.database_url), open_engine(settings.keys_url)
    has_data, has_keys = _has_data(main), _has_data(keys)
    first = not (has_data or has_keys)
    if first:
        _require_moved(settings)
    if first and not settings.wrapping_key and not settings.wrapping_key_file.exists():
        make_wrapping_key(settings.wrapping_key_file)
    wrapping = wrapping_key(settings)
    if has_data and not has_keys:
        raise BadSetting(
            f"The key store is empty ({_shown(settings.keys_url)}), but there is data. Restore it."
        )
    if has_keys and not has_data and _holds_keys(keys):
        raise DatabaseUnavailable(
            f"The key store holds keys, but there is no data ({_shown(settings.database_url)})."
        )
    for engine, history in ((keys, KEYS), (main, MAIN)):
        make_folder(engine)
        _upgrade(engine, history)
    with main.connect() as connection:
        used = connection.scalar(select(Account.id).limit(1)) is not None
        concerns = connection.scalar(select(ConcernRow.id).limit(1)) is not None
        given = any(connection.scalar(select(row.id).limit(1)) for row in (WaitingRow, BatchRow))
    store = Keys(keys, wrapping)
    register(store, now)
    if used:
        _require_service_keys(store)
        _require_binding(store, now)
        _require_later_key(store, CONCERNS, "the concerns", now, sealed=concerns)
        _require_later_key(store, EVALUATION, "the evaluations", now, sealed=given)
    else:
        _make_service_keys(store, now)
    row_binding.begin(store, now, at_once=not used)
    _remember_head(Store(main, store, standing), now)
    main.dispose()
    keys.dispose()
    return first


def _upgrade(engine: Engine, history: History) -> None:
    """Migrate a database. Do nothing if a newer version of Companion has already migrated the database.

    Raise ``DatabaseUnavailable`` if the installed version of Companion can't use the tables.
    """
    found = history.standing(engine)
    if found is SchemaState.BEYOND:
        raise DatabaseUnavailable(WRONG[found])
    if found is not SchemaState.AHEAD:  # otherwise a newer version has migrated the database
        history.upgrade(engine)


def is_empty(settings: Settings) -> bool:
    """Return True if neither database has any tables.

    Raise ``DatabaseUnavailable`` if a database can't be reached.
    """
    return not any(_has_data(open_engine(url)) for url in (settings.database_url, settings.keys_url))


def _require_moved(settings: Settings) -> None:
    """Raise ``BadSetting`` if the data folder contains an embedded database that the settings don't use."""
    if settings.left_behind:
        raise BadSetting(
            f"The databases of the settings are empty, and there is data in {settings.left_behind[0].parent}. Move it "
            "there with “companion move postgresql”, or put it away to begin with nothing."
        )


def _require_set_up(settings: Settings, *engines: Engine) -> None:
    """Raise ``BadSetting`` if there is neither a wrapping key nor any data.

    Raise ``BadSetting`` if the settings point to empty databases while the data folder holds an embedded
    database.
    """
    if settings.left_behind and is_empty(settings):
        _require_moved(settings)
    if settings.wrapping_key or settings.wrapping_key_file.exists():
        return
    if not any(_has_data(each) for each in engines):
        raise BadSetting("Nothing is set up here yet. Start the portal, or run “companion migrate”.")


def _make_service_keys(keys: Keys, now: datetime) -> None:
    """Create the service's missing secrets and data keys."""
    for name in SERVICE_SECRETS:
        _make_secret(keys, name, now)
    for owner in SERVICE_KEYS:
        try:
            keys.box(owner)
        except KeyMissing:
            keys.create(owner, now)


def _make_secret(keys: Keys, name: str, now: datetime) -> None:
    try:
        keys.secret(name)
    except KeyMissing:
        keys.create_secret(name, now)


def _require_binding(keys: Keys, now: datetime) -> None:
    """Create the secret for the row hashes, unless it exists already. Installations that began with an older
    version of Companion don't have the secret for keyed hashes.

    Raise ``BadSetting`` if row checking is on but the secret is missing from the key store.
    """
    try:
        keys.secret(row_binding.SECRET)
    except KeyMissing as error:
        if row_binding.checked(keys):
            raise BadSetting(
                "The key store does not hold the key that rows are bound with. Restore it."
            ) from error
        keys.create_secret(row_binding.SECRET, now)


def _remember_head(store: Store, now: datetime) -> None:
    """Store the audit chain's head in the key store, unless a head is already stored.

    Record in the audit log that the key store now holds the latest entry's hash. Skip this if the log is
    empty.
    """
    if audit_head.remembered(store.keys):
        return
    with store.writing(now) as tx:
        head = audit.newest_head(tx)
        if audit_head.begin(store.keys, head) and head.position:
            audit.record(tx, audit.Event.HEAD_REMEMBERED, detail=str(head.position))
        tx.commit()


def _require_service_keys(keys: Keys) -> None:
    """Raise ``BadSetting`` if the service's first keys are missing or can't be read, or if the wrapping key
    can't decrypt them.
    """
    try:
        for name in FIRST_SECRETS:
            keys.secret(name)
        keys.box(WORDS)
    except KeyMissing as error:
        raise BadSetting(
            "There is data, but the key store does not hold the keys for it. Restore it from its copy."
        ) from error
    except DBAPIError as error:
        raise BadSetting(
            "The key store cannot be read. Restore it from its copy; if it is new, run “companion migrate” first."
        ) from error
    except tink.TinkError as error:
        raise BadSetting("The wrapping key is not the one that this data was sealed with.") from error


def _require_its_own(store: Store) -> None:
    """Raise ``BadSetting`` if the data and the key store belong to different installations."""
    try:
        with store.reading() as tx:
            own = audit.keyed_with_these_keys(tx)
    except DBAPIError:
        return  # the database comes from an older version and must be migrated first
    if not own:
        raise BadSetting(
            "The data and the key store belong to two installations. Put back the one that belongs to the other."
        )


def _require_later_key(keys: Keys, owner: str, what: str, now: datetime, *, sealed: bool) -> None:
    """Create a data key that older versions of Companion didn't need, if it doesn't exist yet.

    Raise ``BadSetting`` if the key is missing and ``sealed`` is true. ``sealed`` says whether the database
    contains data that the key has encrypted.
    """
    try:
        keys.box(owner)
    except KeyMissing as error:
        if sealed:
            raise BadSetting(f"The key store does not hold the key of {what}. Restore it.") from error
        keys.create(owner, now)


def _has_data(engine: Engine) -> bool:
    if not is_there(engine):
        return False
    require_answer(engine)
    with engine.connect() as connection:
        return bool(engine.dialect.get_table_names(connection))


def _holds_keys(keys: Engine) -> bool:
    """Return whether the key store contains keys.

    The key store can be empty if the first start was interrupted.
    """
    with keys.connect() as connection:
        return connection.scalar(select(DataKey.owner).limit(1)) is not None


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
