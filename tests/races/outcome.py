"""Summarise what a database contains, so that tests can compare the databases after two runs."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from companion.store.base import Model, Store
from companion.store.keys import participant

RANDOM = {
    ("drafts", "revision"),
    ("plan_drafts", "revision"),
    ("message_drafts", "revision"),
    ("groups", "reference"),
    ("outbox", "letter_id"),
    ("audit_entries", "position"),
    ("audit_entries", "link"),
    ("invitations", "word_hash"),
    ("accounts", "passphrase_hash"),
}
"""The columns that have random values."""
UNCOUNTED = {"tries"}

Outcome = Counter[tuple[Any, ...]]


def outcome(store: Store, known: frozenset[UUID]) -> Outcome:
    """Return the distinct rows of the database, and how often each row occurs.

    In the returned rows, the word *new* replaces every id that isn't in the set ``known``. In place of each
    encrypted value, return the value's length.
    """
    found: Outcome = Counter()
    with store.reading() as tx:
        for table in Model.metadata.sorted_tables:
            if table.name in UNCOUNTED:
                continue
            for row in tx.execute(select(table)):
                found[(table.name, *_plain(table, row._mapping, known))] += 1
    return found


def keys_there(store: Store, account_id: UUID) -> bool:
    """Return whether this person's data can still be decrypted."""
    return store.keys.lives(participant(account_id))


def ids(store: Store) -> frozenset[UUID]:
    found: set[UUID] = set()
    with store.reading() as tx:
        for table in Model.metadata.sorted_tables:
            found.update(tx.scalars(select(table.c.id)))
    return frozenset(found)


def told(found: Outcome, *others: Outcome) -> str:
    """Return how an outcome differs from the most similar expected outcome."""
    nearest = min(others, key=lambda other: (found - other).total() + (other - found).total())
    lines = [f"+ {row} x{many}" for row, many in (found - nearest).items()]
    return "\n".join([*lines, *(f"- {row} x{many}" for row, many in (nearest - found).items())])


def _plain(table: Table, row: Any, known: frozenset[UUID]) -> list[str]:
    return [
        f"{column.name}={_value(row[column.name], known)}"
        for column in table.columns
        if (table.name, column.name) not in RANDOM and row[column.name] is not None
    ]


def _value(value: object, known: frozenset[UUID]) -> str:
    if isinstance(value, UUID):
        return str(value) if value in known else "new"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
