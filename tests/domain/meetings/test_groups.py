"""Test groups: labels, kinds of meeting, the members' appointments, and ids that reveal nothing."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from companion.domain.enrolments.pathway import EXPECTS_WORK, AppointmentKind, PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.meetings.groups import Meeting, Member, kind_of_group, label, new_reference, one_for
from companion.domain.refusals import Rejected

AT = datetime(2026, 12, 10, 14, tzinfo=UTC)
MEETING = Meeting(uuid4(), uuid4(), AppointmentKind.SESSION, AT, 120, "epsom", 1)
PLACE = Appointment(uuid4(), AppointmentKind.SESSION, AT, 120, "epsom", 1)


def test_a_groups_label_is_a_single_line_or_empty() -> None:
    assert label("  Tuesday mornings ") == "Tuesday mornings" and label(" ") == ""
    for text in ("x" * 61, "Tuesday\nmornings", "Tuesday\x00"):
        with pytest.raises(Rejected):
            label(text)


def test_a_groups_meetings_are_either_programme_sessions_or_additional_sessions() -> None:
    assert [kind_of_group(each) for each in ("session", "additional_session")] == [
        "session",
        "additional_session",
    ]
    for each in ("initial_meeting", "review_meeting", "", "party"):
        with pytest.raises(Rejected):
            kind_of_group(each)


def test_a_groups_reference_looks_different_from_a_participants_reference() -> None:
    assert all(re.fullmatch(r"G-[0-9]{4}", new_reference()) for _ in range(50))


def test_sending_a_group_form_twice_creates_the_same_ids() -> None:
    once, people = uuid4(), [uuid4() for _ in range(50)]
    ids = [one_for(once, each) for each in people]
    assert ids == [one_for(once, each) for each in people] and len(set(ids)) == 50
    assert {(each.version, each.variant) for each in ids} == {(uuid4().version, uuid4().variant)}
    assert one_for(uuid4(), people[0]) != ids[0] and isinstance(ids[0], UUID)


def test_moving_only_one_members_appointment_takes_that_member_out_of_the_group_meeting() -> None:
    assert (
        MEETING.holds(PLACE) and MEETING.is_to_come(AT - timedelta(minutes=1)) and not MEETING.is_to_come(AT)
    )
    assert not MEETING.holds(replace(PLACE, starts_at=AT + timedelta(hours=1)))
    cancelled = replace(MEETING, cancelled_at=AT)
    assert not cancelled.holds(PLACE) and not cancelled.is_to_come(AT - timedelta(days=1))
    assert cancelled.appointment.cancelled and MEETING.appointment.attendance is Attendance.NOT_NOTED
    assert (MEETING.appointment.id, MEETING.appointment.span) == (MEETING.id, MEETING.span)


def test_a_member_takes_part_in_a_group_until_they_leave_it() -> None:
    him = Member(uuid4(), "K7-402", "Sam", PathwayState.IN_PROGRAMME, None, AT, None)
    assert him.takes_part and not replace(him, left_at=AT).takes_part
    assert [state for state in PathwayState if not replace(him, state=state).takes_part] == [
        state for state in PathwayState if state not in EXPECTS_WORK
    ]
    assert PathwayState.DIED not in EXPECTS_WORK and PathwayState.COMPLETED not in EXPECTS_WORK
