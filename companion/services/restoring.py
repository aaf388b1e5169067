"""A backup is put into an empty place, and what stands there then is proved.

Nothing is written before both files were read to their end. The words come first, in one transaction, and the keys
last: a place where that was cut off opens nothing. Whoever is on the list of who was erased gets no key at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import tink
from sqlalchemy import Engine, MetaData, Table, update
from sqlalchemy.exc import DBAPIError

from companion.config import Settings
from companion.services import erasing
from companion.services.acting import acting
from companion.store import audit, erased, sampling
from companion.store.backups import BadBackup, rows
from companion.store.backups.copy import Copy, Manifest
from companion.store.backups.rows import Row
from companion.store.base import is_there, make_folder, open_engine, require_answer
from companion.store.erased import ErasedList
from companion.store.keys import DataKey, Keys, participant
from companion.store.migrate import KEYS, MAIN, History
from companion.store.opening import open_store, prepare
from companion.store.sessions import WebSession
from companion.store.wrapping import Wrapping, wrapping_key

SECRET = "service:audit"  # nosec B105


@dataclass(frozen=True)
class Restored:
    """What stands there now, and what was found when it was proved."""

    manifest: Manifest
    chain: audit.Verdict
    sample: sampling.Sample
    erased_again: int
    missing_from_list: int
    """How many fewer are on the list of who was erased than when the backup was made."""
    damaged_in_list: int
    """Lines of it that are not as they were written."""


def restore(
    settings: Settings, words: Copy, wrapped: Copy, kept_list: bytes | None, now: datetime
) -> Restored:
    """Put the words and the keys into the databases of these settings, which must be empty.

    ``kept_list`` is a list of who was erased, read beside the one in the data folder; one of them has to be there.
    Raises ``BadBackup``, ``BadSetting`` without the wrapping key, and ``OSError``.
    """
    wrapping, noted = wrapping_key(settings), ErasedList.at(settings.home)
    if kept_list is None and not noted.path.exists():
        raise BadBackup(
            f"There is no list of who was erased, neither at {noted.path} nor given with --list: whoever was "
            "erased after this backup would be readable again."
        )
    engines = open_engine(settings.database_url), open_engine(settings.keys_url)
    for engine, history in zip(engines, (MAIN, KEYS), strict=True):
        make_folder(engine)
        _require_empty(engine, history)
    opened = Keys(engines[1], wrapping, {SECRET: _read(words, wrapped, wrapping)})
    for engine, history, copy in zip(engines, (MAIN, KEYS), (words, wrapped), strict=True):
        if not history.knows(engine, copy.manifest.revision):
            raise BadBackup(f"{copy.file.path} was made by a newer version of Companion. Install that first.")
    own, more = noted.found(opened), erased.read(opened, kept_list or b"")
    gone = own.since | more.since
    _fill(engines[0], MAIN, words)
    _fill(engines[1], KEYS, wrapped, gone)
    for engine in engines:
        engine.dispose()
    prepare(settings, now)
    restored = _proved(settings, words.manifest, noted, set(gone), now)
    return replace(restored, damaged_in_list=own.damaged + more.damaged)


def _require_empty(engine: Engine, history: History) -> None:
    """Tables without a row are what an earlier try left that was cut off: they are made anew. Raises ``BadBackup``."""
    if not is_there(engine):
        return
    require_answer(engine)
    there = MetaData()
    with engine.connect() as connection:
        there.reflect(connection)
        revision = history.revision(connection)
        tables = [table for table in there.sorted_tables if table.name != "alembic_version"]
        full = any(rows.count(connection, table) for table in tables)
    if full or (tables and not history.knows(engine, revision)):
        raise BadBackup(
            f"There is something in {engine.url.render_as_string(hide_password=True)} already. "
            "A backup is put into an empty place only: move that away, or name another place."
        )
    if tables:
        history.downgrade(engine)


def _read(words: Copy, wrapped: Copy, wrapping: Wrapping) -> bytes:
    """Read both files to their end; the secret that shows that they belong together. Raises ``BadBackup``."""
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


def _fill(engine: Engine, history: History, copy: Copy, gone: Mapping[UUID, datetime] | None = None) -> None:
    """Put every row where it was, in one transaction; of who is gone no key. Raises ``BadBackup``."""
    promised = copy.manifest
    destroyed = {participant(account): at for account, at in (gone or {}).items()}
    history.upgrade(engine, promised.revision)
    try:
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            for table, group in groupby(copy.rows(), key=itemgetter(0)):
                rows.put(connection, table, (_without_key(table, row, destroyed) for _, row in group))
            stored = {name: rows.count(connection, Table(name, MetaData())) for name in promised.parts}
            if copy.manifest != promised or stored != {name: p.rows for name, p in promised.parts.items()}:
                raise BadBackup(f"{copy.file.path} was changed while it was read.")
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise BadBackup(
            f"{engine.url.render_as_string(hide_password=True)} cannot take the backup: {reason}. "
            "It is empty as before; mend that and begin again."
        ) from error


def _without_key(table: Table, row: Row, destroyed: Mapping[str, datetime]) -> Row:
    """A row of the key store, destroyed where its owner was erased after the backup."""
    if table.name != DataKey.__tablename__:
        return row
    values = dict(zip(table.columns.keys(), row, strict=True))
    if values["owner"] in destroyed:
        values |= {"wrapped": None, "destroyed_at": values["destroyed_at"] or destroyed[values["owner"]]}
    return list(values.values())


def _proved(
    settings: Settings, manifest: Manifest, noted: ErasedList, gone: set[UUID], now: datetime
) -> Restored:
    """Erase again whoever was erased, end the sessions of that time, and look at what is there now."""
    store = open_store(settings)
    again = erasing.apply(store, noted, now, more=gone)
    with acting(store, None, now) as tx:
        tx.execute(update(WebSession).where(WebSession.ended_at.is_(None)).values(ended_at=now))
        audit.record(tx, audit.Event.BACKUP_RESTORED, now, None, detail=manifest.facts.backup)
        tx.commit()
    with store.reading() as tx:
        chain = audit.verify(tx, manifest.facts.head)
        sample = sampling.sample(tx)
    store.close()
    return Restored(manifest, chain, sample, again, max(0, manifest.facts.erasures - len(gone)), 0)
