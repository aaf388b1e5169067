"""Rotate an owner's data key, in steps that can be interrupted.

First, the owner's keyset gets a new primary key. Transactions that began before the new primary key was added
can still encrypt with the old key; later ones can't. Each encrypted value starts with its key's id. Companion
finds the old key's values by this id, and re-encrypts them while people use the service. Finally, the old key
is removed.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import tink
from sqlalchemy import Column, ColumnElement, func, or_, select, update

from companion.store import keysets, locks
from companion.store.base import Store, Transaction
from companion.store.keys import SERVICE_SECRETS, Box, DataKey, KeyMissing, Keys, locked
from companion.store.operations.migrations import MAIN
from companion.store.operations.sealed_columns import place, sealed_columns

BATCH = 50
"""The number of values that one transaction re-encrypts."""


@dataclass(frozen=True)
class Batch:
    """How many values were re-encrypted, and the places of those that can't be decrypted."""

    changed: int
    stuck: tuple[str, ...]


def every_keyset(keys: Keys) -> dict[str, tink.KeysetHandle | None]:
    """Return every owner's keyset. Return None for owners whose key was destroyed.

    Leave out owners of data keys that can't be decrypted.
    """
    with keys.engine.connect() as connection:
        rows = connection.execute(select(DataKey.owner, DataKey.wrapped)).all()
    found: dict[str, tink.KeysetHandle | None] = {}
    for owner, wrapped in rows:
        with suppress(tink.TinkError):
            if owner not in SERVICE_SECRETS:
                found[owner] = keysets.unwrap(wrapped, keys.wrapping.every(), owner) if wrapped else None
    return found


def add_key(keys: Keys, owner: str) -> None:
    """Add a new primary key to the keyset of a participant or of the service. Do nothing if a rotation has
    already added a second key to the keyset.

    Raise ``KeyMissing`` if the owner has no data key.
    """
    with keys.writing() as (connection, wrapping):
        query = locked(select(DataKey.wrapped).where(DataKey.owner == owner))
        keyset = _unwrapped(keys, owner, connection.scalar(query))
        if not keysets.retired(keyset):
            wrapped = keysets.wrap(keysets.with_new_key(keyset, primary=True), wrapping, owner)
            connection.execute(update(DataKey).where(DataKey.owner == owner).values(wrapped=wrapped))


def drop_keys(keys: Keys, owner: str, retired: Collection[int]) -> None:
    """Remove from the owner's keyset the keys that no data needs any more.

    Raise ``KeyMissing`` if the owner has no data key.
    """
    with keys.writing() as (connection, wrapping):
        query = locked(select(DataKey.wrapped).where(DataKey.owner == owner))
        keyset = _unwrapped(keys, owner, connection.scalar(query))
        left = [each for each in keysets.ids(keyset) if each not in retired]
        wrapped = keysets.wrap(keysets.only(keyset, *left), wrapping, owner)
        connection.execute(update(DataKey).where(DataKey.owner == owner).values(wrapped=wrapped))


def reseal(store: Store, owner: str, retired: Collection[int]) -> Iterator[Batch]:
    """Re-encrypt everything that uses these keys, in batches.

    When no data is encrypted with the given keys, the function yields no batches.
    """
    marks = [keysets.mark(each) for each in retired]
    for column in sealed_columns(MAIN.metadata):
        last = UUID(int=0)
        while True:
            found = _next(store, column, marks, last)
            if found:
                with store.writing() as tx:
                    batch = _sealed_anew(tx, tx.keys.box(owner), column, marks, found)
                    tx.commit()
                yield batch
            if len(found) < BATCH:
                break
            last = found[-1]


def _next(store: Store, column: Column[bytes], marks: list[bytes], last: UUID) -> list[UUID]:
    """Return the ids of the next batch of rows."""
    row = column.table.c.id
    with store.reading() as tx:
        query = select(row).where(row > last, _begins(column, marks)).order_by(row).limit(BATCH)
        return list(tx.scalars(query))


def _sealed_anew(
    tx: Transaction, box: Box, column: Column[bytes], marks: list[bytes], rows: list[UUID]
) -> Batch:
    """Re-encrypt a batch of rows. Rows that somebody is changing are re-encrypted later."""
    row, bound_to = column.table.c.id, place(column)
    those = select(row, column).where(row.in_(rows), _begins(column, marks))
    changed, stuck = 0, []
    for found in tx.execute(locks.skipping_locked(those.order_by(row))).all():
        row_id, sealed = found
        try:
            value = box.open(bound_to, row_id, sealed)
        except tink.TinkError:
            stuck.append(f"{bound_to} {row_id}")
            continue
        anew = update(column.table).where(row == row_id, column == sealed)
        anew = anew.values({column.name: box.seal(bound_to, row_id, value)})
        changed += tx.scalar(anew.returning(row)) is not None
    return Batch(changed, tuple(stuck))


def _begins(column: Column[bytes], marks: list[bytes]) -> ColumnElement[bool]:
    return or_(*(func.substr(column, 1, len(mark)) == mark for mark in marks))


def _unwrapped(keys: Keys, owner: str, wrapped: bytes | None) -> tink.KeysetHandle:
    if wrapped is None:
        raise KeyMissing(owner)
    return keysets.unwrap(wrapped, keys.wrapping.every(), owner)
