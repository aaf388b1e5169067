"""The key store: a separate database of data keys. The wrapping key encrypts ("wraps") the data keys.

The wrapping key is kept outside every database. A data key belongs to a participant (``participant:<id>``) or
to the service (``service:…``). A data key is committed before its first use. See docs/decisions/0020 for the
rotation of keys.
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
"""The data key for staff's text and authored content."""
CONCERNS = "service:concerns"
"""The data key for concerns. Concerns remain after an erasure."""
EVALUATION = "service:evaluation"
"""The data key for submitted evaluations."""
SERVICE_KEYS = (WORDS, CONCERNS, EVALUATION)
FIRST_SECRETS = ("service:lookup", "service:audit", "service:web")
SERVICE_SECRETS = (*FIRST_SECRETS, "service:binding")
"""The unchanging secrets for hashing and signing (docs/decisions/0020)."""


class KeyModel(DeclarativeBase):
    """The base class of the key store's tables."""


class DataKey(KeyModel):
    """A wrapped data key or service secret. The key is encrypted with its owner's name as associated data, so
    it can't be decrypted under another name.
    """

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
"""Database connection options for running a single statement without beginning a transaction. Running a
statement without a transaction takes half the time.
"""


class WrappingState(StrEnum):
    """The states of a wrapping key, in order."""

    NEW = "new"
    """The wrapping key isn't in use yet. Before the new wrapping key can be used, an operator must copy it to
    every machine that runs Companion.
    """
    PRIMARY = "primary"
    """The wrapping key wraps new data keys. Exactly one wrapping key is primary."""
    RETIRING = "retiring"
    """The old wrapping key is needed only for data keys that aren't encrypted with the new one yet."""
    RETIRED = "retired"


class WrappingKey(KeyModel):
    """A wrapping key's Tink id and its state.

    Every process reads the primary wrapping key from this table.
    """

    __tablename__ = "wrapping_keys"

    key_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyMissing(Exception):
    """Raised if the key store has no data key for the owner."""


def participant(account_id: UUID) -> str:
    """Return the string that identifies a participant as the owner of a data key."""
    return f"participant:{account_id}"


class Box:
    """Encrypts ("seals") and decrypts ("opens") values with one owner's data key.

    A ciphertext can't be decrypted in another table, column or row, or for another owner.
    """

    def __init__(
        self, owner: str, primitive: aead.Aead, look_again: Callable[[], aead.Aead] | None = None
    ) -> None:
        self._owner = owner
        self._aead = primitive
        self._look_again = look_again

    def seal(self, column: str, row: UUID, value: Any) -> bytes:
        """Encrypt a value that JSON can represent. ``column`` has the form ``table.column``."""
        return bytes(self._aead.encrypt(msgspec.json.encode(value), self._place(column, row)))

    def open(self, column: str, row: UUID, sealed: bytes) -> Any:
        """Decrypt a value. Raise ``tink.TinkError`` if somebody changed or moved the ciphertext."""
        place = self._place(column, row)
        try:
            plain = self._aead.decrypt(sealed, place)
        except tink.TinkError:
            if self._look_again is None:
                raise
            self._aead = self._look_again()  # the key may have been added after this object was created
            plain = self._aead.decrypt(sealed, place)
        return msgspec.json.decode(plain)

    def _place(self, column: str, row: UUID) -> bytes:
        return f"{column}\n{row}\n{self._owner}".encode()


@dataclass
class Switch:
    """A setting in the key store that can be turned on but never off."""

    on: bool = False
    looked_at: float = float("-inf")


class Keys:
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
        """Return a copy of this ``Keys`` object that caches every data key it looks up.

        Use the returned ``Keys`` object in one transaction only. Don't keep cached keys between transactions:
        data encrypted with a retired key couldn't be decrypted.
        """
        keys = Keys(self.engine, self.wrapping, self._secrets, self.binding)
        keys._at_hand = {}
        return keys

    def create(self, owner: str, now: datetime) -> None:
        """Create and commit a data key.

        Raise ``IntegrityError`` if the owner already has a data key, or had one that was destroyed.
        """
        with self.writing() as (connection, wrapping):
            wrapped = keysets.wrap(keysets.new(), wrapping, owner)
            connection.execute(insert(DataKey).values(owner=owner, wrapped=wrapped, created_at=now))

    def box(self, owner: str) -> Box:
        """Return the object that encrypts and decrypts for the owner.

        Raise ``KeyMissing`` if the owner has no data key.
        """
        if self._at_hand is None:
            return self._box(owner, self.keyset(owner))
        if owner not in self._at_hand:
            self._at_hand[owner] = self._box(owner, self.keyset(owner))
        return self._at_hand[owner]

    def boxes(self, owners: Iterable[str]) -> dict[str, Box]:
        """Return each owner's ``Box``, which encrypts and decrypts their data.

        The returned dictionary leaves out owners who have no valid data key.
        """
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
        """Return an owner's keyset of data keys.

        Raise ``KeyMissing`` if the owner has no data key, and ``tink.TinkError`` if the keyset is damaged.
        """
        try:
            return keysets.unwrap(self._wrapped(owner), self.wrapping.every(), owner)
        except tink.TinkError:  # this process may not have read a new wrapping key yet
            self.wrapping.refresh()
            return keysets.unwrap(self._wrapped(owner), self.wrapping.every(), owner)

    def destroy(self, owner: str, now: datetime) -> None:
        """Destroy an owner's data key, so that nobody can decrypt the owner's data any more.

        After this call, an embedded key store's file and log no longer contain the destroyed key. While
        another process is reading the key store, a destroyed key stays in the key store's write-ahead log
        until the next clean-up.
        """
        there = (DataKey.owner == owner) & DataKey.wrapped.is_not(None)
        with self.engine.connect().execution_options(writing=True) as connection:
            connection.execute(update(DataKey).where(there).values(wrapped=None, destroyed_at=now))
            connection.commit()
        sweep(self.engine)

    def lives(self, owner: str) -> bool:
        """Return whether the owner has a data key."""
        there = (DataKey.owner == owner) & DataKey.wrapped.is_not(None)
        with self.engine.connect() as connection:
            return connection.scalar(select(DataKey.owner).where(there)) is not None

    def destroyed(self) -> dict[str, datetime]:
        """Return the owners of destroyed data keys, with the time of the destruction."""
        gone = select(DataKey.owner, DataKey.destroyed_at).where(DataKey.destroyed_at.is_not(None))
        with self.engine.connect() as connection:
            return {row.owner: row.destroyed_at for row in connection.execute(gone)}

    def create_secret(self, name: str, now: datetime) -> None:
        """Create and commit a wrapped service secret of 32 random bytes."""
        with self.writing() as (connection, wrapping):
            wrapped = wrapping.encrypt(secrets.token_bytes(32), name.encode())
            connection.execute(insert(DataKey).values(owner=name, wrapped=wrapped, created_at=now))

    def secret(self, name: str) -> bytes:
        """Return one of Companion's own secrets, by name. Raise ``KeyMissing`` for an unknown secret."""
        if name not in self._secrets:
            try:
                secret = self.wrapping.every().decrypt(self._wrapped(name), name.encode())
            except tink.TinkError:
                self.wrapping.refresh()
                secret = self.wrapping.every().decrypt(self._wrapped(name), name.encode())
            self._secrets[name] = bytes(secret)
        return self._secrets[name]

    def lookup(self, what: str, text: str) -> bytes:
        """Return a keyed hash (HMAC-SHA-256) of the string. Encrypted values can't be searched, so queries
        find a row by a stored hash of the plain value.
        """
        return hmac.digest(self.secret("service:lookup"), f"{what}\n{text}".encode(), hashlib.sha256)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, aead.Aead]]:
        """Open a transaction, and yield its connection and the primary wrapping key.

        The primary wrapping key can't change until the transaction ends. The transaction is committed when
        the ``with`` block ends without an exception.
        """
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
    """Make a key-store query lock the rows that it returns.

    The caller must lock a wrapping key before a data key.
    """
    return query.with_for_update(read=shared)


def primary(connection: Connection) -> int:
    """Return the primary wrapping key's id.

    Until this transaction ends, the primary wrapping key can't change. Raise ``BadSetting`` if no wrapping
    key is primary.
    """
    query = select(WrappingKey.key_id).where(WrappingKey.state == WrappingState.PRIMARY)
    for _ in range(3):  # on PostgreSQL another key may become primary while this query waits for the lock
        if found := connection.scalar(locked(query, shared=True)):
            return int(found)
    raise BadSetting("The key store does not say which wrapping key wraps. Run “companion migrate”.")


def hash_of(token: str) -> bytes:
    """Hash a random token. Companion stores only the hash, never the token.

    The hash needs no key, because a token has 256 random bits.
    """
    return hashlib.sha256(token.encode()).digest()
