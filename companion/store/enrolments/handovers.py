"""Handovers of participants: from whom to whom, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, record_box, theirs
from companion.store.people import author, names_of
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class HandoverRow(Bound, Model):
    """A handover; only its read marks ever change. ``reason`` is sealed with the participant's key."""

    __tablename__ = "handovers"
    BOUND = ("enrolment_id", "from_id", "to_id", "at", "by_id")

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    from_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the participant first read of it."""
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the new practitioner first read the reason."""


@dataclass(frozen=True)
class Handover:
    """A handover with its people's names, without the reason."""

    id: UUID
    at: datetime
    from_id: UUID
    before: str
    after: str
    seen_at: datetime | None


@dataclass(frozen=True)
class HandoverForStaff:
    """The same for staff, with who did it and why."""

    at: datetime
    before: str
    after: str
    by: str
    reason: str


def add(tx: Transaction, new_id: UUID, enrolment: Enrolment, to: UUID, reason: str) -> HandoverRow:
    """Hand the participant over to that practitioner only. The caller has locked the enrolment, and commits."""
    row = HandoverRow(
        id=new_id,
        enrolment_id=enrolment.id,
        from_id=enrolment.practitioner_id,
        to_id=to,
        at=tx.now,
        by_id=tx.viewer.account_id,
    )
    row.reason = record_box(tx, enrolment.id).seal("handovers.reason", row.id, reason)
    enrolment.practitioner_id = to
    tx.add(row)
    return row


def of_participant(tx: Transaction, viewer: Viewer) -> HandoverRow | None:
    """Return the last handover of a participant's own enrolment."""
    if viewer.role is not Role.PARTICIPANT:
        raise NotFound
    return tx.scalar(
        select(HandoverRow)
        .join(Enrolment, Enrolment.id == HandoverRow.enrolment_id)
        .where(Enrolment.participant_id == viewer.account_id)
        .order_by(HandoverRow.at.desc(), HandoverRow.id)
        .limit(1)
    )


TOLD_FOR = timedelta(days=60)
"""How long a board shows a handover that hasn't been read."""


def unopened(tx: Transaction, viewer: Viewer, now: datetime) -> list[HandoverRow]:
    """Return handovers to the viewer, of participants still theirs, whose reason is unread, oldest first."""
    rows = tx.scalars(
        select(HandoverRow)
        .join(Enrolment, Enrolment.id == HandoverRow.enrolment_id)
        .where(theirs(viewer), HandoverRow.to_id == viewer.account_id)
        .where(HandoverRow.opened_at.is_(None), HandoverRow.at > now - TOLD_FOR)
        .order_by(HandoverRow.at, HandoverRow.id)
    )
    return [row for row in rows if row.intact]


def mark_opened(tx: Transaction, enrolment_id: UUID) -> None:
    """Record that the viewer has read the reasons."""
    for row in unopened(tx, tx.viewer, tx.now):
        if row.enrolment_id == enrolment_id:
            row.opened_at = tx.now


def shown(tx: Transaction, row: HandoverRow) -> Handover:
    """Return the row for the participant: without the reason, which is for staff."""
    called = names_of(tx, (row.from_id, row.to_id))
    before, after = (author(row, called, each) for each in (row.from_id, row.to_id))
    return Handover(row.id, row.at, row.from_id, before, after, row.seen_at)


def told(tx: Transaction, enrolment_id: UUID) -> list[HandoverForStaff]:
    """Return every handover of an enrolment already found through the viewer, first to last."""
    rows = tx.scalars(
        select(HandoverRow).where(HandoverRow.enrolment_id == enrolment_id).order_by(HandoverRow.at)
    ).all()
    called = names_of(tx, (each for row in rows for each in (row.from_id, row.to_id, row.by_id)))
    box = record_box(tx, enrolment_id)
    return [
        HandoverForStaff(
            row.at,
            author(row, called, row.from_id),
            author(row, called, row.to_id),
            author(row, called, row.by_id),
            box.open("handovers.reason", row.id, row.reason),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Past:
    """Former practitioners of enrolments."""

    _rows: tuple[tuple[UUID, datetime, UUID], ...]

    @property
    def everybody(self) -> set[UUID]:
        """All of them."""
        return {each for *_, each in self._rows}

    def practitioner(self, enrolment_id: UUID, at: datetime, now: UUID) -> UUID:
        """Return the practitioner at a moment; ``now`` is the current one."""
        return next((each for of, until, each in self._rows if of == enrolment_id and at < until), now)


def past(tx: Transaction, enrolments: Iterable[UUID]) -> Past:
    """Return these enrolments' former practitioners, in one statement."""
    ids = set(enrolments)
    if not ids:
        return Past(())
    rows = tx.execute(
        select(HandoverRow.enrolment_id, HandoverRow.at, HandoverRow.from_id)
        .where(HandoverRow.enrolment_id.in_(ids))
        .order_by(HandoverRow.at)
    )
    return Past(tuple((row.enrolment_id, row.at, row.from_id) for row in rows))
