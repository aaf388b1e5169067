"""Plan, move or cancel a group meeting for every member.

Every member has their own appointment.
"""

from datetime import datetime
from uuid import UUID, uuid5

from companion.domain.enrolments.pathway import AppointmentKind, PathwayState
from companion.domain.meetings.appointments import Attendance, Span, starts_at
from companion.domain.meetings.clashes import caveats_of
from companion.domain.meetings.groups import Meeting, kind_of_group
from companion.domain.people import Viewer
from companion.domain.programme.programme import Programme
from companion.domain.refusals import ChangedElsewhere, NotAllowed
from companion.services.act import Actor, acting
from companion.services.meetings.attendance import note_row
from companion.services.meetings.manage_groups import give_places
from companion.services.meetings.schedule import NewTime, Wanted, move_row, require_free
from companion.services.meetings.series import WantedSessions, sessions_left
from companion.store import audit, outbox
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments, group_places, groups
from companion.store.meetings.appointments import AppointmentRow
from companion.store.meetings.groups import GroupMeetingRow


def add_meeting(actor: Actor, group_id: UUID, new_id: UUID, wanted: Wanted) -> None:
    """Add a group meeting with an appointment for every member.

    Repeating the call with the same id does nothing. Raise ``Rejected`` for a mistake in the form, or
    ``Clashing`` for a clash.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        groups.group_row(tx, actor.viewer, group_id)
        if tx.get(GroupMeetingRow, new_id) is not None:
            return
        kind, span = wanted.checked(actor.now)
        kind_of_group(kind)
        left = left_to_book(tx, group_id, wanted.programme)
        odd = caveats_of(kind, PathwayState.IN_PROGRAMME, len(left))
        require_free(tx, [span], wanted.confirmed or "", caveats=odd)
        _add(tx, Meeting(new_id, group_id, kind, span.starts_at, span.minutes, wanted.site, 1))
        tx.commit()


def book_sessions(actor: Actor, group_id: UUID, once: UUID, wanted: WantedSessions) -> int:
    """Book the programme's remaining sessions for the group, and return how many were booked.

    If one session is refused, no session is booked. A form sent twice books the sessions only once. Raise
    ``Rejected`` for a mistake in the form, or ``Clashing`` for a clash. Raise ``NotAllowed`` if there are no
    sessions, or too many.
    """
    ids = [uuid5(once, str(number)) for number in range(len(wanted.slots))]
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        groups.group_row(tx, actor.viewer, group_id)
        if ids and tx.get(GroupMeetingRow, ids[0]) is not None:
            return len(ids)
        times = wanted.checked(left_to_book(tx, group_id, wanted.programme), actor.now)
        require_free(tx, times, wanted.confirmed)
        for new_id, span in zip(ids, times, strict=True):
            kind = AppointmentKind.SESSION
            _add(tx, Meeting(new_id, group_id, kind, span.starts_at, span.minutes, wanted.site, 1))
        tx.commit()
    return len(ids)


def left_to_book(tx: Transaction, group_id: UUID, programme: Programme) -> list[tuple[int, int]]:
    """Return the number and length of each session that the group hasn't booked."""
    return sessions_left([each.appointment for each in groups.meetings(tx, [group_id])[group_id]], programme)


def move_meeting(actor: Actor, meeting_id: UUID, to: NewTime) -> UUID:
    """Move a future group meeting for every member, and return the group's id.

    Repeating the call changes nothing. Moving the meeting leaves cancelled appointments, and appointments
    that were moved separately, as they are. Raise ``Rejected`` for a wrong time, and ``Clashing`` for a
    clash. Raise ``NotAllowed`` for a past or cancelled meeting, and ``ChangedElsewhere`` for a changed
    meeting.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        row = groups.locked(tx, actor.viewer, meeting_id)
        require_to_come(row, actor.now)
        span = Span(starts_at(to.day, to.time, actor.now), row.minutes)
        if span.starts_at == row.starts_at:
            return row.group_id
        if row.revision != to.seen:
            raise ChangedElsewhere
        require_free(tx, [span], to.confirmed or "", [row.id])
        for enrolment, place in coming(tx, actor.viewer, groups.meeting(row)):
            move_row(tx, place, span.starts_at)
            outbox.notify(tx, enrolment.participant_id, outbox.Notice.APPOINTMENT_MOVED, place.id)
        row.starts_at = span.starts_at
        row.revision += 1
        audit.record(tx, audit.Event.APPOINTMENT_MOVED, subject=row.id)
        tx.commit()
    return row.group_id


def cancel_meeting(actor: Actor, meeting_id: UUID, seen: int) -> UUID:
    """Cancel a future group meeting for every member, and return the group's id.

    Repeating the call changes nothing. Raise ``NotAllowed`` for a past meeting, and ``ChangedElsewhere`` if
    the meeting has changed.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        row = groups.locked(tx, actor.viewer, meeting_id)
        if row.cancelled_at is not None:
            return row.group_id
        require_to_come(row, actor.now)
        if row.revision != seen:
            raise ChangedElsewhere
        for enrolment, place in coming(tx, actor.viewer, groups.meeting(row)):
            said = appointments.words(tx, place)
            note_row(tx, enrolment, place, Attendance.CANCELLED_BY_SERVICE, said)
        row.cancelled_at = actor.now
        row.revision += 1
        detail = Attendance.CANCELLED_BY_SERVICE
        audit.record(tx, audit.Event.ATTENDANCE_NOTED, subject=row.id, detail=detail)
        tx.commit()
    return row.group_id


def require_to_come(row: GroupMeetingRow, now: datetime) -> None:
    """Raise ``NotAllowed`` for a meeting that has begun or was cancelled."""
    if row.starts_at <= now:
        raise NotAllowed("appointment_over")
    if row.cancelled_at is not None:
        raise NotAllowed("group_meeting_cancelled")


def coming(tx: Transaction, viewer: Viewer, meeting: Meeting) -> list[tuple[Enrolment, AppointmentRow]]:
    """Lock and return the members who still have an appointment at the meeting's time.

    docs/locks.md sets the order of the locks.
    """
    found = []
    for _, enrolment, place in group_places.locked(tx, viewer, [meeting.id]):
        stands = appointments.appointment(place)
        if meeting.holds(stands) and not stands.cancelled:
            found.append((enrolment, place))
    return found


def _add(tx: Transaction, meeting: Meeting) -> None:
    tx.add(
        GroupMeetingRow(
            id=meeting.id,
            group_id=meeting.group_id,
            kind=meeting.kind,
            starts_at=meeting.starts_at,
            minutes=meeting.minutes,
            site=meeting.site,
            revision=1,
        )
    )
    tx.flush()
    audit.record(tx, audit.Event.APPOINTMENT_ADDED, subject=meeting.id)
    give_places(tx, meeting)
