"""Test groups: joining, leaving, handovers and auditing."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import Attendance
from companion.domain.refusals import ChangedElsewhere, NotFound, Rejected
from companion.services.caseloads.handover import HandoverForm, hand_over_several
from companion.services.meetings import manage_groups
from companion.store import audit
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import groups
from companion.store.outbox import Notice, Outgoing
from companion.store.records import export
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.groups import a_group, a_meeting, days, meetings, pieces
from tests.people import Participant


def told(cast: Cast, who: Participant, notice: Notice) -> int:
    with cast.store.reading() as tx:
        where = Outgoing.account_id == who.viewer.account_id, Outgoing.notice == notice
        return tx.scalar(select(func.count()).select_from(Outgoing).where(*where)) or 0


def recorded(cast: Cast, what: audit.Event) -> list[audit.AuditEntry]:
    with cast.store.reading() as tx:
        return list(tx.scalars(select(audit.AuditEntry).where(audit.AuditEntry.event == what)))


def stands_at(cast: Cast, who: Participant, state: PathwayState) -> None:
    with by_hand(cast.store) as tx:
        tx.get_one(Enrolment, who.enrolment_id).state = state
        tx.commit()


def test_somebody_who_joins_a_group_late_gets_only_future_meetings(cast: Cast, clock: Clock) -> None:
    group = a_group(cast, cast.sam)
    group.meets(a_meeting("2026-12-01"))
    cancelled, to_come = group.meets(a_meeting("2026-12-09")), group.meets(a_meeting("2026-12-15"))
    group.cancels(cancelled)
    clock.forward(days=8)
    for _ in range(2):  # joining twice has the same result as joining once
        group.lets_in(cast.owen)
    assert days(meetings(cast, cast.owen))[1:] == ["12-15 14"]
    assert set(group.places(to_come)) == {cast.sam.enrolment_id, cast.owen.enrolment_id}
    assert len(group.members()) == 2


def test_a_member_who_leaves_a_group_gets_no_new_meetings(cast: Cast, clock: Clock) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    was, to_come = group.meets(a_meeting("2026-12-01")), group.meets(a_meeting("2026-12-15"))
    group.sets(to_come)
    clock.forward(days=8)
    group.notes(was, (cast.sam, "attended"), (cast.owen, "missed"))
    for _ in range(2):  # leaving twice has the same result as leaving once
        group.loses(cast.owen)
    first, *_, last = (each for each in meetings(cast, cast.owen) if each.starts_at.day in (1, 15))
    assert (first.attendance, last.attendance) == (Attendance.MISSED, Attendance.CANCELLED_BY_SERVICE)
    assert told(cast, cast.owen, Notice.APPOINTMENT_CANCELLED) == 1
    group.meets(a_meeting("2026-12-17"))
    assert group.sets(to_come, "hopes-and-fears") == 1 and len(pieces(cast, cast.owen)) == 1
    assert days(meetings(cast, cast.sam))[-2:] == ["12-15 14", "12-17 14"]
    left = {each.enrolment_id: each.left_at for each in group.members()}
    assert left == {cast.sam.enrolment_id: None, cast.owen.enrolment_id: cast.now}
    group.lets_in(cast.owen)  # Owen rejoins the group
    assert days(meetings(cast, cast.owen))[-2:] == ["12-15 14", "12-17 14"]
    assert not group.places(to_come)[cast.owen.enrolment_id].cancelled


def test_only_the_practitioners_own_participants_can_join_a_group(
    cast: Cast,
) -> None:
    group, other = a_group(cast, cast.sam), a_group(cast)
    kit = cast.another("Kit")
    stands_at(cast, kit, PathwayState.ENDED_EARLY)
    for act in (group.lets_in, other.lets_in):
        for who in (cast.idris, kit):
            with pytest.raises(Rejected):
                act(who)
    with pytest.raises(Rejected):
        other.lets_in(cast.sam)
    with pytest.raises(Rejected):
        other.lets_in(cast.owen, cast.idris)  # either all of these participants join or none of them
    with pytest.raises(Rejected):
        a_group(cast, cast.idris)
    assert other.members() == [] and len(group.members()) == 1
    for act in (lambda: group.loses(cast.owen), lambda: group.loses(cast.idris)):
        with pytest.raises(NotFound):
            act()


def test_a_member_who_left_the_programme_gets_no_new_meetings(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    stands_at(cast, cast.owen, PathwayState.DIED)
    meeting = group.meets()
    assert set(group.places(meeting)) == {cast.sam.enrolment_id}
    assert group.sets(meeting) == 1 and pieces(cast, cast.owen) == []


def test_a_practitioner_cannot_see_a_colleagues_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam)
    meeting = group.meets()
    theirs = replace(group, whose=cast.daniel)
    for act in (
        lambda: theirs.lets_in(cast.idris),
        lambda: theirs.loses(cast.sam),
        lambda: theirs.meets(),
        lambda: theirs.moves(meeting, "2026-12-16", seen=1),
        lambda: theirs.cancels(meeting, seen=1),
        lambda: theirs.notes(meeting),
        lambda: theirs.sets(meeting),
        lambda: manage_groups.relabel(cast.daniel.actor, group.id, "Mine", 1),
    ):
        with pytest.raises(NotFound):
            act()
    with cast.store.reading() as tx:
        assert groups.groups(tx, cast.daniel.viewer) == groups.groups(tx, cast.sam.viewer) == []


def test_audit_entries_about_a_participant_do_not_mention_the_participants_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    group.sets(group.meets())
    group.loses(cast.sam)
    with cast.store.reading() as tx:
        of_sam = tx.scalars(
            select(audit.AuditEntry).where(audit.AuditEntry.enrolment_id == cast.sam.enrolment_id)
        ).all()
    assert not [each for each in of_sam if "group" in each.event or "group" in each.detail]
    assert [each.subject_id for each in recorded(cast, audit.Event.GROUP_LEFT)] == [cast.sam.enrolment_id]


def test_changing_a_groups_label_from_an_outdated_page_is_refused(cast: Cast) -> None:
    group = a_group(cast, label="Tuesdays")

    def relabels(words: str, seen: int) -> None:
        manage_groups.relabel(cast.priya.actor, group.id, words, seen)

    relabels("Wednesdays", 1)
    relabels("Wednesdays", 1)  # the form is sent twice
    with pytest.raises(ChangedElsewhere):
        relabels("Thursdays", 1)
    with cast.store.reading() as tx:
        (found,) = groups.groups(tx, cast.priya.viewer)
    assert found.label == "Wednesdays"


def test_after_being_handed_over_and_back_a_participant_is_no_longer_in_their_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets(a_meeting("2026-12-15"))
    cast.priya.hands_over(cast.sam, cast.daniel)
    cast.daniel.hands_over(cast.sam, cast.priya)
    group.moves(meeting, "2026-12-16")
    group.meets(a_meeting("2026-12-22"))
    # the meeting is cancelled, and the participant was told about that
    assert "12-15 14" not in days(meetings(cast, cast.sam))
    assert told(cast, cast.sam, Notice.APPOINTMENT_CANCELLED) == 1
    assert days(meetings(cast, cast.owen))[-2:] == ["12-16 14", "12-22 14"]
    assert len(recorded(cast, audit.Event.GROUP_LEFT)) == 1
    group.lets_in(cast.sam)
    assert days(meetings(cast, cast.sam))[1:] == ["12-16 14", "12-22 14"]


def goes_along(cast: Cast, *chosen: Participant) -> list[str]:
    """Hand these participants over to Daniel, and return Daniel's group labels."""
    with cast.store.reading() as tx:
        assert groups.groups(tx, cast.daniel.viewer) == []
    hand_over_several(
        cast.margaret.actor,
        cast.priya.viewer.account_id,
        [each.enrolment_id for each in chosen],
        uuid4(),
        HandoverForm(cast.daniel.viewer.account_id, "Priya has left."),
    )
    with cast.store.reading() as tx:
        return [each.label for each in groups.groups(tx, cast.daniel.viewer)]


def test_handing_over_all_members_of_a_group_hands_over_the_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen, label="Tuesdays")
    meeting = group.meets(a_meeting("2026-12-15"))
    cast.alex.marks_as_left(cast.priya)
    assert goes_along(cast, cast.sam, cast.owen) == ["Tuesdays"]
    assert recorded(cast, audit.Event.GROUP_LEFT) == []
    now_his = replace(group, whose=cast.daniel)
    now_his.moves(meeting, "2026-12-16")
    for each in (cast.sam, cast.owen):
        assert days(meetings(cast, each))[-1] == "12-16 14"
    with pytest.raises(NotFound):
        group.moves(meeting, "2026-12-17")


def test_a_group_member_who_is_handed_over_alone_leaves_the_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen, label="Tuesdays")
    meeting = group.meets(a_meeting("2026-12-15"))
    assert goes_along(cast, cast.sam) == []
    assert "12-15 14" not in days(meetings(cast, cast.sam))
    assert told(cast, cast.sam, Notice.APPOINTMENT_CANCELLED) == 1
    assert group.places(meeting).keys() == {cast.owen.enrolment_id}


def test_handing_over_a_groups_only_member_hands_over_the_group(cast: Cast) -> None:
    group = a_group(cast, cast.sam)
    meeting = group.meets(a_meeting("2026-12-15"))
    cast.priya.hands_over(cast.sam, cast.daniel)
    replace(group, whose=cast.daniel).moves(meeting, "2026-12-16")
    assert days(meetings(cast, cast.sam))[-1] == "12-16 14"


def test_times_in_a_participants_download_do_not_reveal_group_membership(cast: Cast) -> None:
    """For group work and cancelled group meetings, a participant's download gives dates but no times."""
    group = a_group(cast, cast.sam, cast.owen)
    group.sets(group.meets(a_meeting("2026-12-15")))
    group.meets(a_meeting("2026-12-16"))
    group.loses(cast.sam)
    with cast.store.reading() as tx:
        for each in (cast.sam, cast.owen):
            rows = export.held(tx, each.viewer)
            assert [row["set_at"] for row in rows["set_work"]] == ["2026-11-24"]
            cancelled = [row["cancelled_at"] for row in rows["appointments"] if row["cancelled_at"]]
            assert cancelled == (["2026-11-24"] * 2 if each is cast.sam else [])
