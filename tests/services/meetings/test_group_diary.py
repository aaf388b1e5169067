"""Test how a practitioner's diary shows group meetings and their clashes."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from companion.content import programme
from companion.domain.meetings.clashes import Clashing
from companion.domain.meetings.recurrence import Slot
from companion.domain.refusals import NotAllowed, Rejected
from companion.services.meetings import attendance, calendars, group_meetings, schedule, series
from companion.services.meetings.attendance import AttendanceForm
from companion.services.meetings.series import WantedSessions
from companion.store.meetings import appointments, group_members
from tests.cast import Cast
from tests.groups import a_group, a_meeting, days, meetings


def test_a_participant_who_is_handed_over_leaves_the_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    cast.priya.hands_over(cast.owen, cast.daniel)
    group.moves(meeting, "2026-12-16")
    # the participant was told that the meeting is cancelled
    assert days(meetings(cast, cast.owen))[1:] == []
    assert [each.enrolment_id for each in group.members()] == [cast.sam.enrolment_id]
    with cast.store.reading() as tx:
        feed = appointments.of_practitioner(tx, cast.daniel.viewer, cast.now)
    assert "12-10 14" not in days(feed)
    a_group(cast, cast.owen, whose=cast.daniel)
    with cast.store.reading() as tx:
        assert group_members.group_of(tx, cast.priya.viewer, cast.owen.enrolment_id) is None


def test_a_group_meeting_appears_only_once_in_the_diary(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    with pytest.raises(Clashing) as refusal:
        schedule.add_appointment(cast.priya.actor, cast.sam.enrolment_id, uuid4(), a_meeting(clock="15:00"))
    ((met,),) = refusal.value.clashes.each
    assert met.group.startswith("G-") and met.participant == "" and met.appointment.id == meeting
    token = calendars.new_address(cast.priya.actor)
    feed = calendars.at_address(cast.store, token, "", cast.now)
    assert days(feed).count("12-10 14") == 1 and len(feed) == 3
    group.cancels(meeting)
    feed = calendars.at_address(cast.store, token, "", cast.now)
    assert [each.id for each in feed if each.cancelled] == [meeting]
    back = group.places(meeting)[cast.sam.enrolment_id]
    attendance.note(cast.priya.actor, back.id, AttendanceForm("not_noted", "", "", back.revision))
    assert "12-10 14" in days(
        calendars.at_address(cast.store, token, "", cast.now)
    )  # the practitioner meets this member separately


def test_undoing_a_members_cancellation_of_a_group_meeting_reports_no_clash_with_that_meeting(
    cast: Cast,
) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    group.notes(meeting, (cast.sam, "cancelled_by_participant"))
    place = group.places(meeting)[cast.sam.enrolment_id]
    attendance.note(cast.priya.actor, place.id, AttendanceForm("not_noted", "", "", place.revision))
    assert not group.places(meeting)[cast.sam.enrolment_id].cancelled


def test_a_group_members_rescheduled_sessions_can_clash_with_group_meetings(
    cast: Cast,
) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    group.meets()
    first, then = meetings(cast, cast.sam)

    def moves_both(clock: str) -> None:
        slots = [Slot("2026-12-08", "14:00", first.id, 1), Slot("2026-12-10", clock, then.id, 1)]
        series.move_following(cast.priya.actor, first.id, slots, "")

    with pytest.raises(Clashing):
        moves_both("15:00")
    moves_both("14:00")
    assert days(meetings(cast, cast.sam)) == ["12-08 14", "12-10 14"]


def test_a_members_own_session_during_a_group_meeting_is_a_clash(cast: Cast) -> None:
    theirs = meetings(cast, cast.sam)[0]
    when = a_meeting(f"{theirs.starts_at:%Y-%m-%d}", f"{theirs.starts_at + timedelta(hours=1):%H:%M}")
    group = a_group(cast, cast.sam, cast.owen)
    with pytest.raises(Clashing) as refusal:
        group.meets(when)
    ((met,),) = refusal.value.clashes.each
    assert met.participant == "Sam"
    meeting = group.meets(replace(when, confirmed=refusal.value.clashes.mark))
    kit = cast.another("Kit", days=2)
    with pytest.raises(Clashing) as refusal:
        group.lets_in(kit)
    assert [met.participant for met in refusal.value.clashes.each[0]] == ["Kit"]
    group.lets_in(kit, confirmed=refusal.value.clashes.mark)
    assert len(group.places(meeting)) == 3


def test_a_moved_group_meeting_does_not_clash_with_itself(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    group.moves(meeting, "2026-12-10", "15:00")
    owens = meetings(cast, cast.owen)[0].starts_at
    with pytest.raises(Clashing):
        group.moves(meeting, f"{owens:%Y-%m-%d}", f"{owens:%H:%M}")
    assert days(meetings(cast, cast.sam))[1:] == ["12-10 15"]


def test_a_groups_sessions_are_booked_for_all_its_members(cast: Cast) -> None:
    group, once = a_group(cast, cast.sam, cast.owen), uuid4()
    slots = [
        Slot(day, "14:00") for day in ("2026-12-10", "2026-12-17", "2026-12-29", "2027-01-07", "2027-01-14")
    ]

    def books(slots: list[Slot], once: object = once) -> int:
        return group_meetings.book_sessions(
            cast.priya.actor, group.id, once, WantedSessions(slots, "epsom", programme(), "")
        )

    with pytest.raises(Rejected):
        books([*slots[:4], Slot("2026-12-10", "15:00")])
    assert meetings(cast, cast.sam)[1:] == []
    assert [books(slots), books(slots)] == [5, 5]
    assert len(days(meetings(cast, cast.owen))) == 6
    with pytest.raises(NotAllowed):
        books(slots[:1], uuid4())
