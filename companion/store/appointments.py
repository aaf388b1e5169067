"""Enrolments and their appointments, fetched through the one who looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Select, String, false, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.appointments import Appointment, AppointmentKind
from companion.domain.people import Role, Viewer, new_reference
from companion.domain.refusals import NotFound
from companion.store import keys
from companion.store.base import Model, Transaction
from companion.store.keys import Box
from companion.store.people import Account, name, names
from companion.store.types import UtcDateTime

LASTS = timedelta(hours=2)
"""An appointment is the next one until it is over; a session lasts two hours."""


class Enrolment(Model):
    """One participant on one programme with one practitioner at one site."""

    __tablename__ = "enrolments"

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    reference: Mapped[str] = mapped_column(String(10), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AppointmentRow(Model):
    """A meeting of an enrolment."""

    __tablename__ = "appointments"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    minutes: Mapped[int]
    site: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)


@dataclass(frozen=True)
class Case:
    """An enrolment as its own people see it."""

    id: UUID
    reference: str
    participant_id: UUID
    participant: str
    practitioner_id: UUID
    practitioner: str
    joined_at: datetime | None


def theirs(viewer: Viewer) -> ColumnElement[bool]:
    """The enrolments whose words this viewer may read: his own, or those of his caseload. Nobody else's."""
    if viewer.role is Role.PARTICIPANT:
        return Enrolment.participant_id == viewer.account_id
    if viewer.role is Role.PRACTITIONER:
        return Enrolment.practitioner_id == viewer.account_id
    return false()


def add_enrolment(
    tx: Transaction, new_id: UUID, participant: UUID, practitioner: UUID, now: datetime
) -> Enrolment:
    """A new enrolment with a reference that nobody else has."""
    reference = new_reference()
    while tx.scalar(select(Enrolment.id).where(Enrolment.reference == reference)):
        reference = new_reference()
    row = Enrolment(
        id=new_id,
        participant_id=participant,
        practitioner_id=practitioner,
        reference=reference,
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    return row


def enrolment(
    tx: Transaction, viewer: Viewer, enrolment_id: UUID | None = None, *, lock: bool = False
) -> Enrolment:
    """An enrolment of the viewer's; without an id a participant's own. Raises ``NotFound``.

    ``lock`` lets no other act at it until the transaction ends.
    """
    query = select(Enrolment).where(theirs(viewer))
    if lock:
        query = query.with_for_update(of=Enrolment)
    if enrolment_id is None:
        query = query.where(Enrolment.participant_id == viewer.account_id)
    else:
        query = query.where(Enrolment.id == enrolment_id)
    row = tx.scalar(query)
    if row is None:
        raise NotFound
    return row


def record_box(tx: Transaction, enrolment_id: UUID) -> Box:
    """The box of the participant whose enrolment it is: his key seals the whole record of his work."""
    participant = tx.get_one(Enrolment, enrolment_id).participant_id
    return tx.keys.box(keys.participant(participant))


def case(tx: Transaction, row: Enrolment) -> Case:
    """The enrolment with the names of its people."""
    participant = tx.get_one(Account, row.participant_id)
    practitioner = tx.get_one(Account, row.practitioner_id)
    return Case(
        row.id,
        row.reference,
        row.participant_id,
        name(tx, participant),
        row.practitioner_id,
        name(tx, practitioner),
        participant.joined_at,
    )


def appointment_row(tx: Transaction, viewer: Viewer, appointment_id: UUID) -> AppointmentRow:
    """An appointment of one of the viewer's enrolments. Raises ``NotFound``."""
    row = tx.scalar(
        select(AppointmentRow)
        .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
        .where(theirs(viewer), AppointmentRow.id == appointment_id)
        .with_for_update(of=AppointmentRow)
    )
    if row is None:
        raise NotFound
    return row


def appointment(row: AppointmentRow) -> Appointment:
    """The row as the domain knows it."""
    return Appointment(row.id, AppointmentKind(row.kind), row.starts_at, row.minutes, row.site, row.revision)


def appointments(tx: Transaction, enrolment_id: UUID) -> list[Appointment]:
    """All of an enrolment, in order of time."""
    return [
        appointment(row) for row in tx.scalars(_ordered().where(AppointmentRow.enrolment_id == enrolment_id))
    ]


def next_appointments(tx: Transaction, enrolments: Iterable[UUID], now: datetime) -> dict[UUID, Appointment]:
    """The next appointment of each enrolment that has one."""
    rows = tx.scalars(
        _ordered().where(
            AppointmentRow.enrolment_id.in_(list(enrolments)), AppointmentRow.starts_at > now - LASTS
        )
    )
    found: dict[UUID, Appointment] = {}
    for row in rows:
        found.setdefault(row.enrolment_id, appointment(row))
    return found


def caseload(tx: Transaction, viewer: Viewer, now: datetime) -> list[Case]:
    """The viewer's enrolments by their next appointment, those without one last."""
    upcoming = (
        select(AppointmentRow.enrolment_id, func.min(AppointmentRow.starts_at).label("starts_at"))
        .where(AppointmentRow.starts_at > now - LASTS)
        .group_by(AppointmentRow.enrolment_id)
        .subquery()
    )
    rows = tx.execute(
        select(Enrolment, Account)
        .join(Account, Account.id == Enrolment.participant_id)
        .outerjoin(upcoming, upcoming.c.enrolment_id == Enrolment.id)
        .where(theirs(viewer))
        .order_by(upcoming.c.starts_at.is_(None), upcoming.c.starts_at, Enrolment.created_at)
    ).all()
    called = names(tx, [participant for _, participant in rows])
    return [
        Case(
            row.id,
            row.reference,
            row.participant_id,
            called[participant.id],
            row.practitioner_id,
            viewer.name,
            participant.joined_at,
        )
        for row, participant in rows
    ]


def references(tx: Transaction) -> list[tuple[str, datetime, datetime | None]]:
    """Every enrolment of the service by reference, with when it began and when its participant joined."""
    rows = tx.execute(
        select(Enrolment.reference, Enrolment.created_at, Account.joined_at)
        .join(Account, Account.id == Enrolment.participant_id)
        .order_by(Enrolment.created_at)
    )
    return [(row.reference, row.created_at, row.joined_at) for row in rows]


def _ordered() -> Select[AppointmentRow]:
    return select(AppointmentRow).order_by(AppointmentRow.starts_at, AppointmentRow.id)
