"""Drafts of unsent text: the draft tables' columns, and the key for finding a draft."""

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
"""A draft's first revision is a random number from 1 to this limit.

Don't start every draft at revision 1: a page that still shows a deleted draft could then overwrite a new one.
"""


class Drafted(Model):
    """The columns of a draft.

    ``place`` is a keyed hash of the name of the draft's page. The page's name is never stored unencrypted,
    because it would reveal what the draft is about.
    """

    __abstract__ = True

    place: Mapped[bytes] = mapped_column(LargeBinary)
    typed: Mapped[bytes] = mapped_column(LargeBinary)
    tab: Mapped[str] = mapped_column(String(40))
    """The id of the open browser page from which the draft was last saved."""
    beat: Mapped[int]
    """The number of times that the page in ``tab`` has saved the draft.

    If the page has already saved a newer draft, Companion ignores the older one.
    """
    revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class DraftPlace:
    """The values that identify a draft in the database.

    ``name`` distinguishes the drafts of one owner, and is encrypted together with the text.
    """

    owner: InstrumentedAttribute[UUID]
    owner_id: UUID
    place: bytes
    box: Box
    name: str = ""
    read: tuple[Drafted | None, ...] = ()
    """A tuple that contains the draft's row, or None if there is no draft.

    An empty tuple means that the draft's row hasn't been loaded from the database yet.
    """

    def row(self, tx: Transaction) -> Any | None:
        """Return the draft's row from the database, or None if there is no draft."""
        if self.read:
            return self.read[0]
        here = self._table.place == self.place
        return tx.scalar(select(self._table).where(self.owner == self.owner_id, here))

    def opened(self, row: Drafted) -> Draft:
        """Decrypt a draft's row."""
        typed = self.box.open(self._column, row.id, row.typed)
        return Draft(typed[1] if self.name else typed, row.revision, row.saved_at)

    def draft(self, tx: Transaction) -> Draft | None:
        """Return the draft, or None if there is no draft."""
        row = self.row(tx)
        return row and self.opened(row)

    def put(self, tx: Transaction, row: Drafted | None, words: Form, typed: FromPage) -> Draft:
        """Save this text as the draft."""
        if row is None:
            row = self._table(id=uuid4(), place=self.place, revision=secrets.randbelow(FIRST))
            setattr(row, self.owner.key, self.owner_id)
            tx.add(row)
        row.tab, row.beat, row.saved_at = typed.tab, typed.beat, tx.now
        row.revision += 1
        self._seal(row, words)
        return Draft(words, row.revision, tx.now)

    def take_over(self, row: Drafted, words: Form) -> None:
        """Move an existing draft to a different question, and replace the draft's text."""
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
