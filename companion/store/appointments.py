"""Appointments, fetched through the one who looks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Select, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.appointments import Appointment, AppointmentKind
from companion.domain.path import State
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.store.base import Model, Transaction
from companion.store.enrolments import Case, Enrolment, theirs
from companion.store.people import Account, names
from companion.store.types import UtcDateTime

LASTS = timedelta(hours=2)
"""An appointment is the next one until it is over; a session lasts two hours."""


class AppointmentRow(Model):
    """A meeting of an enrolment."""

    __tablename__ = "appointments"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    minutes: Mapped[int]
    site: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)


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
            State(row.state),
            row.state_since,
        )
        for row, participant in rows
    ]


def _ordered() -> Select[AppointmentRow]:
    return select(AppointmentRow).order_by(AppointmentRow.starts_at, AppointmentRow.id)
