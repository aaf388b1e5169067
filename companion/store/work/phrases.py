"""Phrases that a practitioner has saved for feedback, and that nobody else sees."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.domain.work.phrases import Phrase, Reviewing
from companion.store.base import Model, Transaction
from companion.store.keys import WORDS
from companion.store.people import Account
from companion.store.types import UtcDateTime


class PhraseRow(Model):
    """A phrase that a practitioner saved for use in feedback. The text is encrypted."""

    __tablename__ = "phrases"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


OWN = (
    select(Account.review_keys, PhraseRow.id, PhraseRow.words)
    .outerjoin(PhraseRow, PhraseRow.account_id == Account.id)
    .where(Account.id == bindparam("account_id"))
    .order_by(PhraseRow.kept_at, PhraseRow.id)
)
"""The query for an account's saved phrases and keyboard shortcut setting."""


def reviewing(tx: Transaction, viewer: Viewer) -> Reviewing:
    """Return the viewer's saved phrases, and whether their keyboard shortcuts are on."""
    rows = tx.rows(OWN, {"account_id": viewer.account_id}).all()
    box = tx.keys.box(WORDS)
    kept = ((row.id, box.open("phrases.words", row.id, row.words)) for row in rows if row.id)
    return Reviewing(tuple(Phrase(*each) for each in kept), bool(rows and rows[0].review_keys))


def at_hand(tx: Transaction, viewer: Viewer) -> Reviewing:
    """Return the viewer's saved phrases, and whether single-key shortcuts are on for the viewer.

    ``phrases_kept`` counts the saved phrases: if it's 0, skip the query.
    """
    account = tx.get_one(Account, viewer.account_id)
    return reviewing(tx, viewer) if account.phrases_kept else Reviewing((), account.review_keys)


def add(tx: Transaction, new_id: UUID, words: str) -> None:
    """Save a phrase for the viewer. The caller must have locked the viewer's account."""
    row = PhraseRow(id=new_id, account_id=tx.viewer.account_id, kept_at=tx.now)
    row.words = tx.keys.box(WORDS).seal("phrases.words", new_id, words)
    tx.add(row)
    tx.get_one(Account, row.account_id).phrases_kept += 1


def remove(tx: Transaction, phrase_id: UUID) -> None:
    """Delete one of the viewer's saved phrases. The caller must have locked the viewer's account.

    Raise ``NotFound`` if the viewer has no such phrase."""
    own = PhraseRow.account_id == tx.viewer.account_id
    row = tx.scalar(select(PhraseRow).where(own, PhraseRow.id == phrase_id))
    if row is None:
        raise NotFound
    tx.delete(row)
    tx.get_one(Account, row.account_id).phrases_kept -= 1


def forget(tx: Transaction, account_id: UUID) -> None:
    """Delete all of an account's saved phrases. The caller must have locked the account."""
    tx.get_one(Account, account_id).phrases_kept = 0
    tx.execute(delete(PhraseRow).where(PhraseRow.account_id == account_id))
