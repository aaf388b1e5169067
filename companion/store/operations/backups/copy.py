"""A backup file's contents: all rows of one database, followed by a manifest.

Each record in a backup file is a table's header, a row, or the manifest. A record consists of a one-letter
type, a length, and content in MessagePack. The manifest is signed with a keyed hash that only somebody with
the installation's secret can compute.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Table

from companion.store.operations.backups import BadBackup
from companion.store.operations.backups.recipient import Holder
from companion.store.operations.backups.rows import Row, kind, table_of, taken, typed
from companion.store.operations.backups.sealed_file import SealedFile, What
from companion.store.operations.migrations import History

TABLE, ROW, END = b"t", b"r", b"e"
LONGEST_RECORD = 64 << 20
_pack = msgspec.msgpack.Encoder().encode
_row = msgspec.msgpack.Decoder(list[Any]).decode


class Part(msgspec.Struct, frozen=True):
    """The number of a table's rows, and a digest of the rows."""

    rows: int
    digest: bytes


class BackupFacts(msgspec.Struct, frozen=True):
    """The facts about a backup that both of its files contain, the main database's and the key store's."""

    backup: str
    made_at: datetime
    head: str
    """The position and hash of the latest entry in the audit chain."""
    erasures: int
    """The number of entries in the list of erased accounts."""
    erasures_digest: bytes
    """A digest of the account ids in the list of erased accounts."""


class Manifest(msgspec.Struct, frozen=True):
    """The summary of a backup file's contents."""

    what: What
    facts: BackupFacts
    revision: str
    """The database's current migration."""
    dialect: str
    parts: dict[str, Part]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts.values())


class _Header(msgspec.Struct, frozen=True):
    name: str
    columns: list[tuple[str, str]]


class _End(msgspec.Struct, frozen=True):
    manifest: bytes
    mac: bytes


def write_copy(
    file: IO[bytes], what: What, connection: Connection, history: History, facts: BackupFacts, secret: bytes
) -> Manifest:
    """Write all rows to the file, and return the manifest.

    ``secret`` is the key for the manifest's hash.
    """
    parts: dict[str, Part] = {}
    for table in history.metadata.sorted_tables:
        columns = [(str(each.name), kind(each)) for each in table.columns]
        _put(file, TABLE, _pack(_Header(str(table.name), columns)))
        digest, rows = hashlib.sha256(), 0
        for row in taken(connection, table):
            record = _pack(list(row))
            digest.update(record)
            rows += 1
            _put(file, ROW, record)
        parts[str(table.name)] = Part(rows, digest.digest())
    manifest = Manifest(what, facts, history.revision(connection), connection.dialect.name, parts)
    packed = _pack(manifest)
    _put(file, END, _pack(_End(packed, _mac(secret, packed))))
    return manifest


def _put(file: IO[bytes], what: bytes, record: bytes) -> None:
    file.write(what + len(record).to_bytes(4, "big") + record)


def _next(file: IO[bytes]) -> tuple[bytes, bytes]:
    """Read a record, and return its type and content. Raise ``ValueError`` if the record isn't complete."""
    head = file.read(5)
    length = int.from_bytes(head[1:], "big")
    record = file.read(length) if len(head) == 5 and length <= LONGEST_RECORD else b""
    if len(head) < 5 or len(record) < length:
        raise ValueError
    return head[:1], record


def _mac(secret: bytes, packed: bytes) -> bytes:
    return hmac.digest(secret, b"backup\n" + packed, hashlib.sha256)


class Copy:
    """A copy of a database, in an opened backup file."""

    def __init__(self, file: SealedFile, holder: Holder) -> None:
        self.file = file
        self._holder = holder
        self._end = _End(b"", b"")

    def rows(self) -> Iterator[tuple[Table, Row]]:
        """Yield each row together with its table.

        A backup is known to be whole only once its last row has been read without an error. Raise
        ``BadBackup`` if the file is damaged, or its label names another database than it contains.
        """
        with self.file.opened(self._holder) as stream:
            try:
                yield from self._tables(stream)
            except (msgspec.MsgspecError, ValueError, KeyError) as error:
                raise BadBackup(f"{self.file.path} holds something else than a backup.") from error
            if self.manifest.what != self.file.label.what or stream.read(1):
                raise BadBackup(f"{self.file.path} does not hold what it says.")

    def read(self) -> Manifest:
        """Read the whole copy, and return its manifest. Raise ``BadBackup`` if the file is damaged."""
        for _ in self.rows():
            pass
        return self.manifest

    @property
    def manifest(self) -> Manifest:
        """The copy's manifest. The manifest is available after all rows have been read."""
        return msgspec.msgpack.decode(self._end.manifest, type=Manifest)

    def is_from(self, secret: bytes) -> bool:
        """Return whether the installation with the given secret made this backup."""
        return hmac.compare_digest(self._end.mac, _mac(secret, self._end.manifest))

    def _tables(self, stream: IO[bytes]) -> Iterator[tuple[Table, Row]]:
        """Yield each row together with its table. Raise ``ValueError`` or a similar error for malformed data."""
        found: dict[str, Part] = {}
        what, record = _next(stream)
        while what == TABLE:
            header = msgspec.msgpack.decode(record, type=_Header)
            table, digest, rows = table_of(header.name, header.columns), hashlib.sha256(), 0
            what, record = _next(stream)
            while what == ROW:
                digest.update(record)
                rows += 1
                yield table, typed(header.columns, _row(record))
                what, record = _next(stream)
            found[header.name] = Part(rows, digest.digest())
        self._end = msgspec.msgpack.decode(record, type=_End)
        if what != END or self.manifest.parts != found:
            raise ValueError
