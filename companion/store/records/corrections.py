"""Participants' correction requests, and leads' answers.

A correction request is encrypted with the participant's key.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.people import Role, Viewer
from companion.domain.records.data_rights import Answer, Wrong
from companion.domain.refusals import NotFound
from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, is_there, lock_of, record_box, theirs
from companion.store.people import names_of
from companion.store.types import UtcDateTime


class CorrectionRow(Model):
    """A correction request, and the lead's answer."""

    __tablename__ = "corrections"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


@dataclass(frozen=True)
class CorrectionLine:
    """A correction request for the leads' list, without the participant's name or text."""

    id: UUID
    reference: str
    practitioner_id: UUID
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class Correction:
    """A correction request with its text and the answer."""

    id: UUID
    reference: str
    asked_at: datetime
    content: Wrong
    outcome: Answer | None
    answer: str
    answered_at: datetime | None
    answered_by: str


def add(tx: Transaction, enrolment: Enrolment, new_id: UUID, typed: Wrong) -> None:
    """Add a correction request. The caller must lock the enrolment first, and commit afterwards."""
    row = CorrectionRow(id=new_id, enrolment_id=enrolment.id, asked_at=tx.now)
    row.content = record_box(tx, enrolment.id).seal("corrections.content", row.id, typed)
    tx.add(row)


def settle(tx: Transaction, row: CorrectionRow, outcome: Answer, words: str) -> None:
    """Record the signed-in lead's answer to a participant's correction request.

    The caller must lock the row first, and commit afterwards.
    """
    row.outcome, row.answered_at, row.answered_by = outcome, tx.now, tx.viewer.account_id
    row.answer = record_box(tx, row.enrolment_id).seal("corrections.answer", row.id, words)


def open_one(tx: Transaction, enrolment_id: UUID) -> CorrectionRow | None:
    """Return this enrolment's open correction request, or None."""
    waits = (CorrectionRow.enrolment_id == enrolment_id) & CorrectionRow.answered_at.is_(None)
    return tx.scalar(select(CorrectionRow).where(waits).limit(1))


def own(tx: Transaction, viewer: Viewer) -> list[Correction]:
    """Return the participant's own correction requests, the latest first."""
    rows = tx.scalars(
        select(CorrectionRow)
        .join(Enrolment, Enrolment.id == CorrectionRow.enrolment_id)
        .where(theirs(viewer), Enrolment.participant_id == viewer.account_id)
        .order_by(CorrectionRow.asked_at.desc(), CorrectionRow.id)
    ).all()
    return [opened(tx, row) for row in rows]


def lines(tx: Transaction, *, answered: bool) -> list[CorrectionLine]:
    """Return all open correction requests, the oldest first.

    If ``answered`` is true, return the answered correction requests instead of the open requests.
    """
    rows = tx.execute(
        select(CorrectionRow, Enrolment)
        .join(Enrolment, Enrolment.id == CorrectionRow.enrolment_id)
        .where(is_there(), CorrectionRow.answered_at.is_not(None) == answered)
        .order_by(CorrectionRow.asked_at, CorrectionRow.id)
    )
    return [
        CorrectionLine(row.id, enrolment.reference, enrolment.practitioner_id, row.asked_at, row.answered_at)
        for row, enrolment in rows
    ]


def correction_row(tx: Transaction, viewer: Viewer, correction_id: UUID) -> CorrectionRow:
    """Lock and return a correction request. Only a lead may read correction requests.

    Lock the enrolment first, then the correction request. Raise ``NotFound`` unless the viewer is a lead and
    the request exists.
    """
    if viewer.role is not Role.LEAD:
        raise NotFound
    of = select(CorrectionRow.enrolment_id).where(CorrectionRow.id == correction_id).scalar_subquery()
    lock_of(tx, of, is_there())
    row = locks.lock_one(tx, select(CorrectionRow).where(CorrectionRow.id == correction_id))
    if row is None:
        raise NotFound
    return row


def opened(tx: Transaction, row: CorrectionRow) -> Correction:
    """Return a correction request with its text.

    Before calling this for a member of staff, audit that they read the correction request.
    """
    box = record_box(tx, row.enrolment_id)
    called = names_of(tx, [row.answered_by])
    return Correction(
        row.id,
        tx.get_one(Enrolment, row.enrolment_id).reference,
        row.asked_at,
        msgspec.convert(box.open("corrections.content", row.id, row.content), Wrong),
        Answer(row.outcome) if row.outcome else None,
        box.open("corrections.answer", row.id, row.answer) if row.answer else "",
        row.answered_at,
        called[row.answered_by] if row.answered_by else "",
    )
