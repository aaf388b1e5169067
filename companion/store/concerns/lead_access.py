"""Leads' access to participants' records, and decisions about lead access."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, Select, String, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.concerns import lead_access
from companion.domain.concerns.lead_access import AccessState, AccessStepKind, Purpose
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.domain.waiting import Waiting
from companion.store import keys, locks, people
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, is_there, lock_of, record_box
from companion.store.people import names_of
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class LeadAccessRow(Bound, Model):
    """A lead's access to one record.

    The purpose decides what the participant's access log shows. The purpose of a lead's access never changes
    after it has been saved.
    """

    __tablename__ = "looks"
    BOUND = ("enrolment_id", "lead_id", "purpose", "state", "asked_at", "opened_at", "until", "told_from")

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LeadAccessStepRow(Bound, Model):
    """A lead's decision about access to a record. A lead's decision never changes after it has been saved."""

    __tablename__ = "look_steps"
    __table_args__ = (UniqueConstraint("look_id", "number"),)
    BOUND = ("look_id", "number", "kind", "at", "by_id")

    look_id: Mapped[UUID] = mapped_column(ForeignKey("looks.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class AccessStep:
    """A decision about a lead's request to read a record, who made it and why."""

    kind: AccessStepKind
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Shown:
    """The details of a lead's access to a participant's record, including the reasons."""

    id: UUID
    reference: str
    by: str
    look: lead_access.Look
    asked_at: datetime
    opened_at: datetime | None
    reason: str
    steps: list[AccessStep]


def look(row: LeadAccessRow) -> lead_access.Look:
    """Convert the database row for a lead's access into the ``Look`` that the domain code works with."""
    return lead_access.Look(
        row.lead_id, Purpose(row.purpose), AccessState(row.state), row.until, row.told_from
    )


def look_row(tx: Transaction, viewer: Viewer, look_id: UUID) -> LeadAccessRow:
    """Return the database row about a lead's access to a participant's record. Lock the row until the
    transaction ends.

    Locking the enrolment first prevents an erasure at the same time. Raise ``NotFound`` unless the viewer is
    a lead and the row exists. Raise ``NotFound`` if the row was changed outside Companion, or if the
    participant has been erased.
    """
    if viewer.role is not Role.LEAD:
        raise NotFound
    lock_of(
        tx,
        select(LeadAccessRow.enrolment_id).where(LeadAccessRow.id == look_id).scalar_subquery(),
        is_there(),
    )
    row = locks.lock_one(tx, select(LeadAccessRow).where(LeadAccessRow.id == look_id))
    if row is None or not row.intact:
        raise NotFound
    return row


def seal_reason(tx: Transaction, row: LeadAccessRow, words: str) -> None:
    """Encrypt and store the reason why a lead needs access to a record."""
    row.reason = record_box(tx, row.enrolment_id).seal("note_looks.reason", row.id, words)


def add_step(tx: Transaction, row: LeadAccessRow, kind: AccessStepKind, words: str) -> None:
    """Record the viewer's decision about a lead's access to a record.

    The caller must lock ``row`` before calling this function, and commit the transaction afterwards.
    """
    last = (
        tx.scalar(select(func.max(LeadAccessStepRow.number)).where(LeadAccessStepRow.look_id == row.id)) or 0
    )
    step = LeadAccessStepRow(
        id=uuid4(), look_id=row.id, number=last + 1, kind=kind, at=tx.now, by_id=tx.viewer.account_id
    )
    if words:
        step.reason = record_box(tx, row.enrolment_id).seal("look_steps.reason", step.id, words)
    tx.add(step)


def told(tx: Transaction, enrolment_id: UUID, now: datetime) -> list[Shown]:
    """Return the leads' accesses to this enrolment that are already visible to the practitioner, latest
    first.
    """
    rows = select(LeadAccessRow).where(
        LeadAccessRow.enrolment_id == enrolment_id,
        LeadAccessRow.state == AccessState.OPENED,
        LeadAccessRow.told_from <= now,
    )
    return shown(tx, tx.scalars(rows.order_by(LeadAccessRow.opened_at.desc(), LeadAccessRow.id)).all())


def untold(tx: Transaction, enrolment_id: UUID, now: datetime) -> Sequence[LeadAccessRow]:
    """Return the leads' accesses to this enrolment that are still hidden from the practitioner but will
    become visible.
    """
    return tx.scalars(
        select(LeadAccessRow).where(
            LeadAccessRow.enrolment_id == enrolment_id,
            LeadAccessRow.state == AccessState.OPENED,
            LeadAccessRow.told_from > now,
        )
    ).all()


def for_concern(tx: Transaction, enrolment_id: UUID) -> Sequence[LeadAccessRow]:
    """Lock and return leads' requests to open this participant's record to deal with a concern.

    The caller must have locked the enrolment.
    """
    made = LeadAccessRow.enrolment_id == enrolment_id, LeadAccessRow.purpose == Purpose.CONCERN
    return locks.lock(tx, select(LeadAccessRow).where(*made))


def of(tx: Transaction, enrolment_id: UUID) -> Sequence[UUID]:
    return tx.scalars(select(LeadAccessRow.id).where(LeadAccessRow.enrolment_id == enrolment_id)).all()


def at_hand(tx: Transaction, now: datetime) -> list[Shown]:
    """Return the leads' current requests for access to records, the latest first. A request is current until
    the lead's access to the record has expired. If the practitioner will be told about the access later, the
    request stays current until then. Leave out refused requests.
    """
    rows = _of_who_is_there(select(LeadAccessRow)).where(
        LeadAccessRow.state != AccessState.REFUSED,
        or_(
            LeadAccessRow.state != AccessState.OPENED,
            LeadAccessRow.told_from > now,
            LeadAccessRow.until > now,
        ),
    )
    return shown(tx, tx.scalars(rows.order_by(LeadAccessRow.asked_at.desc(), LeadAccessRow.id)).all())


def waiting_for(tx: Transaction, viewer: Viewer) -> Waiting:
    """Return the number of requests that the lead can decide, and the oldest request's time."""
    waits = (LeadAccessRow.state == AccessState.ASKED) & (LeadAccessRow.lead_id != viewer.account_id)
    counted = select(func.count(LeadAccessRow.id), func.min(LeadAccessRow.asked_at))
    of_those = counted.join(Enrolment, Enrolment.id == LeadAccessRow.enrolment_id).where(is_there(), waits)
    return Waiting(*tx.execute(of_those).one())


def _of_who_is_there(query: Select[Any]) -> Select[Any]:
    """Limit a query to participants who haven't been erased."""
    return query.join(Enrolment, Enrolment.id == LeadAccessRow.enrolment_id).where(is_there())


def shown(tx: Transaction, rows: Sequence[LeadAccessRow]) -> list[Shown]:
    """Decrypt the details of leads' access to records, including the reasons and people's names."""
    if not rows:
        return []
    steps = tx.scalars(
        select(LeadAccessStepRow)
        .where(LeadAccessStepRow.look_id.in_([row.id for row in rows]))
        .order_by(LeadAccessStepRow.number)
    ).all()
    called = names_of(tx, [*(row.lead_id for row in rows), *(step.by_id for step in steps)])
    cases = {
        each.id: each
        for each in tx.scalars(select(Enrolment).where(Enrolment.id.in_({row.enrolment_id for row in rows})))
    }
    boxes = tx.keys.boxes(keys.participant(each.participant_id) for each in cases.values())

    def opened(row: LeadAccessRow, column: str, of: UUID, words: bytes | None) -> str:
        box = boxes.get(keys.participant(cases[row.enrolment_id].participant_id))  # None if erased
        return str(box.open(column, of, words)) if box and words else ""

    return [
        Shown(
            row.id,
            cases[row.enrolment_id].reference,
            called[row.lead_id],
            look(row),
            row.asked_at,
            row.opened_at,
            opened(row, "note_looks.reason", row.id, row.reason),
            [
                AccessStep(
                    AccessStepKind(step.kind),
                    step.at,
                    people.author(step, called, step.by_id),
                    opened(row, "look_steps.reason", step.id, step.reason),
                )
                for step in steps
                if step.look_id == row.id
            ],
        )
        for row in rows
    ]
