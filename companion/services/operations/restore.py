"""Restore a backup into empty databases, and verify the result.

Both backup files are read to the end before anything is written. Companion restores the records first, in one
transaction. The keys come last, so that an interrupted restore leaves nothing that can be decrypted. The keys
of erased accounts aren't restored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import tink
from sqlalchemy import Engine, MetaData, Table
from sqlalchemy.exc import DBAPIError

from companion.services.act import unattended
from companion.services.operations import row_bindings
from companion.services.records import erasure
from companion.store import audit
from companion.store.accounts import sessions
from companion.store.audit_head import Head, HeadRow
from companion.store.base import Store, is_there, may_idle, require_answer
from companion.store.keys import DataKey, Keys, participant
from companion.store.operations import sample_check
from companion.store.operations.backups import BadBackup, rows
from companion.store.operations.backups.copy import Copy, Manifest
from companion.store.operations.backups.rows import Row
from companion.store.operations.migrations import KEYS, MAIN, History
from companion.store.operations.open_databases import EmptyDatabases
from companion.store.operations.rebind_rows import RowPlace
from companion.store.records import erased_list
from companion.store.records.erased_list import ErasedList
from companion.store.wrapping import Wrapping

SECRET = "service:audit"  # nosec B105
BOUND_SINCE = "0025"
"""The migration that introduced row bindings: hashes that show when a row was changed by something other than
Companion.
"""


@dataclass(frozen=True)
class Filled:
    """The restored backup's manifest and its list of erased accounts."""

    manifest: Manifest
    gone: dict[UUID, datetime]
    """The erased accounts, and when each account was erased."""
    damaged: int
    """The number of damaged lines in the list of erased accounts."""

    @property
    def missing(self) -> int:
        """Return how many accounts are missing from the erased list, compared with its length when the backup
        was made.
        """
        return max(0, self.manifest.facts.erasures - len(self.gone))


@dataclass(frozen=True)
class Proved:
    """The result of verifying a restored backup."""

    chain: audit.Verdict
    sample: sample_check.Sample
    erased_again: int
    changed: tuple[RowPlace, ...] = ()
    """The rows whose keyed hashes are wrong."""


def fill(
    place: EmptyDatabases, words: Copy, wrapped: Copy, noted: ErasedList, kept_list: bytes | None
) -> Filled:
    """Write the records and the keys into empty databases.

    The caller then migrates, opens and verifies the databases. ``kept_list`` is a separate copy of the list
    of erased accounts. A list of erased accounts must exist, on this machine or as a separate copy. Raise
    ``BadBackup`` or ``OSError`` if the restore fails.
    """
    if kept_list is None and not noted.path.exists():
        raise BadBackup(
            f"There is no list of who was erased, neither at {noted.path} nor given with --list: whoever was "
            "erased after this backup would be readable again."
        )
    parts = ((place.main, MAIN, words), (place.keys.engine, KEYS, wrapped))
    for engine, history, _ in parts:
        _require_empty(engine, history)
    opened = Keys(
        place.keys.engine, place.keys.wrapping, {SECRET: _read(words, wrapped, place.keys.wrapping)}
    )
    for _, history, copy in parts:
        if copy.manifest.revision not in history.revisions:
            raise BadBackup(f"{copy.file.path} was made by a newer version of Companion. Install that first.")
    own, more = noted.found(opened), erased_list.read(opened, kept_list or b"")
    gone = {**own.since, **more.since}
    head = Head.parsed(words.manifest.facts.head)
    for engine, history, copy in parts:
        _fill(engine, history, copy, gone, head)
        engine.dispose()
    return Filled(words.manifest, gone, own.damaged + more.damaged)


def prove(store: Store, filled: Filled, noted: ErasedList, now: datetime) -> Proved:
    """Repeat the erasures of all accounts that were erased after the backup was made. End everybody's
    sessions, and verify the databases.
    """
    if filled.manifest.revision < BOUND_SINCE:  # the manifest's keyed hash proves that the rows are intact
        row_bindings.bind_every_row(store)
    again = erasure.apply(store, noted, now, more=set(filled.gone))
    with unattended(store, now) as tx:
        sessions.end_everybodys(tx, now)
        audit.record(tx, audit.Event.BACKUP_RESTORED, detail=filled.manifest.facts.backup)
        tx.commit()
    changed = tuple(row_bindings.changed(store))
    with store.reading() as tx:
        return Proved(audit.verify(tx, filled.manifest.facts.head), sample_check.sample(tx), again, changed)


def _require_empty(engine: Engine, history: History) -> None:
    """Raise ``BadBackup`` unless the database is empty.

    Drop the empty tables that an interrupted restore has left behind.
    """
    if not is_there(engine):
        return
    require_answer(engine)
    there = MetaData()
    with engine.connect() as connection:
        there.reflect(connection)
        revision = history.revision(connection)
        tables = [table for table in there.sorted_tables if table.name != "alembic_version"]
        full = any(rows.count(connection, table) for table in tables)
    if full or (tables and revision not in history.revisions):
        raise BadBackup(
            f"There is something in {engine.url.render_as_string(hide_password=True)} already. "
            "A backup is put into an empty place only: move that away, or name another place."
        )
    if tables:
        history.downgrade(engine)


def _read(words: Copy, wrapped: Copy, wrapping: Wrapping) -> bytes:
    """Read both backup files to the end. Return the secret in the keys file, after checking that both backup
    files were made with it.

    Raise ``BadBackup`` for damaged files, or for files from different backups.
    """
    for copy, what in ((words, "words"), (wrapped, "keys")):
        if copy.file.label.what != what:
            raise BadBackup(f"{copy.file.path} is not the file of the {what}, but the other one.")
        copy.file.require_whole()
    found = [row for table, row in wrapped.rows() if table.name == DataKey.__tablename__ and row[0] == SECRET]
    words.read()
    try:
        secret = wrapping.every().decrypt(found[0][1], SECRET.encode())
    except (IndexError, tink.TinkError) as error:
        raise BadBackup(
            f"The wrapping key in {wrapping.where} does not open these keys. Put back the one from their time."
        ) from error
    if not (words.is_from(secret) and wrapped.is_from(secret)):
        raise BadBackup(
            "The words and the keys are not of the same installation, or somebody else made them."
        )
    return bytes(secret)


def _fill(engine: Engine, history: History, copy: Copy, gone: Mapping[UUID, datetime], head: Head) -> None:
    """Insert every row in one transaction, without the keys of erased accounts.

    Raise ``BadBackup`` if the database refuses a row, or if the file changes while it is read. Take the audit
    chain's newest hash from the records file, and save it in the restored key store. Ignore the audit chain's
    hash in the keys file, because the keys file may be newer than the records file.
    """
    promised = copy.manifest
    destroyed = {participant(account): at for account, at in gone.items()}
    try:
        history.upgrade(engine, promised.revision)
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            may_idle(connection)
            for table, group in groupby(copy.rows(), key=itemgetter(0)):
                kept = (_without_key(table, row, destroyed) for _, row in group)
                rows.put(connection, table, (_with_head(table, row, head) for row in kept))
            stored = {name: rows.count(connection, Table(name, MetaData())) for name in promised.parts}
            if copy.manifest != promised or stored != {name: p.rows for name, p in promised.parts.items()}:
                raise BadBackup(f"{copy.file.path} was changed while it was read.")
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise BadBackup(
            f"{engine.url.render_as_string(hide_password=True)} cannot take the backup: {reason}. "
            "It is empty as before; mend that and begin again."
        ) from error


def _with_head(table: Table, row: Row, head: Head) -> Row:
    """Return the values of one row of the key store. Set the stored end of the audit chain to the position
    and hash in ``head``.
    """
    if table.name != HeadRow.__tablename__:
        return row
    values = dict(zip(table.columns.keys(), row, strict=True))
    return list((values | {"position": head.position, "link": head.link}).values())


def _without_key(table: Table, row: Row, destroyed: Mapping[str, datetime]) -> Row:
    """Return the row, without its key if the participant has been erased since the backup."""
    if table.name != DataKey.__tablename__:
        return row
    values = dict(zip(table.columns.keys(), row, strict=True))
    if values["owner"] in destroyed:
        values |= {"wrapped": None, "destroyed_at": values["destroyed_at"] or destroyed[values["owner"]]}
    return list(values.values())
