"""Check whether a sample of the data can be decrypted.

Decrypted values never leave this module.
"""

from dataclasses import dataclass
from uuid import UUID

import tink
from sqlalchemy import Column, select

from companion.store import keysets
from companion.store.base import Transaction
from companion.store.keys import Box
from companion.store.operations import rotate_data_keys
from companion.store.operations.migrations import MAIN
from companion.store.operations.sealed_columns import place, sealed_columns
from companion.store.people import Account


@dataclass(frozen=True)
class Sample:
    """How many names and other values were decrypted, and the places of those that can't be."""

    people: int
    kinds: int
    shut: tuple[str, ...]


def sample(tx: Transaction) -> Sample:
    """Decrypt the name of everybody who hasn't been erased, and a value from each encrypted column."""
    boxes = _Boxes(tx)
    names = select(Account.id, Account.name).where(Account.erased_at.is_(None))
    people = [boxes.open("accounts.name", row, sealed) for row, sealed in tx.execute(names).all()]
    kinds = [_one_of(tx, boxes, column) for column in sealed_columns(MAIN.metadata)]
    shut = [each for each in (*people, *kinds) if each]
    return Sample(people.count(""), kinds.count(""), tuple(shut))


def _one_of(tx: Transaction, boxes: "_Boxes", column: Column[bytes]) -> str | None:
    row = column.table.c.id
    found = tx.execute(select(row, column).where(column.is_not(None), column != b"").limit(1)).first()
    return boxes.open(place(column), found[0], found[1]) if found else None


class _Boxes:
    """The data keys that decrypt the values in the sample."""

    def __init__(self, tx: Transaction) -> None:
        keysets_of = rotate_data_keys.every_keyset(tx.keys)
        self._owners = {
            key_id: owner for owner, keyset in keysets_of.items() if keyset for key_id in keysets.ids(keyset)
        }
        self._boxes: dict[str, Box] = tx.keys.boxes(self._owners.values())

    def open(self, bound_to: str, row: UUID, sealed: bytes) -> str:
        """Return an empty string if the value can be decrypted, otherwise the value's location."""
        owner = self._owners.get(keysets.marked(sealed))
        try:
            if owner is None:
                raise KeyError
            self._boxes[owner].open(bound_to, row, sealed)
        except (KeyError, tink.TinkError):
            return f"{bound_to} {row}"
        return ""
