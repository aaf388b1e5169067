"""Move the embedded databases to PostgreSQL by making a backup and restoring it there.

Nobody can write to the databases during the move. The originals are removed after the copies have been
verified. The backup's key pair is never stored.
"""

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from companion.config import Settings
from companion.services.operations import backup, restore
from companion.services.operations.backup import Places
from companion.services.operations.restore import Filled, Proved
from companion.store.operations.backups import BadBackup
from companion.store.operations.backups.copy import Copy
from companion.store.operations.backups.recipient import pair
from companion.store.operations.backups.sealed_file import SealedFile
from companion.store.operations.embedded_files import stop_writers
from companion.store.operations.open_databases import open_store, place, prepare
from companion.store.records.erased_list import ErasedList

SQLITE = "sqlite:"


def to_postgresql(
    settings: Settings, noted: ErasedList, now: datetime, wrong: Callable[[Filled, Proved], list[str]]
) -> list[str]:
    """Move all data from the embedded databases to the PostgreSQL databases in the settings.

    The configured databases must be empty.

    Return the errors that ``wrong()`` finds in the copied databases. If there are any errors, the old files
    are kept. Raise ``BadBackup`` if the settings don't name PostgreSQL databases, or if an embedded database
    is missing. Raise ``BadBackup`` or ``OSError`` if the databases can't be copied.
    """
    _require_a_move(settings)
    embedded = settings.embedded
    with stop_writers(embedded.database_url, embedded.keys_url) as stopped:
        filled = _copy(embedded, settings, noted, now)
        prepare(settings, now)
        store = open_store(settings)
        try:
            found = wrong(filled, restore.prove(store, filled, noted, now))
        finally:
            store.close()
        if not found:
            stopped.remove()
    return found


def remove_embedded(settings: Settings) -> int:
    """Remove the unused embedded databases. Return how many files were removed.

    Raise ``BadSetting`` or ``DatabaseUnavailable`` if the configured databases can't be opened.
    """
    open_store(settings).in_order().close()
    left = settings.left_behind
    with stop_writers(*(f"sqlite:///{each}" for each in left)) as stopped:
        stopped.remove()
    return len(left)


def _require_a_move(settings: Settings) -> None:
    if settings.database_url.startswith(SQLITE) or settings.keys_url.startswith(SQLITE):
        raise BadBackup(
            "Put COMPANION_DATABASE_URL and COMPANION_KEYS_URL of PostgreSQL into the settings first."
        )
    if len(settings.left_behind) < 2:
        raise BadBackup(f"There are no embedded databases in {settings.home} to be moved.")


def _copy(embedded: Settings, settings: Settings, noted: ErasedList, now: datetime) -> Filled:
    recipient, holder = pair()
    store = open_store(embedded)
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        places = Places(Path(folder, "words"), Path(folder, "keys"), timedelta())
        for each in (places.words, places.keys):
            each.mkdir()
        made = backup.write_both(store, noted, recipient, places, now)
        store.close()
        words, keys = (Copy(SealedFile(path), holder) for path in (made.words, made.keys))
        return restore.fill(place(settings), words, keys, noted, b"")
