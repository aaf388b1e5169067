"""Test that an encrypted value can't be decrypted in another row or column.

The tests find the encrypted columns in the database models, so a new column is tested automatically.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import tink
from sqlalchemy import Column, select

from companion.store.base import Store, Transaction
from companion.store.keys import Box, DataKey
from tests.security.canary_trip.trip import Trip, trip
from tests.security.stolen import PLACES, SEALED

__all__ = ["trip"]  # the tests below use this fixture
A_FEW = 5
"""For each column, the test checks this many rows."""


@pytest.fixture
def boxes(store: Store) -> dict[str, Box]:
    """For each owner, return the object that encrypts with the owner's data key."""
    with store.keys.engine.connect() as keys:
        owners = keys.scalars(select(DataKey.owner)).all()
    found = {}
    for owner in owners:
        try:
            found[owner] = store.keys.box(owner)
        except tink.TinkError:
            continue  # this service secret isn't used for encryption
    return found


def opens(box: Box, place: str, row: UUID, sealed: bytes) -> bool:
    try:
        box.open(place, row, sealed)
    except tink.TinkError:
        return False
    return True


def rows_of(tx: Transaction, column: Column[bytes]) -> list[tuple[UUID, bytes]]:
    table = column.table
    rows = tx.execute(select(table.c.id, column).where(column.is_not(None)).limit(A_FEW)).all()
    return [(row[0], row[1]) for row in rows]


def test_every_encrypted_value_is_bound_to_its_row_and_column(
    trip: Trip, store: Store, boxes: dict[str, Box]
) -> None:
    """The test moves each value to another row, another column and another owner."""
    with store.reading() as tx:
        held = {place: rows_of(tx, column) for place, column in zip(PLACES, SEALED, strict=True)}
    # the test that types canaries into all text fields writes to every encrypted column
    assert [place for place, rows in held.items() if not rows] == []
    assert len(boxes) > 10
    wrong = [fault for place, rows in held.items() for fault in faults(place, rows, boxes)]
    assert wrong == []


def faults(place: str, rows: list[tuple[UUID, bytes]], boxes: dict[str, Box]) -> Iterator[str]:
    for row, sealed in rows:
        owners = [owner for owner, box in boxes.items() if opens(box, place, row, sealed)]
        if len(owners) != 1:
            yield f"{place} opens with the key of {owners}"
            continue
        box = boxes[owners[0]]
        others = [other for other, _ in rows if other != row]
        for elsewhere, to in [*((place, other) for other in [*others, uuid4()]), *((p, row) for p in PLACES)]:
            if (elsewhere, to) != (place, row) and opens(box, elsewhere, to, sealed):
                yield f"{place} opens at {elsewhere} of {to}"
