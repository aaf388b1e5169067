"""Handovers of participants from one practitioner to another."""

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
    """A handover of one participant.

    After a handover has been recorded, only ``seen_at`` and ``opened_at`` change in its row. The reason is
    encrypted with the participant's key.
    """

    __tablename__ = "handovers"
    BOUND = ("enrolment_id", "from_id", "to_id", "at", "by_id")

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    from_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the participant first read about the handover."""
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the new practitioner first read the reason for the handover."""


@dataclass(frozen=True)
class Handover:
    """A handover as the participant sees it, without the reason for the handover."""

    id: UUID
    at: datetime
    from_id: UUID
    before: str
    after: str
    seen_at: datetime | None


@dataclass(frozen=True)
class HandoverForStaff:
    """A handover as staff see it, with the reason and the name of the person who made it."""

    at: datetime
    before: str
    after: str
    by: str
    reason: str


def add(tx: Transaction, new_id: UUID, enrolment: Enrolment, to: UUID, reason: str) -> HandoverRow:
    """Hand a participant over to another practitioner.

    The caller must lock the enrolment first, and commit afterwards.
    """
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
    """Return the latest handover of the participant who is signed in, or None.

    Raise ``NotFound`` if the viewer isn't a participant.
    """
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
"""For this long after a handover, Companion reminds the new practitioner to read the reason."""


def unopened(tx: Transaction, viewer: Viewer, now: datetime) -> list[HandoverRow]:
    """Return the viewer's new handovers whose reason they haven't read yet, oldest first.

    Participants who have since been handed over to somebody else are left out.
    """
    rows = tx.scalars(
        select(HandoverRow)
        .join(Enrolment, Enrolment.id == HandoverRow.enrolment_id)
        .where(theirs(viewer), HandoverRow.to_id == viewer.account_id)
        .where(HandoverRow.opened_at.is_(None), HandoverRow.at > now - TOLD_FOR)
        .order_by(HandoverRow.at, HandoverRow.id)
    )
    return [row for row in rows if row.intact]


def mark_opened(tx: Transaction, enrolment_id: UUID) -> None:
    """Record that the viewer has read the reasons for the enrolment's handovers."""
    for row in unopened(tx, tx.viewer, tx.now):
        if row.enrolment_id == enrolment_id:
            row.opened_at = tx.now


def shown(tx: Transaction, row: HandoverRow) -> Handover:
    """Convert a handover's row to a ``Handover`` for the participant.

    The result leaves out the handover's reason, which only staff may read.
    """
    called = names_of(tx, (row.from_id, row.to_id))
    before, after = (author(row, called, each) for each in (row.from_id, row.to_id))
    return Handover(row.id, row.at, row.from_id, before, after, row.seen_at)


def told(tx: Transaction, enrolment_id: UUID) -> list[HandoverForStaff]:
    """Return an enrolment's handovers, the oldest first.

    The caller must have checked that the viewer may see the enrolment.
    """
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
    """The former practitioners of several enrolments."""

    _rows: tuple[tuple[UUID, datetime, UUID], ...]

    @property
    def everybody(self) -> set[UUID]:
        return {each for *_, each in self._rows}

    def practitioner(self, enrolment_id: UUID, at: datetime, now: UUID) -> UUID:
        """Return the id of the practitioner who was responsible for an enrolment at a given time.

        ``now`` is the id of the practitioner who is currently responsible for the enrolment.
        """
        return next((each for of, until, each in self._rows if of == enrolment_id and at < until), now)


def past(tx: Transaction, enrolments: Iterable[UUID]) -> Past:
    """Return these enrolments' former practitioners in one query."""
    ids = set(enrolments)
    if not ids:
        return Past(())
    rows = tx.execute(
        select(HandoverRow.enrolment_id, HandoverRow.at, HandoverRow.from_id)
        .where(HandoverRow.enrolment_id.in_(ids))
        .order_by(HandoverRow.at)
    )
    return Past(tuple((row.enrolment_id, row.at, row.from_id) for row in rows))
