"""The key that wraps the data keys. It is kept outside every database: in a file, or in the environment.

A key service that never gives its keys away could offer the same few methods. The key store records which key wraps
(``operations/rotate_wrapping_key.py``), so that all processes agree.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

import tink
from tink import aead

from companion.config import BadSetting, Settings
from companion.store import keysets
from companion.store.disk import sync_folder, write_new

LARGEST_FILE = 100_000
OTHERS = 0o077
"""In bytes; a key has about 300."""


class Wrapping(Protocol):
    """The wrapping keys: two during a rotation."""

    @property
    def where(self) -> str:
        """Where they are, as told to an operator."""

    @property
    def ids(self) -> tuple[int, ...]:
        """All their ids, oldest first."""

    def every(self) -> aead.Aead:
        """Return a primitive that opens what any of them wrapped."""

    def one(self, key_id: int) -> aead.Aead:
        """Return a primitive that wraps with this one, and opens only what it wrapped. Raise ``BadSetting`` if it is
        missing.
        """

    def refresh(self) -> None:
        """Reread them: another process may have changed them."""

    def add(self, taken: Collection[int]) -> str:
        """Add a new one, which wraps nothing yet, with an id that isn't taken.

        Return the value that the operator has to set, or nothing.
        """

    def drop(self, *key_ids: int) -> str:
        """Drop those of them that exist. Return the value that the operator has to set, or nothing."""


class _Keyset:
    """An unencrypted keyset, as last read."""

    where = ""

    def __init__(self, text: str) -> None:
        self._text: str | None = None
        self._take(text)

    def _take(self, text: str) -> None:
        if text == self._text:
            return
        try:
            keyset = keysets.parsed(text)
            every = keyset.primitive(aead.Aead)  # a valid JSON keyset can contain a damaged key
        except tink.TinkError as error:
            raise BadSetting("The wrapping key is damaged: it is not a Tink keyset in JSON.") from error
        self._keyset, self._every = keyset, every
        self._ones: dict[int, aead.Aead] = {}
        self._text = text

    @property
    def ids(self) -> tuple[int, ...]:
        return keysets.ids(self._keyset)

    def every(self) -> aead.Aead:
        return self._every

    def one(self, key_id: int) -> aead.Aead:
        if key_id not in self.ids:
            self.refresh()
        if key_id not in self.ids:
            raise BadSetting(f"The wrapping key {key_id}, which wraps now, is not in {self.where}.")
        if key_id not in self._ones:
            self._ones[key_id] = keysets.only(self._keyset, key_id).primitive(aead.Aead)
        return self._ones[key_id]

    def refresh(self) -> None:
        """Do nothing: the environment doesn't change until the process ends."""

    def _without(self, key_ids: Collection[int]) -> tink.KeysetHandle | None:
        """Return the keyset without these keys, or None if none of them is there."""
        left = [each for each in self.ids if each not in key_ids]
        return keysets.only(self._keyset, *left) if len(left) < len(self.ids) else None


class KeyInEnvironment(_Keyset):
    """The keys in ``COMPANION_WRAPPING_KEY``: only the operator can change them."""

    where = "COMPANION_WRAPPING_KEY"

    def add(self, taken: Collection[int]) -> str:
        return keysets.written(keysets.with_new_key(self._keyset, primary=False, taken=taken))

    def drop(self, *key_ids: int) -> str:
        left = self._without(key_ids)
        return keysets.written(left) if left else ""


class KeyFile(_Keyset):
    """The keys in a file that only its owner can read. It is replaced completely or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = str(path)
        super().__init__(self._read())

    def refresh(self) -> None:
        try:
            self._take(self._read())
        except (OSError, BadSetting):
            return  # known keys still open what they opened; the next start reports the error

    def _read(self) -> str:
        """Return the text; anything longer, or not text, counts as damaged."""
        with self._path.open("rb") as file:
            return file.read(LARGEST_FILE).decode(errors="replace")

    def add(self, taken: Collection[int]) -> str:
        self.refresh()
        self._replace(keysets.with_new_key(self._keyset, primary=False, taken=taken))
        return ""

    def drop(self, *key_ids: int) -> str:
        self.refresh()
        if left := self._without(key_ids):
            self._replace(left)
        return ""

    def _replace(self, keyset: tink.KeysetHandle) -> None:
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.unlink(missing_ok=True)  # left behind by a power cut
        write_new(beside, keysets.written(keyset))
        beside.replace(self._path)
        sync_folder(self._path.parent)
        self.refresh()


def wrapping_key(settings: Settings) -> Wrapping:
    """Return the wrapping key from the environment or its file.

    Raise ``BadSetting`` if there is none: a new one would open nothing sealed before. Raise it too for a file that
    others can read.
    """
    if settings.wrapping_key:
        return KeyInEnvironment(settings.wrapping_key)
    try:
        found = KeyFile(settings.wrapping_key_file)
        mode = settings.wrapping_key_file.stat().st_mode
    except OSError as error:
        raise BadSetting(
            f"The wrapping key cannot be read at {settings.wrapping_key_file} ({error.strerror}). "
            "Put it back from its copy, or name it with COMPANION_WRAPPING_KEY_FILE. "
            "Without it nothing that was saved can be read."
        ) from error
    if mode & OTHERS and settings.mode != "demo":  # its key opens nothing real, on any disk
        raise BadSetting(
            f"Others on this machine can read or change the wrapping key ({settings.wrapping_key_file}). "
            f"Make it its owner's alone: chmod 600 {settings.wrapping_key_file}"
        )
    return found


def make_wrapping_key(path: Path) -> None:
    """Write a new wrapping key that only its owner can read. Raise ``FileExistsError``."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, keysets.written(keysets.new()))
