"""Test changes to group meetings and group work, for all members or one member."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from companion.domain.meetings.appointments import Attendance
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.meetings import schedule
from companion.services.meetings.schedule import NewTime
from companion.services.work import assign
from companion.services.work.assign import Due, QuickWork
from companion.store import audit, outbox
from companion.store.activities import library
from companion.store.outbox import Notice, Outgoing
from tests.cast import Cast
from tests.fixtures import Clock
from tests.groups import a_group, a_meeting, days, meetings, pieces
from tests.people import CARD, Participant


def told(cast: Cast, who: Participant, notice: Notice) -> int:
    with cast.store.reading() as tx:
        where = Outgoing.account_id == who.viewer.account_id, Outgoing.notice == notice
        return tx.scalar(select(func.count()).select_from(Outgoing).where(*where)) or 0


def recorded(cast: Cast, what: audit.Event) -> list[audit.AuditEntry]:
    with cast.store.reading() as tx:
        return list(tx.scalars(select(audit.AuditEntry).where(audit.AuditEntry.event == what)))


def test_booking_a_group_meeting_books_an_appointment_for_each_member(cast: Cast) -> None:
    group, once = a_group(cast, cast.sam, cast.owen), uuid4()
    for _ in range(2):  # the form is sent twice
        group.meets(once=once)
    assert days(meetings(cast, cast.sam))[1:] == days(meetings(cast, cast.owen))[1:] == ["12-10 14"]
    assert {each.enrolment_id for each in group.members()} == {cast.sam.enrolment_id, cast.owen.enrolment_id}
    added = [each.enrolment_id for each in recorded(cast, audit.Event.APPOINTMENT_ADDED)]
    assert added.count(cast.sam.enrolment_id) == added.count(cast.owen.enrolment_id) == 2
    assert {each.id.version for who in (cast.sam, cast.owen) for each in meetings(cast, who)} == {4}


def test_a_separately_moved_appointment_does_not_follow_its_group(cast: Cast) -> None:
    kit = cast.another("Kit")
    group = a_group(cast, cast.sam, cast.owen, kit)
    meeting = group.meets()
    own = uuid4()
    schedule.add_appointment(
        cast.priya.actor, cast.sam.enrolment_id, own, a_meeting("2026-12-11", kind="additional_session")
    )
    alone = group.places(meeting)[kit.enrolment_id]
    schedule.move_appointment(cast.priya.actor, alone.id, NewTime("2026-12-14", "09:00", 1))
    group.sets(meeting)
    for _ in range(2):  # the form is sent twice, but moves the meeting once
        group.moves(meeting, "2026-12-16", seen=1)
    assert days(meetings(cast, cast.sam))[1:] == ["12-11 14", "12-16 14"]
    assert days(meetings(cast, cast.owen))[1:] == ["12-16 14"]
    assert days(meetings(cast, kit))[1:] == ["12-14 09"]
    assert told(cast, cast.owen, Notice.APPOINTMENT_MOVED) == 1
    (piece,) = pieces(cast, cast.owen)
    assert f"{piece.due.starts_at:%m-%d}" == "12-16"
    moved = [each.enrolment_id for each in recorded(cast, audit.Event.APPOINTMENT_MOVED)]
    assert sorted(map(str, moved)) == sorted(
        str(each) for each in (kit.enrolment_id, cast.sam.enrolment_id, cast.owen.enrolment_id, None)
    )


def test_moving_a_group_meeting_from_an_outdated_page_is_refused(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    group.moves(meeting, "2026-12-16", seen=1)
    with pytest.raises(ChangedElsewhere):
        group.moves(meeting, "2026-12-17", seen=1)
    with pytest.raises(ChangedElsewhere):
        group.cancels(meeting, seen=1)
    assert days(meetings(cast, cast.sam))[1:] == ["12-16 14"]


def test_only_one_of_four_simultaneous_moves_of_a_group_meeting_succeeds(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()

    def moves(day: int) -> bool:
        try:
            group.moves(meeting, f"2026-12-{day}", seen=1)
        except ChangedElsewhere:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        won = list(people.map(moves, (14, 15, 16, 17)))
    assert won.count(True) == 1
    stands = f"12-{(14, 15, 16, 17)[won.index(True)]} 14"
    assert days(meetings(cast, cast.sam))[1:] == days(meetings(cast, cast.owen))[1:] == [stands]


def test_cancelling_a_group_meeting_cancels_every_members_appointment(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    group.notes(meeting, (cast.sam, "cancelled_by_participant"))
    for _ in range(2):
        group.cancels(meeting, seen=1)
    found = group.places(meeting)
    assert found[cast.sam.enrolment_id].attendance is Attendance.CANCELLED_BY_PARTICIPANT
    assert found[cast.owen.enrolment_id].attendance is Attendance.CANCELLED_BY_SERVICE
    assert told(cast, cast.owen, Notice.APPOINTMENT_CANCELLED) == 1
    for act in (
        lambda: group.moves(meeting, "2026-12-16"),
        lambda: group.notes(meeting, (cast.owen, "not_noted")),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_each_member_does_group_work_separately(cast: Cast) -> None:
    group, once = a_group(cast, cast.sam, cast.owen), uuid4()
    meeting = group.meets()
    assert [group.sets(meeting, once=once) for _ in range(2)] == [2, 2]
    (sams,), (owens,) = pieces(cast, cast.sam), pieces(cast, cast.owen)
    cast.sam.finishes(sams.id)
    cast.priya.returns(cast.sam.submits(sams.id), "Could you say more?")
    assert (cast.sam.stage(sams.id), cast.owen.stage(owens.id)) == ("returned", "not_started")
    assert {sams.id.version, owens.id.version} == {4}
    assert len(recorded(cast, audit.Event.WORK_SET)) == 2
    with pytest.raises(NotFound):
        cast.owen.work(sams.id)
    group.lets_in(cast.another("Kit"))
    # sending the form again after Kit has joined sets no work for Kit
    assert group.sets(meeting, once=once) == 2


def test_group_work_for_an_absent_member_is_due_before_their_next_appointment(
    cast: Cast,
) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    group.notes(meeting, (cast.owen, "cancelled_by_participant"))
    assert group.sets(meeting) == 2
    (piece,) = pieces(cast, cast.owen)
    assert piece.due == meetings(cast, cast.owen)[0]


def test_group_work_is_set_for_all_members_or_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting, done = group.meets(), []
    notify = outbox.notify

    def fails_at_the_second(*those: object) -> None:
        done.append(those)
        if len(done) == 2:
            raise RuntimeError
        notify(*those)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "notify", fails_at_the_second)
    with pytest.raises(RuntimeError):
        group.sets(meeting)
    assert not pieces(cast, cast.sam) and not pieces(cast, cast.owen)


def test_an_activity_adapted_for_one_participant_cannot_be_set_for_a_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    asked = Due(uuid4(), str(group.places(meeting)[cast.sam.enrolment_id].id), CARD)
    assign.quickly_set(
        cast.priya.actor, cast.sam.enrolment_id, QuickWork("Two", "For you.", "How was it?"), asked
    )
    with cast.store.reading() as tx:
        (made,) = library.own_versions(tx, cast.sam.enrolment_id)
    with pytest.raises(Rejected):
        group.sets_version(made.id, meeting)
    with pytest.raises(Rejected):
        group.sets(uuid4())
    assert pieces(cast, cast.owen) == []


def test_an_empty_group_can_have_meetings(cast: Cast) -> None:
    group = a_group(cast)
    meeting = group.meets()
    assert group.places(meeting) == {}
    assert recorded(cast, audit.Event.APPOINTMENT_ADDED)[-1].subject_id == meeting
    with pytest.raises(NotAllowed, match="group_empty"):
        group.sets(meeting)
    group.notes(meeting)
    group.lets_in(cast.sam)  # the group now has one member
    assert group.sets(meeting) == 1
    group.moves(meeting, "2026-12-16")
    assert days(meetings(cast, cast.sam))[1:] == ["12-16 14"]


def test_attendance_of_a_group_meeting_is_recorded_for_all_members(cast: Cast, clock: Clock) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    with pytest.raises(Rejected) as refusal:
        group.notes(meeting, (cast.sam, "not_noted"), (cast.owen, "attended"))  # the meeting hasn't begun
    assert refusal.value.problems[0].field == "attendance-2"
    clock.forward(days=17)
    group.notes(meeting, (cast.sam, "attended"), (cast.owen, "missed"))
    group.notes(meeting, (cast.sam, "attended"), (cast.owen, "missed"), seen=1)  # the form is sent twice
    with pytest.raises(ChangedElsewhere):
        group.notes(meeting, (cast.sam, "missed"), (cast.owen, "missed"), seen=1)
    found = group.places(meeting)
    assert [found[each.enrolment_id].attendance for each in (cast.sam, cast.owen)] == ["attended", "missed"]
    noted = recorded(cast, audit.Event.ATTENDANCE_NOTED)
    assert {each.enrolment_id for each in noted} == {cast.sam.enrolment_id, cast.owen.enrolment_id}
    group.loses(cast.owen)  # Owen left the group after the page was opened
    group.notes(meeting, (cast.sam, "attended"), (cast.owen, "attended"))
    assert group.places(meeting)[cast.owen.enrolment_id].attendance is Attendance.ATTENDED


def test_a_group_can_have_twenty_members(cast: Cast) -> None:
    people = [cast.another(f"Robin {number}", days=3 + number) for number in range(20)]
    group = a_group(cast, *people)
    meeting = group.meets(a_meeting("2027-02-10"))
    assert group.sets(meeting) == 20
    assert {len(pieces(cast, each)) for each in people} == {1} and len(group.places(meeting)) == 20


def test_setting_work_for_a_group_and_a_member_simultaneously_loses_nothing(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    for _ in range(6):
        with ThreadPoolExecutor(3) as pool:
            one = pool.submit(cast.priya.sets, cast.sam, "a-week-of-choices")
            all_of_it = pool.submit(group.sets, meeting)
            other = pool.submit(cast.priya.sets, cast.owen, "a-week-of-choices")
            assert one.result() and other.result() and all_of_it.result() == 2
