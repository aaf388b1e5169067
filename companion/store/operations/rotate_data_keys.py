"""Rotating an owner's data key, in steps that can be interrupted and continued anywhere.

First the owner's keyset gets a new primary key, and earlier writers are waited for: after that nothing is sealed with
the old one. Everything the old key sealed is found by its prefix, the key's id, and resealed while the owner keeps
writing. Then the old key leaves the keyset.
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
"""Values resealed per transaction."""


@dataclass(frozen=True)
class Batch:
    """How many values were resealed, and the places of those that don't open."""

    changed: int
    stuck: tuple[str, ...]


def every_keyset(keys: Keys) -> dict[str, tink.KeysetHandle | None]:
    """Return every data key by owner; None if destroyed. Keys that can't be opened are left out."""
    with keys.engine.connect() as connection:
        rows = connection.execute(select(DataKey.owner, DataKey.wrapped)).all()
    found: dict[str, tink.KeysetHandle | None] = {}
    for owner, wrapped in rows:
        with suppress(tink.TinkError):
            if owner not in SERVICE_SECRETS:
                found[owner] = keysets.unwrap(wrapped, keys.wrapping.every(), owner) if wrapped else None
    return found


def add_key(keys: Keys, owner: str) -> None:
    """Give the owner a new primary key, unless there are already two. Raise ``KeyMissing``."""
    with keys.writing() as (connection, wrapping):
        query = locked(select(DataKey.wrapped).where(DataKey.owner == owner))
        keyset = _unwrapped(keys, owner, connection.scalar(query))
        if not keysets.retired(keyset):
            wrapped = keysets.wrap(keysets.with_new_key(keyset, primary=True), wrapping, owner)
            connection.execute(update(DataKey).where(DataKey.owner == owner).values(wrapped=wrapped))


def drop_keys(keys: Keys, owner: str, retired: Collection[int]) -> None:
    """Remove these keys, with which nothing is sealed any more. Raise ``KeyMissing``."""
    with keys.writing() as (connection, wrapping):
        query = locked(select(DataKey.wrapped).where(DataKey.owner == owner))
        keyset = _unwrapped(keys, owner, connection.scalar(query))
        left = [each for each in keysets.ids(keyset) if each not in retired]
        wrapped = keysets.wrap(keysets.only(keyset, *left), wrapping, owner)
        connection.execute(update(DataKey).where(DataKey.owner == owner).values(wrapped=wrapped))


def reseal(store: Store, owner: str, retired: Collection[int]) -> Iterator[Batch]:
    """Reseal everything that these keys sealed, batch by batch, while others write.

    If it yields nothing, these keys aren't needed any more.
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
    """Return the next batch's rows, searched for in a read transaction that nobody waits for."""
    row = column.table.c.id
    with store.reading() as tx:
        query = select(row).where(row > last, _begins(column, marks)).order_by(row).limit(BATCH)
        return list(tx.scalars(query))


def _sealed_anew(
    tx: Transaction, box: Box, column: Column[bytes], marks: list[bytes], rows: list[UUID]
) -> Batch:
    """Reseal the batch. Rows that somebody is writing to are skipped, and found again if still needed."""
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
