"""The wrapping key, which encrypts the data keys.

The wrapping key is in a file or in the environment, outside every database.

The key store says which wrapping key is primary, so all processes agree. To use a key management service,
implement the methods of ``Wrapping``.
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
"""The maximum number of bytes that are read from the key file. A wrapping key is about 300 bytes long."""
OTHERS = 0o077
"""The permission bits for everybody except the file's owner."""


class Wrapping(Protocol):
    """The installation's wrapping keys.

    There is one wrapping key, or two during a rotation.
    """

    @property
    def where(self) -> str:
        """The wrapping keys' location, for operators."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The wrapping keys' ids, the oldest first."""

    def every(self) -> aead.Aead:
        """Return a Tink primitive that decrypts data wrapped with any of the wrapping keys."""

    def one(self, key_id: int) -> aead.Aead:
        """Return a Tink primitive that uses only one wrapping key.

        Raise ``BadSetting`` if the key is missing.
        """

    def refresh(self) -> None:
        """Read the wrapping keys again. A different process may have changed the wrapping keys."""

    def add(self, taken: Collection[int]) -> str:
        """Add a new wrapping key with an id that isn't in ``taken``.

        Return the value that the operator must now set in ``COMPANION_WRAPPING_KEY``. Return an empty string
        if the operator doesn't have to change ``COMPANION_WRAPPING_KEY``.
        """

    def drop(self, *key_ids: int) -> str:
        """Remove these wrapping keys, if they exist.

        Return the value that the operator must now set in ``COMPANION_WRAPPING_KEY``. Return an empty string
        if the operator doesn't have to change ``COMPANION_WRAPPING_KEY``.
        """


class _Keyset:
    """The unencrypted keyset, as it was last read."""

    where = ""

    def __init__(self, text: str) -> None:
        self._text: str | None = None
        self._take(text)

    def _take(self, text: str) -> None:
        if text == self._text:
            return
        try:
            keyset = keysets.parsed(text)
            every = keyset.primitive(aead.Aead)  # valid JSON can still contain a damaged key
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
        """There's no key to reload: the environment variable can't change while the process runs."""

    def _without(self, key_ids: Collection[int]) -> tink.KeysetHandle | None:
        """Return the keyset without the given keys. Return None if no key in the keyset has an id in
        ``key_ids``.
        """
        left = [each for each in self.ids if each not in key_ids]
        return keysets.only(self._keyset, *left) if len(left) < len(self.ids) else None


class KeyInEnvironment(_Keyset):
    """The wrapping keys in ``COMPANION_WRAPPING_KEY``. Only the operator can change
    ``COMPANION_WRAPPING_KEY``.
    """

    where = "COMPANION_WRAPPING_KEY"

    def add(self, taken: Collection[int]) -> str:
        return keysets.written(keysets.with_new_key(self._keyset, primary=False, taken=taken))

    def drop(self, *key_ids: int) -> str:
        left = self._without(key_ids)
        return keysets.written(left) if left else ""


class KeyFile(_Keyset):
    """The wrapping keys in a file that only its owner can read.

    If a write fails, the old key file is unchanged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = str(path)
        super().__init__(self._read())

    def refresh(self) -> None:
        try:
            self._take(self._read())
        except (OSError, BadSetting):
            return  # the keys in memory still work, and the next start reports the error

    def _read(self) -> str:
        """Read the key file.

        If the file is too long or isn't text, return an invalid key, so that the caller reports the error.
        """
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
        beside.unlink(missing_ok=True)  # a power cut may have left this file behind
        write_new(beside, keysets.written(keyset))
        beside.replace(self._path)
        sync_folder(self._path.parent)
        self.refresh()


def wrapping_key(settings: Settings) -> Wrapping:
    """Return the wrapping keys from the environment or the key file.

    Raise ``BadSetting`` if the key can't be read or is damaged. If the key is missing, don't create a new
    one: it couldn't decrypt the stored data. Except in the demo, raise ``BadSetting`` if other users of the
    machine can read or change the key file.
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
    if mode & OTHERS and settings.mode != "demo":  # the demo's key protects no real data
        raise BadSetting(
            f"Others on this machine can read or change the wrapping key ({settings.wrapping_key_file}). "
            f"Make it its owner's alone: chmod 600 {settings.wrapping_key_file}"
        )
    return found


def make_wrapping_key(path: Path) -> None:
    """Write a new wrapping key to a file that only its owner can read.

    Raise ``FileExistsError`` if the file exists.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, keysets.written(keysets.new()))
