"""The keys: one that wraps, outside every database, and wrapped data keys in a store of their own.

A data key belongs to an owner: a participant (``participant:<id>``), or the service (``service:…``).
It is committed here before its first row is written elsewhere; an orphan does no harm.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import tink
from sqlalchemy import Engine, LargeBinary, String, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tink import aead, secret_key_access

from companion.config import BadSetting, Settings
from companion.store.sweeping import sweep
from companion.store.types import UtcDateTime

aead.register()
_NEW_KEY = aead.aead_key_templates.AES256_GCM

WORDS = "service:words"
"""Words of staff, and authored text."""
CONCERNS = "service:concerns"
"""What must outlive a participant's erasure: what he told, what was seen, and what was done about it."""
EVALUATION = "service:evaluation"
"""Evaluations once they are handed in: nobody can tell any more whose they are."""


class KeyModel(DeclarativeBase):
    """The tables of the key store."""


class DataKey(KeyModel):
    """A data key, wrapped, with its owner as associated data."""

    __tablename__ = "data_keys"

    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeyMissing(Exception):
    """There is no data key for this owner: it was destroyed, or belongs to another key store."""


def participant(account_id: UUID) -> str:
    """The owner of a participant's data key."""
    return f"participant:{account_id}"


class Box:
    """Seals values with one owner's data key, each bound to its table, column, row and owner.

    A ciphertext that is moved to another place does not open there.
    """

    def __init__(self, owner: str, primitive: aead.Aead) -> None:
        self._owner = owner
        self._aead = primitive

    def seal(self, column: str, row: UUID, value: Any) -> bytes:
        """``column`` is written ``table.column``; the value is plain JSON."""
        return bytes(self._aead.encrypt(msgspec.json.encode(value), self._place(column, row)))

    def open(self, column: str, row: UUID, sealed: bytes) -> Any:
        """The value again. Raises ``tink.TinkError`` for what was changed or moved."""
        return msgspec.json.decode(self._aead.decrypt(sealed, self._place(column, row)))

    def _place(self, column: str, row: UUID) -> bytes:
        return f"{column}\n{row}\n{self._owner}".encode()


class Keys:
    """The key store as the application uses it."""

    def __init__(self, engine: Engine, wrapping: aead.Aead) -> None:
        self.engine = engine
        self._wrapping = wrapping
        self._service: dict[str, bytes] = {}
        self._secrets: dict[str, bytes] = {}

    def create(self, owner: str, now: datetime) -> None:
        """Make and commit a data key. Raises ``IntegrityError`` if the owner has one."""
        handle = tink.new_keyset_handle(_NEW_KEY)
        wrapped = tink.proto_keyset_format.serialize_encrypted(handle, self._wrapping, owner.encode())
        self._insert(owner, wrapped, now)

    def box(self, owner: str) -> Box:
        """The box of an owner. Raises ``KeyMissing``."""
        return self._unwrap(owner, self._wrapped(owner))

    def boxes(self, owners: Iterable[str]) -> dict[str, Box]:
        """The boxes of many owners, in one statement. Those whose key is gone are left out."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(DataKey.owner, DataKey.wrapped).where(
                    DataKey.owner.in_(list(owners)), DataKey.wrapped.is_not(None)
                )
            ).all()
        return {row.owner: self._unwrap(row.owner, row.wrapped) for row in rows}

    def destroy(self, owner: str, now: datetime) -> None:
        """Nothing that this owner's key sealed can be opened again, in backups neither. Doing it again is no harm.

        Once this returns, the wrapped key is gone from an embedded store's file and its log, unless somebody
        was reading just then: then it goes with the next sweep.
        """
        there = (DataKey.owner == owner) & DataKey.wrapped.is_not(None)
        with self.engine.connect().execution_options(writing=True) as connection:
            connection.execute(update(DataKey).where(there).values(wrapped=None, destroyed_at=now))
            connection.commit()
        sweep(self.engine)

    def lives(self, owner: str) -> bool:
        """Whether the owner has a key that opens something."""
        there = (DataKey.owner == owner) & DataKey.wrapped.is_not(None)
        with self.engine.connect() as connection:
            return connection.scalar(select(DataKey.owner).where(there)) is not None

    def destroyed(self) -> dict[str, datetime]:
        """The owners whose key was destroyed, and when."""
        gone = select(DataKey.owner, DataKey.destroyed_at).where(DataKey.destroyed_at.is_not(None))
        with self.engine.connect() as connection:
            return {row.owner: row.destroyed_at for row in connection.execute(gone)}

    def create_secret(self, name: str, now: datetime) -> None:
        """Make and commit 32 random bytes of the service, kept wrapped like a data key."""
        self._insert(name, self._wrapping.encrypt(secrets.token_bytes(32), name.encode()), now)

    def secret(self, name: str) -> bytes:
        """The service's secret. Raises ``KeyMissing``."""
        if name not in self._secrets:
            self._secrets[name] = bytes(self._wrapping.decrypt(self._wrapped(name), name.encode()))
        return self._secrets[name]

    def lookup(self, what: str, text: str) -> bytes:
        """A keyed hash beside what is sealed, by which it is found (HMAC-SHA-256)."""
        return hmac.digest(self.secret("service:lookup"), f"{what}\n{text}".encode(), hashlib.sha256)

    def _unwrap(self, owner: str, wrapped: bytes) -> Box:
        handle = tink.proto_keyset_format.parse_encrypted(wrapped, self._wrapping, owner.encode())
        return Box(owner, handle.primitive(aead.Aead))

    def _wrapped(self, owner: str) -> bytes:
        if owner in self._service:
            return self._service[owner]
        with self.engine.connect() as connection:
            wrapped = connection.scalar(select(DataKey.wrapped).where(DataKey.owner == owner))
        if wrapped is None:
            raise KeyMissing(owner)
        if owner.startswith("service:"):
            self._service[owner] = wrapped
        return bytes(wrapped)

    def _insert(self, owner: str, wrapped: bytes, now: datetime) -> None:
        with self.engine.connect().execution_options(writing=True) as connection:
            connection.execute(insert(DataKey).values(owner=owner, wrapped=wrapped, created_at=now))
            connection.commit()


SERVICE_SECRETS = ("service:lookup", "service:audit", "service:web")


def make_service_keys(keys: Keys, now: datetime) -> None:
    """The keys of the service, at the first start. Those that exist stay."""
    for name in SERVICE_SECRETS:
        try:
            keys.secret(name)
        except KeyMissing:
            keys.create_secret(name, now)
    for owner in (WORDS, CONCERNS, EVALUATION):
        try:
            keys.box(owner)
        except KeyMissing:
            keys.create(owner, now)


def wrapping_key(settings: Settings) -> aead.Aead:
    """The wrapping key from the environment or its file.

    Raises ``BadSetting`` when there is none: made anew it would open nothing that was sealed before.
    """
    text = settings.wrapping_key
    if not text:
        try:
            text = settings.wrapping_key_file.read_text()
        except OSError as error:
            raise BadSetting(
                f"The wrapping key cannot be read at {settings.wrapping_key_file} ({error.strerror}). "
                "Put it back from its copy, or name it with COMPANION_WRAPPING_KEY_FILE. "
                "Without it nothing that was saved can be read."
            ) from error
    try:
        handle = tink.json_proto_keyset_format.parse(text, secret_key_access.TOKEN)
        return handle.primitive(aead.Aead)
    except tink.TinkError as error:
        raise BadSetting("The wrapping key is damaged: it is not a Tink keyset in JSON.") from error


def make_wrapping_key(path: Path) -> None:
    """Write a new wrapping key that only its owner can read. Raises ``FileExistsError``."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = tink.new_keyset_handle(_NEW_KEY)
    text = tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
