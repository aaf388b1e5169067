"""Appointments. Queries return only appointments that the viewer may see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.enrolments.pathway import AppointmentKind, PathwayState
from companion.domain.meetings.appointments import CANCELLED, Appointment, Attendance, Span, due_before
from companion.domain.meetings.clashes import Engaged
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.store import locks, people
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Case, Enrolment, lock_of, reached, record_box, shows, theirs
from companion.store.meetings.groups import GroupMeetingRow, GroupPlaceRow, GroupRow, meeting, whose
from companion.store.people import Account, names
from companion.store.types import UtcDateTime

LASTS = timedelta(hours=2)
"""An appointment counts as the next one until this long after it starts.

A session lasts two hours.
"""
LONGEST = timedelta(minutes=480)
"""The longest appointment that a programme can specify."""


class AppointmentRow(Model):
    """An appointment for an enrolment."""

    __tablename__ = "appointments"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    minutes: Mapped[int]
    site: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)
    attendance: Mapped[str] = mapped_column(
        String(30), default=Attendance.NOT_NOTED, server_default=Attendance.NOT_NOTED
    )
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The start time that the appointment had before it was last moved."""
    moved_on: Mapped[date | None]
    """The day on which the appointment was last moved.

    Companion doesn't store the time of day at which the appointment was moved. If downloads gave exact times,
    two participants could compare their downloads and see that they share a group.
    """
    seen_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The appointment's start time, as last shown to the participant in the list of changed appointments."""
    seen_cancelled: Mapped[bool] = mapped_column(default=False, server_default=false())
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The practitioner's encrypted remark about the attendance."""


IN_ORDER = select(AppointmentRow).order_by(AppointmentRow.starts_at, AppointmentRow.id)
OF_ENROLMENTS = IN_ORDER.where(AppointmentRow.enrolment_id.in_(bindparam("ids", expanding=True)))
"""The query for the appointments of the enrolments in ``ids``."""


def appointment_row(tx: Transaction, viewer: Viewer, appointment_id: UUID) -> AppointmentRow:
    """Lock and return an appointment of one of the viewer's enrolments.

    Lock the enrolment first, and then the appointment's row. Raise ``NotFound`` if the viewer has no such
    appointment.
    """
    return locked(tx, viewer, appointment_id)[1]


def locked(tx: Transaction, viewer: Viewer, appointment_id: UUID) -> tuple[Enrolment, AppointmentRow]:
    """Lock and return an appointment and its enrolment.

    Raise ``NotFound`` if the viewer has no such appointment.
    """
    whose = enrolment_locked(tx, viewer, appointment_id)
    return whose, row_locked(tx, appointment_id)


def enrolment_locked(tx: Transaction, viewer: Viewer, appointment_id: UUID) -> Enrolment:
    """Lock and return an appointment's enrolment.

    Use this function in a transaction that must lock other rows before it locks the appointment's row.

    Raise ``NotFound`` if the viewer has no such appointment.
    """
    of = select(AppointmentRow.enrolment_id).where(AppointmentRow.id == appointment_id).scalar_subquery()
    return reached(viewer, lock_of(tx, of, theirs(viewer)))


def row_locked(tx: Transaction, appointment_id: UUID) -> AppointmentRow:
    """Lock and return an appointment. The caller must have locked the appointment's enrolment.

    Raise ``NotFound`` if the appointment doesn't exist.
    """
    row = locks.lock_one(tx, select(AppointmentRow).where(AppointmentRow.id == appointment_id))
    if row is None:
        raise NotFound
    return row


def all_locked(
    tx: Transaction, viewer: Viewer, appointment_id: UUID
) -> tuple[Enrolment, dict[UUID, AppointmentRow]]:
    """Lock and return an appointment's enrolment and all the enrolment's appointments.

    Raise ``NotFound`` if the viewer has no such appointment.
    """
    whose = enrolment_locked(tx, viewer, appointment_id)
    every = locks.lock(tx, select(AppointmentRow).where(AppointmentRow.enrolment_id == whose.id))
    return whose, {row.id: row for row in every}


def hold_diary(tx: Transaction, viewer: Viewer) -> None:
    """Lock the viewer's account, so that no other transaction can book or move the viewer's appointments."""
    people.lock(tx, viewer.account_id)


def appointment(row: AppointmentRow) -> Appointment:
    """Convert an appointment's row to an ``Appointment``."""
    return Appointment(
        row.id,
        AppointmentKind(row.kind),
        row.starts_at,
        row.minutes,
        row.site,
        row.revision,
        Attendance(row.attendance),
        row.cancelled_at,
        row.moved_from,
        row.seen_starts_at,
        row.seen_cancelled,
    )


def words(tx: Transaction, row: AppointmentRow) -> str:
    """Return the remark about an appointment's attendance, or an empty string."""
    box = record_box(tx, row.enrolment_id)
    return str(box.open("appointments.words", row.id, row.words)) if row.words else ""


def keep_words(tx: Transaction, row: AppointmentRow, said: str) -> None:
    """Encrypt and save the remark about an appointment's attendance.

    An empty remark removes the stored remark.
    """
    box = record_box(tx, row.enrolment_id)
    row.words = box.seal("appointments.words", row.id, said) if said else None


def appointments(tx: Transaction, enrolment_id: UUID) -> list[Appointment]:
    """Return an enrolment's appointments, the earliest first."""
    return appointments_of(tx, [enrolment_id])[enrolment_id]


def to_come(tx: Transaction, enrolment_id: UUID, now: datetime) -> list[Appointment]:
    """Return an enrolment's future appointments, the earliest first. Cancelled appointments are left out."""
    return [each for each in appointments(tx, enrolment_id) if each.is_to_come(now)]


def see(tx: Transaction, enrolment_id: UUID, now: datetime) -> None:
    """Record that the participant has seen all changes to appointments.

    The caller must have locked the enrolment.
    """
    for row in locks.lock(tx, select(AppointmentRow).where(AppointmentRow.enrolment_id == enrolment_id)):
        if (found := appointment(row)).is_news(now):
            row.seen_starts_at, row.seen_cancelled = found.starts_at, found.cancelled


def locked_to_come(
    tx: Transaction, enrolment_id: UUID, kinds: Collection[AppointmentKind], now: datetime
) -> list[AppointmentRow]:
    """Lock and return an enrolment's future appointments of the given kinds, earliest first. Cancelled
    appointments are left out.

    The caller must have locked the enrolment.
    """
    if not kinds:
        return []
    rows = locks.lock(
        tx,
        select(AppointmentRow).where(
            AppointmentRow.enrolment_id == enrolment_id,
            AppointmentRow.kind.in_(sorted(kinds)),
            AppointmentRow.starts_at > now,
            AppointmentRow.attendance.not_in(CANCELLED),
        ),
    )
    return sorted(rows, key=lambda each: each.starts_at)


def appointments_of(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, list[Appointment]]:
    """Return each enrolment's appointments, the earliest first, with one query."""
    of_each: dict[UUID, list[Appointment]] = defaultdict(list)
    for row in tx.scalars(OF_ENROLMENTS, {"ids": list(enrolments)}):
        of_each[row.enrolment_id].append(appointment(row))
    return of_each


def due_for(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, Appointment]:
    """For each appointment, return the deadline of the work that was set for it. The deadline is an
    appointment: the work is due before it.

    The dictionary's keys are the appointments' ids. Work due at a cancelled appointment is usually due at a
    later one instead (see ``due_before``).
    """
    return due_of(appointments_of(tx, enrolments).values())


def due_of(each_ones: Iterable[Sequence[Appointment]]) -> dict[UUID, Appointment]:
    """Like ``due_for``, but the caller passes in the appointments, grouped by enrolment."""
    return {name: due for those in each_ones for name, due in due_among(those).items()}


def due_among(those: Sequence[Appointment]) -> dict[UUID, Appointment]:
    """Like ``due_for``, but for one enrolment's appointments, which the caller passes in."""
    return {meant.id: due_before(meant, those) for meant in those}


def next_among(those: Sequence[Appointment], now: datetime) -> Appointment | None:
    """Return the next of these appointments, or None.

    Cancelled appointments, and appointments with recorded attendance, are left out.
    """
    ahead = (
        each for each in those if each.starts_at > now - LASTS and each.attendance is Attendance.NOT_NOTED
    )
    return min(ahead, key=lambda each: each.starts_at, default=None)


def diary(tx: Transaction, viewer: Viewer, spans: Sequence[Span]) -> list[Engaged]:
    """Return the viewer's appointments close to the given times, with participants' names.

    Every group meeting appears only once.
    """
    if not spans:
        return []
    earliest = min(span.starts_at for span in spans) - LONGEST
    latest = max(span.ends_at for span in spans)
    rows = tx.execute(
        select(AppointmentRow, Account, Enrolment)
        .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
        .join(Account, Account.id == Enrolment.participant_id)
        .where(
            theirs(viewer),
            _alone(viewer),
            Enrolment.state != PathwayState.DIED,
            AppointmentRow.starts_at > earliest,
            AppointmentRow.starts_at < latest,
        )
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    ).all()
    rows = [row for row in rows if shows(viewer, row[2])]
    called = names(tx, {account.id: account for _, account, _ in rows}.values())
    of_groups = tx.execute(
        select(GroupMeetingRow, GroupRow.reference)
        .join(GroupRow, GroupRow.id == GroupMeetingRow.group_id)
        .where(whose(viewer), GroupMeetingRow.starts_at > earliest, GroupMeetingRow.starts_at < latest)
        .order_by(GroupMeetingRow.starts_at, GroupMeetingRow.id)
    )
    return [
        *(Engaged(appointment(row), row.enrolment_id, called[account.id]) for row, account, _ in rows),
        *(Engaged(meeting(row).appointment, None, "", reference) for row, reference in of_groups),
    ]


def of_practitioner(tx: Transaction, viewer: Viewer, since: datetime) -> list[Appointment]:
    """Return the viewer's appointments after a given time, the earliest first.

    Every group meeting appears only once.
    """
    rows = tx.execute(
        IN_ORDER.add_columns(Enrolment)
        .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
        .where(
            theirs(viewer),
            _alone(viewer),
            Enrolment.state != PathwayState.DIED,
            AppointmentRow.starts_at > since,
        )
    )
    of_groups = tx.scalars(
        select(GroupMeetingRow)
        .join(GroupRow, GroupRow.id == GroupMeetingRow.group_id)
        .where(whose(viewer), GroupMeetingRow.starts_at > since)
    )
    own = [row for row, enrolment in rows if shows(viewer, enrolment)]
    found = [*(appointment(row) for row in own), *(meeting(row).appointment for row in of_groups)]
    return sorted(found, key=lambda each: each.starts_at)


def next_appointments(tx: Transaction, enrolments: Iterable[UUID], now: datetime) -> dict[UUID, Appointment]:
    """Return each enrolment's next appointment.

    Cancelled appointments, and appointments with recorded attendance, are left out.
    """
    rows = tx.scalars(IN_ORDER.where(AppointmentRow.enrolment_id.in_(list(enrolments)), _is_ahead(now)))
    found: dict[UUID, Appointment] = {}
    for row in rows:
        found.setdefault(row.enrolment_id, appointment(row))
    return found


def caseload(tx: Transaction, viewer: Viewer, now: datetime) -> list[Case]:
    """Return the viewer's enrolments sorted by next appointment.

    Enrolments without an appointment come last.
    """
    upcoming = (
        select(AppointmentRow.enrolment_id, func.min(AppointmentRow.starts_at).label("starts_at"))
        .where(_is_ahead(now))
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
            PathwayState(row.state),
            row.state_since,
        )
        for row, participant in rows
        if row.intact
    ]


def _is_ahead(now: datetime) -> ColumnElement[bool]:
    return and_(
        AppointmentRow.starts_at > now - LASTS, AppointmentRow.attendance == Attendance.NOT_NOTED.value
    )


def _alone(viewer: Viewer) -> ColumnElement[bool]:
    """Select appointments that aren't part of a group meeting.

    A group member's appointment belongs to the group's meeting only while both begin at the same time. If the
    group meeting is cancelled but a member's appointment isn't, treat the appointment as an individual one.
    """
    goes_along = (
        select(GroupPlaceRow.appointment_id)
        .join(GroupMeetingRow, GroupMeetingRow.id == GroupPlaceRow.meeting_id)
        .join(GroupRow, GroupRow.id == GroupMeetingRow.group_id)
        .where(
            whose(viewer),
            GroupMeetingRow.starts_at == AppointmentRow.starts_at,
            or_(GroupMeetingRow.cancelled_at.is_(None), AppointmentRow.cancelled_at.is_not(None)),
        )
        .correlate(AppointmentRow)
    )
    return AppointmentRow.id.not_in(goes_along)
