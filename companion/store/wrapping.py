"""The key that wraps the data keys. It lies outside every database: in a file, or in the environment.

Behind the same few methods a key service could stand, which never gives its keys away. Which of the keys
wraps is written down in the key store (``rewrapping``), so that all processes agree on it.
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
"""Bytes; a key has about 300."""


class Wrapping(Protocol):
    """The wrapping keys: while they are rotated there are two."""

    @property
    def where(self) -> str:
        """Where they lie, as an operator is told."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of all, the oldest first."""

    def every(self) -> aead.Aead:
        """Opens what any of them wrapped."""

    def one(self, key_id: int) -> aead.Aead:
        """Wraps with this one, and opens only what it wrapped. Raises ``BadSetting`` if it is not there."""

    def refresh(self) -> None:
        """Look again where they lie: another process may have changed them."""

    def add(self, taken: Collection[int]) -> str:
        """Add a new one, which wraps nothing yet, with an id that is not taken.

        What the operator has to put in the place of what is there himself, or nothing.
        """

    def drop(self, *key_ids: int) -> str:
        """Drop those of them that are there. What the operator has to put in their place himself, or nothing."""


class _Keyset:
    """A keyset in the open, as it was read last."""

    where = ""

    def __init__(self, text: str) -> None:
        self._text: str | None = None
        self._take(text)

    def _take(self, text: str) -> None:
        if text == self._text:
            return
        try:
            keyset = keysets.parsed(text)
            every = keyset.primitive(aead.Aead)  # what is a keyset in JSON can hold a damaged key
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
        """What lies in the environment stays as it is until the process ends."""

    def _without(self, key_ids: Collection[int]) -> tink.KeysetHandle | None:
        """Nothing where none of them is there."""
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
    """The keys in a file that only its owner can read. It is replaced whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = str(path)
        super().__init__(self._read())

    def refresh(self) -> None:
        try:
            self._take(self._read())
        except (OSError, BadSetting):
            return  # what is known still opens what it opened; a start says what is wrong

    def _read(self) -> str:
        """What is longer, or no text, is no keyset, and is said to be damaged."""
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
    """The wrapping key from the environment or its file.

    Raises ``BadSetting`` when there is none: made anew it would open nothing that was sealed before. Raises it
    too for a file that is not its owner's alone.
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
    if mode & OTHERS and settings.mode != "demo":  # whose key opens nothing real, on any disk
        raise BadSetting(
            f"Others on this machine can read or change the wrapping key ({settings.wrapping_key_file}). "
            f"Make it its owner's alone: chmod 600 {settings.wrapping_key_file}"
        )
    return found


def make_wrapping_key(path: Path) -> None:
    """Write a new wrapping key that only its owner can read. Raises ``FileExistsError``."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, keysets.written(keysets.new()))
