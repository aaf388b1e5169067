"""Make backups, and set up empty installations to restore the backups into."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from companion.config import Settings
from companion.services.operations import backup, restore
from companion.services.operations.backup import Made, Places
from companion.services.operations.restore import Proved
from companion.store.base import Store
from companion.store.operations.backups.copy import Copy
from companion.store.operations.backups.recipient import (
    Holder,
    Recipient,
    make_pair,
    read_private,
    read_public,
)
from companion.store.operations.backups.sealed_file import SealedFile
from companion.store.operations.open_databases import open_store, place, prepare
from companion.store.records.erased_list import ErasedList
from tests.postgres import fresh_database


class Rehearsal:
    """An installation, its backup folders, and the private key for its backups."""

    def __init__(self, settings: Settings, folder: Path, server: str) -> None:
        self.settings, self.folder, self._server = settings, folder, server
        self.public, self.private = folder / "public", folder / "private"
        self.places = Places(folder / "words", folder / "keys", timedelta(days=30))
        for each in (self.places.words, self.places.keys):
            each.mkdir(parents=True)
        make_pair(self.public, self.private)

    @property
    def recipient(self) -> Recipient:
        return read_public(self.public)

    @property
    def holder(self) -> Holder:
        return read_private(self.private)

    @property
    def noted(self) -> ErasedList:
        return ErasedList.at(self.settings.home)

    def files(self) -> list[str]:
        """Return the names of all backup files, without times and numbers."""
        found = [path for each in (self.places.keys, self.places.words) for path in sorted(each.iterdir())]
        return ["-".join(path.name.split("-")[:2]) + path.suffix for path in found]

    def makes(self, store: Store, now: datetime) -> Made:
        return backup.create(store, self.noted, self.recipient, self.places, now)

    def opened(self, path: Path) -> bytes:
        """Return a backup file's contents, decrypted with the recipient's private key."""
        with SealedFile(path).opened(self.holder) as stream:
            return stream.read()

    def elsewhere(self, name: str = "elsewhere", *, embedded: bool = False) -> Settings:
        """Return the settings of an empty installation with a copy of the wrapping key."""
        home = self.folder / name
        key = home / "secrets" / "wrapping-key.json"
        key.parent.mkdir(parents=True)
        shutil.copy(self.settings.wrapping_key_file, key)
        there = Settings.from_environment(
            {"COMPANION_MODE": "test", "COMPANION_HOME": str(home), "COMPANION_CHEAP_HASHES": "1"}
        )
        if embedded or not self._server:
            return there
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        main, keys = (fresh_database(self._server, f"{name}_{kind}_{worker}") for kind in ("main", "keys"))
        return replace(there, database_url=main, keys_url=keys)

    def copies(self, words: Path, keys: Path) -> tuple[Copy, Copy]:
        return Copy(SealedFile(words), self.holder), Copy(SealedFile(keys), self.holder)

    def fills(self, there: Settings, words: Path, keys: Path, kept: bytes | None = b"") -> restore.Filled:
        """Restore a backup into an empty installation."""
        return restore.fill(place(there), *self.copies(words, keys), ErasedList.at(there.home), kept)

    @contextmanager
    def restored(
        self, there: Settings, made: Made, now: datetime, kept: bytes = b""
    ) -> Iterator[tuple[Store, Proved]]:
        """Restore a backup into an empty installation, and yield the new store and the check results."""
        filled = self.fills(there, made.words, made.keys, kept)
        prepare(there, now)
        store = open_store(there)
        yield store, restore.prove(store, filled, ErasedList.at(there.home), now)
        store.close()
