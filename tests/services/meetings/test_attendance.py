"""Test that recording or correcting attendance changes due dates and the participant's pages."""

from uuid import uuid4

import pytest

from companion.cli.demo.people import a_session
from companion.domain.meetings.appointments import Attendance
from companion.domain.meetings.clashes import Clashing
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Rejected
from companion.services.meetings import schedule
from companion.services.meetings.schedule import NewTime
from companion.services.work import assign
from companion.services.work.assign import Due, QuickWork
from companion.store import audit
from companion.store.meetings import appointments
from companion.store.outbox import Notice
from companion.store.work import piece_list
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import CARD
from tests.services.meetings.booked import (
    books,
    meetings,
    moves,
    notes,
    notices,
    recorded,
    reminders,
    rows_of,
)


def test_a_cancelled_appointment_never_counts_as_the_next_appointment(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    (first,) = meetings(cast)
    notes(cast, first, "cancelled_by_participant")
    # the work is due before the next appointment, which hasn't been booked
    assert cast.sam.work(piece).due.due_at is None
    with cast.store.reading() as tx:
        assert appointments.next_appointments(tx, [cast.sam.enrolment_id], cast.now) == {}
        assert appointments.caseload(tx, cast.priya.viewer, cast.now)[-1].id == cast.sam.enrolment_id
        (shown,) = piece_list.pieces(tx, [cast.sam.enrolment_id])[cast.sam.enrolment_id]
    assert shown.due.due_at is None
    books(cast)
    second = meetings(cast)[1]
    assert cast.sam.work(piece).due == second
    with cast.store.reading() as tx:
        found = appointments.next_appointments(tx, [cast.sam.enrolment_id], cast.now)
        (shown,) = piece_list.pieces(tx, [cast.sam.enrolment_id])[cast.sam.enrolment_id]
    assert found[cast.sam.enrolment_id] == second == shown.due
    notes(cast, first, "not_noted")  # the appointment takes place after all
    assert cast.sam.work(piece).due.id == first.id


def test_work_cannot_be_set_for_a_cancelled_appointment(cast: Cast) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_service")
    due = Due(uuid4(), str(meeting.id), CARD)
    with pytest.raises(Rejected):
        assign.quickly_set(
            cast.priya.actor, cast.sam.enrolment_id, QuickWork("Two", "For you.", "How was it?"), due
        )


def test_a_participant_is_told_once_of_a_cancellation_and_gets_no_reminder(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    reminders(cast, meeting)
    notes(cast, meeting, "cancelled_by_service")
    notes(cast, meeting, "cancelled_by_service", seen=1)  # the form is sent twice
    assert notices(cast, Notice.APPOINTMENT_CANCELLED) == [None]
    assert notices(cast, Notice.APPOINTMENT_REMINDER) == ["withdrawn"]
    notes(cast, meeting, "not_noted")
    assert notices(cast, Notice.APPOINTMENT_MOVED) == [None]


def test_attendance_can_be_recorded_only_after_the_appointment_starts(cast: Cast, clock: Clock) -> None:
    (meeting,) = meetings(cast)
    with pytest.raises(Rejected):
        notes(cast, meeting, "attended")
    clock.forward(days=2)
    notes(cast, meeting, "missed", "He was on the wrong train.")
    notes(cast, meeting, "attended", "He came a little late.")
    notes(cast, meeting, "attended")
    assert recorded(cast, audit.Event.ATTENDANCE_NOTED) == ["missed", "attended", "attended"]
    (noted,) = meetings(cast)
    assert (noted.attendance, noted.revision) == (Attendance.ATTENDED, 4)
    for notice in (Notice.APPOINTMENT_CANCELLED, Notice.APPOINTMENT_MOVED):
        assert notices(cast, notice) == []  # the participant isn't told of changes to a past appointment


def test_a_remark_on_attendance_is_encrypted(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_participant", "  He has a cold. ")
    with cast.store.reading() as tx:
        row = appointments.appointment_row(tx, cast.priya.viewer, meeting.id)
        assert appointments.words(tx, row) == "He has a cold."
        assert row.words and b"cold" not in row.words


def test_recording_attendance_from_an_outdated_page_is_refused(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_participant")
    with pytest.raises(ChangedElsewhere):
        notes(cast, meeting, "cancelled_by_service", seen=1)


def test_a_cancelled_appointment_cannot_be_moved(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_service")
    for act in (
        lambda: moves(cast, rows_of([meeting], days=1)),
        lambda: schedule.move_appointment(cast.priya.actor, meeting.id, NewTime("2026-12-10", "14:00", 2)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_undoing_an_appointments_cancellation_can_cause_a_clash(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    notes(cast, meeting, "cancelled_by_service")
    wanted = a_session(meeting.starts_at)
    owen = cast.owen.enrolment_id
    schedule.add_appointment(cast.priya.actor, owen, uuid4(), wanted)
    with pytest.raises(Clashing):
        notes(cast, meeting, "not_noted")
