"""Queries for appointment reminders and for the recipients of the daily email."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import CANCELLED
from companion.domain.notices import reminders
from companion.domain.notices.reminders import DAYS_BEFORE
from companion.domain.people import Role
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings.appointments import AppointmentRow
from companion.store.notices.preferences import NoticeChoice, ReminderDay
from companion.store.outbox import Notice, Outcome, Outgoing
from companion.store.people import Account

AHEAD = timedelta(days=2)
"""Companion adds a reminder to the outbox this long before the reminder is due."""


@dataclass(frozen=True)
class Reminder:
    """A reminder of an appointment, for one account."""

    account_id: UUID
    appointment_id: UUID
    starts_at: datetime
    days: int

    @property
    def due_at(self) -> datetime:
        return reminders.due_at(self.starts_at, self.days)

    @property
    def mark(self) -> str:
        return reminders.mark(self.starts_at, self.days)

    @property
    def key(self) -> tuple[UUID, UUID, str | None]:
        """The reminder's key in the outbox."""
        return self.account_id, self.appointment_id, self.mark


def takes_place() -> ColumnElement[bool]:
    """Select the appointments that will take place, and therefore need reminders.

    Use this condition only in a query that joins appointments with their enrolments.
    """
    return and_(
        Enrolment.state.not_in([PathwayState.CLOSED, PathwayState.DIED]),
        AppointmentRow.attendance.not_in(CANCELLED),
    )


def wanted(tx: Transaction, now: datetime) -> list[Reminder]:
    """Return the reminders that are due now or soon. Leave out reminders of appointments that have already
    begun.
    """
    near = [
        and_(ReminderDay.days == days, AppointmentRow.starts_at < now + timedelta(days=days) + AHEAD)
        for days in DAYS_BEFORE
    ]
    rows = tx.execute(
        select(ReminderDay.account_id, AppointmentRow.id, AppointmentRow.starts_at, ReminderDay.days)
        .join(Enrolment, Enrolment.participant_id == ReminderDay.account_id)
        .join(AppointmentRow, AppointmentRow.enrolment_id == Enrolment.id)
        .where(takes_place(), AppointmentRow.starts_at > now, or_(*near))
    )
    return [Reminder(*row) for row in rows]


def made(tx: Transaction, appointments: Iterable[UUID]) -> set[tuple[UUID, UUID, str | None]]:
    """Return the outbox keys of the appointments' reminders. Withdrawn reminders are left out."""
    rows = tx.execute(
        select(Outgoing.account_id, Outgoing.subject_id, Outgoing.once).where(
            Outgoing.notice == Notice.APPOINTMENT_REMINDER,
            Outgoing.subject_id.in_(list(appointments)),
            Outgoing.once.is_not(None),
        )
    )
    return {(row.account_id, row.subject_id, row.once) for row in rows}


def waiting(tx: Transaction, now: datetime) -> list[tuple[Outgoing, datetime | None]]:
    """Return the unsent reminders that no worker is sending now. Return each reminder with its appointment's
    start time. The start time is None if the appointment won't take place.
    """
    rows = tx.execute(
        select(Outgoing, AppointmentRow.starts_at)
        .outerjoin(Enrolment, Enrolment.participant_id == Outgoing.account_id)
        .outerjoin(
            AppointmentRow,
            and_(
                AppointmentRow.id == Outgoing.subject_id,
                AppointmentRow.enrolment_id == Enrolment.id,
                takes_place(),
            ),
        )
        .where(
            Outgoing.notice == Notice.APPOINTMENT_REMINDER,
            Outgoing.outcome.is_(None),
            or_(Outgoing.claimed_until.is_(None), Outgoing.claimed_until <= now),
        )
    )
    return [(row, starts_at) for row, starts_at in rows]


def end(tx: Transaction, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """Record the outcome of a reminder.

    A withdrawn reminder can be added to the outbox again. The caller must commit the transaction.
    """
    row.outcome, row.settled_at, row.claimed_until = outcome, now, None
    row.once = None if outcome is Outcome.WITHDRAWN else row.once


def readers(tx: Transaction) -> list[UUID]:
    """Return the practitioners who want the daily email."""
    return list(
        tx.scalars(
            select(Account.id)
            .join(NoticeChoice, NoticeChoice.id == Account.id)
            .where(
                Account.role == Role.PRACTITIONER, NoticeChoice.digest.is_(True), Account.email.is_not(None)
            )
        )
    )
