"""Unsent text: the columns that all drafts share, and a draft's place."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from companion.domain.drafts import Draft, FromPage
from companion.domain.forms import Form
from companion.store.base import Model, Transaction
from companion.store.keys import Box
from companion.store.types import UtcDateTime

FIRST = 100_000_000
"""A new draft's counter starts at random below this: a page that showed a deleted draft must not mistake it for that
one.
"""


class Drafted(Model):
    """Found by ``place``, a keyed hash: where somebody writes would reveal what about."""

    __abstract__ = True

    place: Mapped[bytes] = mapped_column(LargeBinary)
    typed: Mapped[bytes] = mapped_column(LargeBinary)
    tab: Mapped[str] = mapped_column(String(40))
    """The page that saved it last: a page never conflicts with itself."""
    beat: Mapped[int]
    """That page's own save counter: a save that arrives late changes nothing."""
    revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class DraftPlace:
    """Where something is typed: the owner's column, the owner's id, and the keyed hash.

    ``name`` is sealed with the words, to tell an owner's drafts apart.
    """

    owner: InstrumentedAttribute[UUID]
    owner_id: UUID
    place: bytes
    box: Box
    name: str = ""
    read: tuple[Drafted | None, ...] = ()
    """The row, if already read."""

    def row(self, tx: Transaction) -> Any | None:
        """Return the draft's row, from the table of the column ``owner``."""
        if self.read:
            return self.read[0]
        here = self._table.place == self.place
        return tx.scalar(select(self._table).where(self.owner == self.owner_id, here))

    def opened(self, row: Drafted) -> Draft:
        """Return the row's contents."""
        typed = self.box.open(self._column, row.id, row.typed)
        return Draft(typed[1] if self.name else typed, row.revision, row.saved_at)

    def draft(self, tx: Transaction) -> Draft | None:
        """Return the draft, if there is one."""
        row = self.row(tx)
        return row and self.opened(row)

    def put(self, tx: Transaction, row: Drafted | None, words: Form, typed: FromPage) -> Draft:
        """Seal the words as this page's draft, in a new row if there is none."""
        if row is None:
            row = self._table(id=uuid4(), place=self.place, revision=secrets.randbelow(FIRST))
            setattr(row, self.owner.key, self.owner_id)
            tx.add(row)
        row.tab, row.beat, row.saved_at = typed.tab, typed.beat, tx.now
        row.revision += 1
        self._seal(row, words)
        return Draft(words, row.revision, tx.now)

    def take_over(self, row: Drafted, words: Form) -> None:
        """Move a draft of the same owner here."""
        row.place = self.place
        self._seal(row, words)

    def _seal(self, row: Drafted, words: Form) -> None:
        row.typed = self.box.seal(self._column, row.id, [self.name, words] if self.name else words)

    @property
    def _column(self) -> str:
        return f"{self._table.__tablename__}.typed"

    @property
    def _table(self) -> Any:
        return self.owner.class_
