"""A backup file: a readable label, the encrypted contents, and a checksum of both.

A file has a temporary name until the file is complete and on disk. Companion can't read a backup file that is
incomplete, or whose contents or label were changed.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import msgspec
import tink
from tink import secret_key_access, streaming_aead

from companion.store.disk import sync_folder
from companion.store.operations.backups import BadBackup
from companion.store.operations.backups.recipient import Holder, Recipient

streaming_aead.register()
_NEW_KEY = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
MAGIC = b"companion backup 1\n"
LONGEST_LABEL = 20_000
PIECE = 1 << 20
CHECKSUM = hashlib.sha256().digest_size
UNFINISHED = ".unfinished"
NAME = re.compile(r"companion-(words|keys)-(\d{8}T\d{6}Z)-[0-9a-f]{8}\.backup")
_MOMENT = "%Y%m%dT%H%M%SZ"

What = Literal["words", "keys"]


class Label(msgspec.Struct, frozen=True):
    """The readable label at the start of a backup file."""

    what: What
    backup: str
    """The backup's id. The main database's file and the key store's file have the same id."""
    made_at: datetime
    recipient: int
    key: bytes
    """The file's key. Only the recipient's private key can decrypt the file's key."""

    @property
    def name(self) -> str:
        """The file's name, with the time of the backup."""
        return f"companion-{self.what}-{self.made_at.strftime(_MOMENT)}-{self.backup}.backup"


class _Sink:
    """A stream through which Tink writes to the backup file.

    Tink doesn't report write errors, so ``_Sink`` remembers the errors.
    """

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.fault: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except OSError as fault:
            self.fault = fault
            raise
        self.digest.update(data)
        return len(data)

    def close(self) -> None:
        """Don't close the file here: Tink calls this before Companion writes the checksum."""


class _Source:
    """A stream through which Tink reads the contents of the backup file."""

    closed = False

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self._left = file, length

    def readable(self) -> bool:
        return True

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        """Do nothing, because the caller closes the file."""


@contextmanager
def new_file(
    folder: Path, recipient: Recipient, what: What, backup: str, now: datetime
) -> Iterator[tuple[Path, IO[bytes]]]:
    """Yield a new backup file's path, and a stream for writing.

    The file has a temporary name until the caller has finished writing without an error. If writing the
    backup fails, Companion removes the unfinished backup file.
    """
    key = tink.new_keyset_handle(_NEW_KEY)
    plain = tink.json_proto_keyset_format.serialize(key, secret_key_access.TOKEN).encode()
    label = Label(what, backup, now, recipient.id, recipient.seal(plain))
    path = folder / label.name
    with _unfinished(path) as file:
        sink, head = _Sink(file), MAGIC + msgspec.json.encode(label) + b"\n"
        sink.write(head)
        try:
            stream = key.primitive(streaming_aead.StreamingAead).new_encrypting_stream(sink, head)
            yield path, stream
            stream.close()
        except tink.TinkError:
            if sink.fault:
                raise sink.fault from None
            raise
        file.write(sink.digest.digest())


@contextmanager
def _unfinished(path: Path) -> Iterator[IO[bytes]]:
    beside = path.with_name(path.name + UNFINISHED)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with suppress(OSError):  # some file systems don't support locks
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def made_in(folder: Path) -> Iterator[tuple[Path, What, datetime]]:
    """Yield a folder's complete backup files, with the kind and time from their names."""
    for path in sorted(folder.iterdir()):
        if found := NAME.fullmatch(path.name):
            what: What = "words" if found[1] == "words" else "keys"
            yield path, what, datetime.strptime(f"{found[2]}+0000", f"{_MOMENT}%z")


def clear_unfinished(folder: Path) -> None:
    """Remove backup files that a crash or power cut left unfinished.

    Keep any file that another process is still writing.
    """
    for path in folder.glob(f"companion-*{UNFINISHED}"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


class SealedFile:
    """An existing backup file.

    Raise ``BadBackup`` if the file isn't a backup. Raise ``OSError`` if the file can't be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self.head = file.read(len(MAGIC)) + file.readline(LONGEST_LABEL)
            self._length = file.seek(0, os.SEEK_END)
        try:
            if not (self.head.startswith(MAGIC) and self.head.endswith(b"\n")):
                raise BadBackup(f"{path} is no backup of Companion.")
            self.label = msgspec.json.decode(self.head.removeprefix(MAGIC), type=Label)
        except msgspec.MsgspecError as error:
            raise BadBackup(f"{path} is no backup of Companion, or damaged at its beginning.") from error

    def require_whole(self) -> None:
        """Check the file's checksum, without a key.

        Raise ``BadBackup`` if the checksum doesn't match.
        """
        digest, left = hashlib.sha256(), self._length - CHECKSUM
        with self.path.open("rb") as file:
            while left > 0 and (piece := file.read(min(PIECE, left))):
                digest.update(piece)
                left -= len(piece)
            if left or file.read() != digest.digest():
                raise BadBackup(f"{self.path} is cut off or damaged.")

    @contextmanager
    def opened(self, holder: Holder) -> Iterator[IO[bytes]]:
        """Open the encrypted contents for reading.

        Raise ``BadBackup`` if the file was encrypted for another recipient. Reading raises ``BadBackup`` if
        the contents were changed.
        """
        if self.label.recipient != holder.id:
            raise BadBackup(
                f"{self.path} is sealed for recipient {self.label.recipient}; this is the private half of {holder.id}."
            )
        with self.path.open("rb") as file:
            file.seek(len(self.head))
            source = _Source(file, self._length - len(self.head) - CHECKSUM)
            try:
                plain = holder.open(self.label.key).decode()
                key = tink.json_proto_keyset_format.parse(plain, secret_key_access.TOKEN)
                yield key.primitive(streaming_aead.StreamingAead).new_decrypting_stream(source, self.head)
            except tink.TinkError as error:
                raise BadBackup(f"{self.path} was changed, or is cut off.") from error
