"""Legal holds, which prevent a participant's erasure.

Only leads see legal holds (docs/decisions/0024).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Row, String, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.concerns.concerns import ConcernState
from companion.domain.people import Role, Viewer
from companion.domain.records.data_rights import HoldKind, NewHold
from companion.domain.refusals import NotFound
from companion.store import locks, people
from companion.store.base import Model, Transaction
from companion.store.concerns.concerns import ConcernRow
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import CONCERNS
from companion.store.people import author, names_of
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class LegalHoldRow(Bound, Model):
    """A legal hold.

    The row remains after a lead lifts the hold. The text of a legal hold is encrypted with the same key as
    concerns. An erasure doesn't destroy the key that encrypts concerns.
    """

    __tablename__ = "holds"
    BOUND = ("account_id", "kind", "set_by", "set_at", "review_on", "lifted_by", "lifted_at")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    set_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    review_on: Mapped[date]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_why: Mapped[bytes | None] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Hold:
    """A legal hold, as a lead sees it."""

    id: UUID
    reference: str
    kind: HoldKind
    reason: str
    set_by: str
    set_at: datetime
    review_on: date
    lifted_by: str
    lifted_at: datetime | None
    lifted_why: str


def add(tx: Transaction, new_id: UUID, account_id: UUID, new: NewHold) -> None:
    """Add the viewer's legal hold on a participant's data.

    The caller must lock the account first, and commit afterwards.
    """
    row = LegalHoldRow(
        id=new_id,
        account_id=account_id,
        kind=new.kind,
        set_by=tx.viewer.account_id,
        set_at=tx.now,
        review_on=new.review_on,
    )
    row.reason = tx.keys.box(CONCERNS).seal("holds.reason", row.id, new.reason)
    tx.add(row)


def lift(tx: Transaction, row: LegalHoldRow, why: str) -> None:
    """Record that the viewer has lifted a legal hold. The caller must commit the transaction."""
    row.lifted_by, row.lifted_at = tx.viewer.account_id, tx.now
    row.lifted_why = tx.keys.box(CONCERNS).seal("holds.lifted_why", row.id, why)


def hold_row(tx: Transaction, viewer: Viewer, hold_id: UUID) -> LegalHoldRow:
    """Lock and return a legal hold. Only a lead may read legal holds.

    Lock the account first, then the legal hold. Raise ``NotFound`` unless the viewer is a lead and the hold
    exists.
    """
    row = tx.get(LegalHoldRow, hold_id)
    if row is None or viewer.role is not Role.LEAD:
        raise NotFound
    people.lock(tx, row.account_id)
    locks.lock_one(tx, select(LegalHoldRow).where(LegalHoldRow.id == hold_id))
    return row


def holds(tx: Transaction, *, lifted: bool = False) -> list[Hold]:
    """Return the current legal holds, sorted by review day.

    With ``lifted``, return the lifted holds instead.
    """
    query = (
        select(LegalHoldRow, Enrolment.reference)
        .join(Enrolment, Enrolment.participant_id == LegalHoldRow.account_id)
        .where(LegalHoldRow.lifted_at.is_not(None) if lifted else LegalHoldRow.lifted_at.is_(None))
        .order_by(LegalHoldRow.review_on, LegalHoldRow.set_at, LegalHoldRow.id)
    )
    return _opened(tx, tx.execute(query).all())


def hold(tx: Transaction, viewer: Viewer, hold_id: UUID) -> Hold:
    """Return a current or lifted legal hold. Only a lead may read legal holds.

    Raise ``NotFound`` unless the viewer is a lead and the hold exists.
    """
    query = select(LegalHoldRow, Enrolment.reference).join(
        Enrolment, Enrolment.participant_id == LegalHoldRow.account_id
    )
    found = _opened(tx, tx.execute(query.where(LegalHoldRow.id == hold_id)).all())
    if not found or viewer.role is not Role.LEAD:
        raise NotFound
    return found[0]


def held(tx: Transaction, accounts: Iterable[UUID]) -> set[UUID]:
    """Return those of the given participants who can't be erased because of a legal hold or an open concern.

    If somebody tampered with a legal hold, nobody can tell whose it was, so return all the given
    participants.
    """
    those = set(accounts)
    every = tx.scalars(select(LegalHoldRow)).all()
    if not all(row.intact for row in every):
        return those
    on = {row.account_id for row in every if row.account_id in those and row.lifted_at is None}
    open_concern = (
        select(Enrolment.participant_id)
        .join(ConcernRow, ConcernRow.enrolment_id == Enrolment.id)
        .where(Enrolment.participant_id.in_(those), ConcernRow.state != ConcernState.CLOSED)
    )
    return {*on, *tx.scalars(open_concern)}


def _opened(tx: Transaction, rows: Sequence[Row[LegalHoldRow, str]]) -> list[Hold]:
    called = names_of(tx, {each for row, _ in rows for each in (row.set_by, row.lifted_by)})
    box = tx.keys.box(CONCERNS)
    return [
        Hold(
            row.id,
            reference,
            HoldKind(row.kind),
            box.open("holds.reason", row.id, row.reason),
            author(row, called, row.set_by),
            row.set_at,
            row.review_on,
            called[row.lifted_by] if row.lifted_by else "",
            row.lifted_at,
            box.open("holds.lifted_why", row.id, row.lifted_why) if row.lifted_why else "",
        )
        for row, reference in rows
    ]
