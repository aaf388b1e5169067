"""The appointments that a group's members have for its meetings.

Queries return only appointments that the viewer may see.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, select

from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.groups import Meeting
from companion.domain.people import Viewer
from companion.store import locks
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, lock_several, theirs
from companion.store.meetings.appointments import AppointmentRow, appointment
from companion.store.meetings.groups import GroupMeetingRow, GroupPlaceRow, GroupRow, meeting, whose


def places(tx: Transaction, viewer: Viewer, meetings: Iterable[UUID]) -> dict[UUID, dict[UUID, Appointment]]:
    """Return each meeting's appointments as a dictionary from enrolment to appointment.

    If a member has several appointments for one meeting, return the current one. If all the member's
    appointments for the meeting are cancelled, return the one that was cancelled last. Participants who now
    have a different practitioner are left out.
    """
    rows = tx.execute(_of(viewer, meetings)).all()
    found: dict[UUID, dict[UUID, Appointment]] = defaultdict(dict)
    for meeting_id, row in rows:
        found[meeting_id][row.enrolment_id] = appointment(row)
    return found


def locked(
    tx: Transaction, viewer: Viewer, meetings: Iterable[UUID], only: UUID | None = None
) -> list[tuple[UUID, Enrolment, AppointmentRow]]:
    """Lock the members' appointments for these group meetings. Return each appointment with its meeting's id
    and its enrolment.

    If ``only`` is given, lock and return only the appointments of the enrolment with this id. The enrolments
    are locked before the appointments, to prevent deadlocks.
    """
    meetings = list(meetings)
    ids = set(tx.scalars(_of(viewer, meetings).with_only_columns(AppointmentRow.enrolment_id)))
    ids &= {only} if only else ids
    those = {each.id: each for each in lock_several(tx, viewer, ids)}
    in_them = _of(viewer, meetings).where(AppointmentRow.enrolment_id.in_(those))
    locks.lock(tx, in_them.with_only_columns(AppointmentRow))
    return [(meeting_id, those[row.enrolment_id], row) for meeting_id, row in tx.execute(in_them)]


def meeting_of(tx: Transaction, viewer: Viewer, appointment_id: UUID) -> GroupMeetingRow | None:
    """Return the group meeting to which this appointment belongs. Return None if the appointment belongs to
    none of the viewer's group meetings.
    """
    return tx.scalar(
        select(GroupMeetingRow)
        .join(GroupRow, GroupRow.id == GroupMeetingRow.group_id)
        .join(GroupPlaceRow, GroupPlaceRow.meeting_id == GroupMeetingRow.id)
        .where(whose(viewer), GroupPlaceRow.appointment_id == appointment_id)
    )


def meetings_of(tx: Transaction, viewer: Viewer, appointments: Collection[UUID]) -> set[UUID]:
    """Return the ids of the viewer's group meetings to which these appointments belong."""
    if not appointments:
        return set()
    query = (
        select(GroupPlaceRow.meeting_id)
        .join(GroupMeetingRow, GroupMeetingRow.id == GroupPlaceRow.meeting_id)
        .join(GroupRow, GroupRow.id == GroupMeetingRow.group_id)
    )
    return set(tx.scalars(query.where(whose(viewer), GroupPlaceRow.appointment_id.in_(appointments))))


def to_come(
    tx: Transaction, enrolments: Collection[UUID], now: datetime
) -> list[tuple[Meeting, AppointmentRow]]:
    """Return these enrolments' future group appointments, each with its group meeting. Lock all future
    appointments of these enrolments.

    The caller must have locked the enrolments.
    """
    of_them = (AppointmentRow.enrolment_id.in_(list(enrolments)), AppointmentRow.starts_at > now)
    locks.lock(tx, select(AppointmentRow).where(*of_them))
    rows = tx.execute(
        select(GroupMeetingRow, AppointmentRow)
        .join(GroupPlaceRow, GroupPlaceRow.meeting_id == GroupMeetingRow.id)
        .join(AppointmentRow, AppointmentRow.id == GroupPlaceRow.appointment_id)
        .where(*of_them)
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )
    return [(meeting(row), place) for row, place in rows]


def untie(tx: Transaction, enrolment_id: UUID, now: datetime) -> None:
    """Remove the link between an enrolment's future appointments and group meetings.

    The caller must have locked the enrolment.
    """
    his = select(AppointmentRow.id).where(
        AppointmentRow.enrolment_id == enrolment_id, AppointmentRow.starts_at > now
    )
    tx.execute(delete(GroupPlaceRow).where(GroupPlaceRow.appointment_id.in_(his)))


def goes_with(tx: Transaction, viewer: Viewer, found: Appointment) -> Meeting | None:
    """Return the group meeting to which the appointment still belongs, or None."""
    row = meeting_of(tx, viewer, found.id)
    return meeting(row) if row and meeting(row).holds(found) else None


def _of(viewer: Viewer, meetings: Iterable[UUID]) -> Select[UUID, AppointmentRow]:
    return (
        select(GroupPlaceRow.meeting_id, AppointmentRow)
        .join(AppointmentRow, AppointmentRow.id == GroupPlaceRow.appointment_id)
        .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
        .where(theirs(viewer), GroupPlaceRow.meeting_id.in_(list(meetings)))
        .order_by(AppointmentRow.cancelled_at.is_(None), AppointmentRow.cancelled_at, AppointmentRow.id)
    )
