"""Make a backup while the service is in use.

A backup is two encrypted files in two folders: the records and the keys. The snapshot of the keys is taken
after the snapshot of the records, so that no record in the backup lacks its key. An operator can rotate keys
while a backup is running.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from companion.domain.schema_state import SchemaState
from companion.services.act import unattended
from companion.store import audit
from companion.store.base import Store, may_idle, one_moment
from companion.store.operations.backups import BadBackup, sealed_file
from companion.store.operations.backups.copy import BackupFacts, Manifest, write_copy
from companion.store.operations.backups.recipient import Recipient
from companion.store.operations.migrations import KEYS, MAIN
from companion.store.records.erased_list import ErasedList, Found

KEYS_KEPT = timedelta(days=6)
"""The time for which backups of keys are kept.

Seven days after an erasure, no backup may still contain the erased participant's key. With daily backups,
every backup of a destroyed key is gone within seven days.
"""


@dataclass(frozen=True)
class Places:
    """The folders for the two backup files, and how long record backups are kept."""

    words: Path
    keys: Path
    words_kept: timedelta


@dataclass(frozen=True)
class Made:
    """A finished backup: its files' paths and its manifest."""

    words: Path
    keys: Path
    manifest: Manifest
    """The backup's manifest, stored in the same file as the records."""
    pruned: int
    """The number of old backup files that were removed."""


def create(store: Store, noted: ErasedList, recipient: Recipient, places: Places, now: datetime) -> Made:
    """Make both backup files, then remove old files. Raise ``BadBackup`` or ``OSError`` if the backup fails.

    The file of keys is written first: the records can't be read without keys.
    """
    _require_apart(places)
    written = write_both(store, noted, recipient, places, now)
    with unattended(store, now) as tx:
        audit.record(tx, audit.Event.BACKUP_MADE, detail=written.manifest.facts.backup)
        tx.commit()
    store.sweep()  # the write-ahead log couldn't be emptied during the backup's transaction
    return replace(written, pruned=_prune(places, now))


def write_both(store: Store, noted: ErasedList, recipient: Recipient, places: Places, now: datetime) -> Made:
    """Write both backup files.

    Raise ``BadBackup`` or ``OSError`` if the backup fails.
    """
    if store.standing() is SchemaState.AHEAD:
        raise BadBackup(
            "The databases are of a newer version of Companion, and this one would leave out what is new. "
            "Do it with that one."
        )
    for folder in (places.words, places.keys):
        sealed_file.clear_unfinished(folder)
    secret, backup = store.keys.secret("service:audit"), secrets.token_hex(4)
    with store.reading() as tx:
        may_idle(tx.connection())
        head = audit.head(tx)  # the first query fixes the snapshot of the records
        with one_moment(store.keys.engine) as keys:
            may_idle(keys)
            KEYS.revision(keys)  # the first query fixes the snapshot of the keys
            facts = _facts(backup, head, noted.found(store.keys), now)
            with sealed_file.new_file(places.keys, recipient, "keys", backup, now) as (keys_path, file):
                write_copy(file, "keys", keys, KEYS, facts, secret)
        with sealed_file.new_file(places.words, recipient, "words", backup, now) as (words_path, file):
            manifest = write_copy(file, "words", tx.connection(), MAIN, facts, secret)
    return Made(words_path, keys_path, manifest, pruned=0)


def _require_apart(places: Places) -> None:
    words, keys = places.words.resolve(), places.keys.resolve()
    if words.is_relative_to(keys) or keys.is_relative_to(words):
        raise BadBackup("The words and the keys go to two places, neither of them within the other.")


def _facts(backup: str, head: str, erased: Found, now: datetime) -> BackupFacts:
    ids = "\n".join(sorted(str(each) for each in erased.accounts))
    return BackupFacts(backup, now, head, len(erased.accounts), hashlib.sha256(ids.encode()).digest())


def _prune(places: Places, now: datetime) -> int:
    """Remove old backup files, and return how many there were."""
    kept = {"words": places.words_kept, "keys": KEYS_KEPT}
    old = [
        path
        for folder in (places.words, places.keys)
        for path, what, made_at in sealed_file.made_in(folder)
        if now - made_at > kept[what]
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
