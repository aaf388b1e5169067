"""Rotate the wrapping key, in steps that can be interrupted.

In the first stage, ``NEW``, the new key is copied to every machine that needs it. The new key then becomes
primary, and wraps all new data keys. Finally, every data key is rewrapped, and the old key is dropped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import tink
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update
from tink import aead

from companion.config import BadSetting
from companion.store import keysets
from companion.store.keys import SERVICE_SECRETS, DataKey, Keys, WrappingKey, WrappingState, locked
from companion.store.wrapping import KeyInEnvironment

BATCH = 100
"""The number of data keys that one transaction rewraps."""


@dataclass(frozen=True)
class WrappingKeys:
    """The ids of the wrapping keys in each state."""

    primary: int
    since: datetime
    """The time at which the current primary wrapping key became primary."""
    new: int | None
    retiring: int | None
    retired: frozenset[int]


@dataclass(frozen=True)
class Batch:
    """The number of rewrapped data keys, and the owners whose key can't be decrypted."""

    changed: int
    stuck: tuple[str, ...]


def register(keys: Keys, now: datetime) -> None:
    """Record the first wrapping key as primary. Do nothing if a wrapping key is already recorded."""
    with keys.engine.connect().execution_options(writing=True) as connection:
        if connection.scalar(select(WrappingKey.key_id).limit(1)) is None:
            first = {"key_id": keys.wrapping.ids[0], "state": WrappingState.PRIMARY, "since": now}
            connection.execute(insert(WrappingKey).values(first))
            connection.commit()


def wrapping_keys(keys: Keys) -> WrappingKeys:
    """Return the wrapping keys' ids by state.

    Raise ``BadSetting`` if no key is recorded as primary.
    """
    with keys.engine.connect() as connection:
        rows = connection.execute(select(WrappingKey.key_id, WrappingKey.state, WrappingKey.since)).all()
    of = {row.state: row.key_id for row in rows}
    if WrappingState.PRIMARY not in of:
        raise BadSetting("The key store does not say which wrapping key wraps. Run “companion migrate”.")
    return WrappingKeys(
        of[WrappingState.PRIMARY],
        next(row.since for row in rows if row.state == WrappingState.PRIMARY),
        of.get(WrappingState.NEW),
        of.get(WrappingState.RETIRING),
        frozenset(row.key_id for row in rows if row.state == WrappingState.RETIRED),
    )


def opened_by_copy(keys: Keys, text: str) -> int:
    """Check that a copy of the wrapping key works. Return the id of the primary wrapping key.

    Raise ``BadSetting`` if the operator's copy of the wrapping keys is damaged, lacks the primary wrapping
    key, or can't decrypt the key store.
    """
    primary = wrapping_keys(keys).primary
    try:
        copy = KeyInEnvironment(text)
    except BadSetting as error:
        raise BadSetting("This copy is damaged, not the key: it is no Tink keyset in JSON.") from error
    if primary not in copy.ids:
        raise BadSetting(f"This is a copy of another key: the one that wraps now, {primary}, is not in it.")
    try:
        Keys(keys.engine, copy).secret(SERVICE_SECRETS[0])
    except tink.TinkError as error:
        raise BadSetting("This copy does not open what the wrapping key wrapped.") from error
    return primary


def announce(keys: Keys, key_id: int, now: datetime) -> None:
    """Record a new wrapping key, which wraps nothing yet.

    Delete the record of a new wrapping key from an unfinished earlier rotation. An operator who loses a new
    wrapping key before using it can add another.
    """
    with keys.engine.connect().execution_options(writing=True) as connection:
        connection.execute(delete(WrappingKey).where(WrappingKey.state == WrappingState.NEW))
        connection.execute(insert(WrappingKey).values(key_id=key_id, state=WrappingState.NEW, since=now))
        connection.commit()


def make_primary(keys: Keys, key_id: int, now: datetime) -> None:
    """Make the new wrapping key primary, once transactions with the old key have ended."""
    its = (WrappingKey.key_id == key_id, WrappingKey.state == WrappingState.NEW)
    with keys.engine.connect().execution_options(writing=True) as connection:
        if connection.scalar(locked(select(WrappingKey.key_id).where(*its))) is None:
            return  # the key is already primary
        _move(connection, WrappingState.PRIMARY, WrappingState.RETIRING, now)
        _move(connection, WrappingState.NEW, WrappingState.PRIMARY, now)
        connection.commit()


def rewrap(keys: Keys) -> Iterator[Batch]:
    """Rewrap all data keys with the primary wrapping key, in batches. Skip destroyed data keys."""
    last = ""
    while True:
        with keys.writing() as (connection, wrapping):
            query = select(DataKey.owner, DataKey.wrapped).where(
                DataKey.owner > last, DataKey.wrapped.is_not(None)
            )
            rows = connection.execute(query.order_by(DataKey.owner).limit(BATCH)).all()
            batch = _wrapped_anew(keys, connection, wrapping, rows)
        yield batch
        if len(rows) < BATCH:
            return
        last = rows[-1].owner


def retire(keys: Keys, key_id: int, now: datetime) -> None:
    """Record that no data key needs the wrapping key any more."""
    with keys.engine.connect().execution_options(writing=True) as connection:
        _move(connection, WrappingState.RETIRING, WrappingState.RETIRED, now, WrappingKey.key_id == key_id)
        connection.commit()


def _move(
    connection: Connection,
    state: WrappingState,
    to: WrappingState,
    now: datetime,
    *those: ColumnElement[bool],
) -> None:
    moved = update(WrappingKey).where(WrappingKey.state == state, *those)
    connection.execute(moved.values(state=to, since=now))


def _wrapped_anew(
    keys: Keys, connection: Connection, wrapping: aead.Aead, rows: Sequence[Row[str, bytes | None]]
) -> Batch:
    changed, stuck = 0, []
    for owner, wrapped in rows:
        if wrapped is None or _opens(wrapped, wrapping, owner):
            continue
        try:
            new = _anew(wrapped, keys.wrapping.every(), wrapping, owner)
        except tink.TinkError:
            stuck.append(owner)
            continue
        unchanged = (
            DataKey.owner == owner,
            DataKey.wrapped == wrapped,
        )  # somebody may have destroyed the data key
        anew = update(DataKey).where(*unchanged).values(wrapped=new).returning(DataKey.owner)
        changed += connection.scalar(anew) is not None
    return Batch(changed, tuple(stuck))


def _opens(wrapped: bytes, wrapping: aead.Aead, owner: str) -> bool:
    try:
        _anew(wrapped, wrapping, wrapping, owner)
    except tink.TinkError:
        return False
    return True


def _anew(wrapped: bytes, old: aead.Aead, new: aead.Aead, owner: str) -> bytes:
    """Rewrap a secret or a data key."""
    if owner in SERVICE_SECRETS:
        return bytes(new.encrypt(old.decrypt(wrapped, owner.encode()), owner.encode()))
    return keysets.wrap(keysets.unwrap(wrapped, old, owner), new, owner)
