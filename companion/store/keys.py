"""Keys: one wrapping key outside every database, and wrapped data keys in a store of their own.

A data key belongs to an owner: a participant (``participant:<id>``), or the service (``service:…``). It is committed
here before its first use elsewhere; an orphaned key does no harm. Rotation: ``operations/rotate_wrapping_key.py`` and
``operations/rotate_data_keys.py`` (docs/decisions/0020).
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVarTuple
from uuid import UUID

import msgspec
import tink
from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    LargeBinary,
    Row,
    Select,
    String,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tink import aead

from companion.config import BadSetting
from companion.store import keysets
from companion.store.types import UtcDateTime
from companion.store.wal import sweep
from companion.store.wrapping import Wrapping

log = logging.getLogger(__name__)

WORDS = "service:words"
"""Words of staff, and authored text."""
CONCERNS = "service:concerns"
"""Data that must outlive a participant's erasure: what they told us, what was seen, and what was done about it."""
EVALUATION = "service:evaluation"
"""Submitted evaluations: nobody can tell any more whose they are."""
SERVICE_KEYS = (WORDS, CONCERNS, EVALUATION)
FIRST_SECRETS = ("service:lookup", "service:audit", "service:web")
SERVICE_SECRETS = (*FIRST_SECRETS, "service:binding")
"""Secrets for hashing and signing: these never change (docs/decisions/0020)."""


class KeyModel(DeclarativeBase):
    """Base of the key store's tables."""


class DataKey(KeyModel):
    """A wrapped data key, with its owner as associated data."""

    __tablename__ = "data_keys"

    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_WRAPPED = select(DataKey.owner, DataKey.wrapped).where(
    DataKey.owner.in_(bindparam("owners", expanding=True)), DataKey.wrapped.is_not(None)
)
AT_ONCE: dict[str, dict[str, Any]] = {
    "sqlite": {"at_once": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}
"""For single statements without a transaction: beginning and ending one costs as much as the statement."""


class WrappingState(StrEnum):
    """The states of a wrapping key; each passes through them in this order."""

    NEW = "new"
    """Made, but wraps nothing yet, so that it can be copied to where it is needed."""
    PRIMARY = "primary"
    """It wraps. There is exactly one."""
    RETIRING = "retiring"
    """It still opens data keys that aren't rewrapped yet."""
    RETIRED = "retired"


class WrappingKey(KeyModel):
    """A wrapping key's existence, by its Tink id: this is how all processes know which one wraps."""

    __tablename__ = "wrapping_keys"

    key_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyMissing(Exception):
    """There is no data key for this owner: it was destroyed, or belongs to another key store."""


def participant(account_id: UUID) -> str:
    """Return the owner name of a participant's data key."""
    return f"participant:{account_id}"


class Box:
    """Seals values with one owner's data key, each bound to its table, column, row and owner.

    A ciphertext moved to another place doesn't open there.
    """

    def __init__(
        self, owner: str, primitive: aead.Aead, look_again: Callable[[], aead.Aead] | None = None
    ) -> None:
        self._owner = owner
        self._aead = primitive
        self._look_again = look_again

    def seal(self, column: str, row: UUID, value: Any) -> bytes:
        """Seal a plain JSON value. ``column`` is written ``table.column``."""
        return bytes(self._aead.encrypt(msgspec.json.encode(value), self._place(column, row)))

    def open(self, column: str, row: UUID, sealed: bytes) -> Any:
        """Return the value. Raise ``tink.TinkError`` if it was changed or moved."""
        place = self._place(column, row)
        try:
            plain = self._aead.decrypt(sealed, place)
        except tink.TinkError:
            if self._look_again is None:
                raise
            self._aead = self._look_again()  # a key newer than this box may have sealed it
            plain = self._aead.decrypt(sealed, place)
        return msgspec.json.decode(plain)

    def _place(self, column: str, row: UUID) -> bytes:
        return f"{column}\n{row}\n{self._owner}".encode()


@dataclass
class Switch:
    """A setting in the key store that is switched on once, and when this process last read it."""

    on: bool = False
    looked_at: float = float("-inf")


class Keys:
    """The key store as the application uses it."""

    def __init__(
        self,
        engine: Engine,
        wrapping: Wrapping,
        secrets: dict[str, bytes] | None = None,
        binding: Switch | None = None,
    ) -> None:
        self.engine = engine
        self.wrapping = wrapping
        self.binding = binding or Switch()
        self._secrets = {} if secrets is None else secrets
        self._at_hand: dict[str, Box] | None = None

    def for_transaction(self) -> "Keys":
        """Return the same keys for one transaction, which looks up each key once.

        Never for longer: data sealed with a retired key would be lost.
        """
        keys = Keys(self.engine, self.wrapping, self._secrets, self.binding)
        keys._at_hand = {}
        return keys

    def create(self, owner: str, now: datetime) -> None:
        """Make and commit a data key. Raise ``IntegrityError`` if the owner has one."""
        with self.writing() as (connection, wrapping):
            wrapped = keysets.wrap(keysets.new(), wrapping, owner)
            connection.execute(insert(DataKey).values(owner=owner, wrapped=wrapped, created_at=now))

    def box(self, owner: str) -> Box:
        """Return an owner's box. Raise ``KeyMissing``."""
        if self._at_hand is None:
            return self._box(owner, self.keyset(owner))
        if owner not in self._at_hand:
            self._at_hand[owner] = self._box(owner, self.keyset(owner))
        return self._at_hand[owner]

    def boxes(self, owners: Iterable[str]) -> dict[str, Box]:
        """Return many owners' boxes, in at most one statement. Owners whose key is gone or damaged are left out."""
        at_hand = {} if self._at_hand is None else self._at_hand
        owners = set(owners)
        boxes = {owner: at_hand[owner] for owner in owners if owner in at_hand}
        for row in self._wrapped_of(owners.difference(boxes)):
            try:
                keyset = keysets.unwrap(row.wrapped, self.wrapping.every(), row.owner)
            except tink.TinkError:
                try:
                    keyset = self.keyset(row.owner)
                except KeyMissing:
                    continue
                except tink.TinkError:
                    log.error(
                        "a data key is damaged: put it back from a backup",
                        extra={"damaged": f"key {row.owner}"},
                    )
                    continue
            boxes[row.owner] = self._box(row.owner, keyset)
        at_hand.update(boxes)
        return boxes

    def keyset(self, owner: str) -> tink.KeysetHandle:
        """Return an owner's data keys. Raise ``KeyMissing``."""
        try:
            return keysets.unwrap(self._wrapped(owner), self.wrapping.every(), owner)
        except tink.TinkError:  # rewrapped with a wrapping key newer than this process
            self.wrapping.refresh()
            return keysets.unwrap(self._wrapped(owner), self.wrapping.every(), owner)

    def destroy(self, owner: str, now: datetime) -> None:
        """Destroy the owner's key: nothing it sealed can be opened again, even from backups. Repeating it does no
        harm.

        Once this returns, the wrapped key is gone from an embedded store's file and log, unless somebody was reading
        just then: in that case the next sweep removes it.
        """
        there = (DataKey.owner == owner) & DataKey.wrapped.is_not(None)
        with self.engine.connect().execution_options(writing=True) as connection:
            connection.execute(update(DataKey).where(there).values(wrapped=None, destroyed_at=now))
            connection.commit()
        sweep(self.engine)

    def lives(self, owner: str) -> bool:
        """Whether the owner has a usable key."""
        there = (DataKey.owner == owner) & DataKey.wrapped.is_not(None)
        with self.engine.connect() as connection:
            return connection.scalar(select(DataKey.owner).where(there)) is not None

    def destroyed(self) -> dict[str, datetime]:
        """Return the owners whose key was destroyed, and when."""
        gone = select(DataKey.owner, DataKey.destroyed_at).where(DataKey.destroyed_at.is_not(None))
        with self.engine.connect() as connection:
            return {row.owner: row.destroyed_at for row in connection.execute(gone)}

    def create_secret(self, name: str, now: datetime) -> None:
        """Make and commit 32 random bytes for the service, wrapped like a data key."""
        with self.writing() as (connection, wrapping):
            wrapped = wrapping.encrypt(secrets.token_bytes(32), name.encode())
            connection.execute(insert(DataKey).values(owner=name, wrapped=wrapped, created_at=now))

    def secret(self, name: str) -> bytes:
        """Return a service secret, which never changes. Raise ``KeyMissing``."""
        if name not in self._secrets:
            try:
                secret = self.wrapping.every().decrypt(self._wrapped(name), name.encode())
            except tink.TinkError:
                self.wrapping.refresh()
                secret = self.wrapping.every().decrypt(self._wrapped(name), name.encode())
            self._secrets[name] = bytes(secret)
        return self._secrets[name]

    def lookup(self, what: str, text: str) -> bytes:
        """Return a keyed hash (HMAC-SHA-256) to store beside a sealed value and find it by."""
        return hmac.digest(self.secret("service:lookup"), f"{what}\n{text}".encode(), hashlib.sha256)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, aead.Aead]]:
        """Open a transaction with its primitive for wrapping, which stays primary until the commit."""
        with self.engine.connect().execution_options(writing=True) as connection:
            yield connection, self.wrapping.one(primary(connection))
            connection.commit()

    def _box(self, owner: str, keyset: tink.KeysetHandle) -> Box:
        return Box(owner, keyset.primitive(aead.Aead), partial(self._look_again, owner))

    def _look_again(self, owner: str) -> aead.Aead:
        return self.keyset(owner).primitive(aead.Aead)

    def _wrapped(self, owner: str) -> bytes:
        for row in self._wrapped_of({owner}):
            return bytes(row.wrapped)
        raise KeyMissing(owner)

    def _wrapped_of(self, owners: Collection[str]) -> Sequence[Row[str, bytes | None]]:
        if not owners:
            return []
        with self.engine.connect().execution_options(**AT_ONCE[self.engine.dialect.name]) as connection:
            return connection.execute(_WRAPPED, {"owners": list(owners)}).all()


Ts = TypeVarTuple("Ts")


def locked(query: Select[*Ts], *, shared: bool = False) -> Select[*Ts]:
    """Lock these rows of the key store: its transactions lock one wrapping key first, then a data key."""
    return query.with_for_update(read=shared)


def primary(connection: Connection) -> int:
    """Return the id of the primary wrapping key, and keep it primary until the transaction ends."""
    query = select(WrappingKey.key_id).where(WrappingKey.state == WrappingState.PRIMARY)
    for _ in range(3):  # after waiting for a lock on PostgreSQL, another one may be primary
        if found := connection.scalar(locked(query, shared=True)):
            return int(found)
    raise BadSetting("The key store does not say which wrapping key wraps. Run “companion migrate”.")


def hash_of(token: str) -> bytes:
    """Return a random token's stored hash. With 256 random bits, a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()
