"""Test what a new practitioner is told about a participant after a handover."""

import pytest

from companion.domain.meetings.appointments import Attendance
from companion.domain.refusals import NotFound
from companion.services.caseloads.taken_on import TakenOn, open_taken_on
from companion.services.messages.notes import agree
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments import handovers
from companion.store.meetings.appointments import AppointmentRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Staff


def reads(cast: Cast, who: Staff) -> TakenOn:
    return open_taken_on(who.actor, cast.sam.enrolment_id)


def came_to(cast: Cast, days: int, attendance: Attendance = Attendance.ATTENDED) -> AppointmentRow:
    met = cast.met(cast.sam.enrolment_id, days)
    with by_hand(cast.store) as tx:
        row = tx.get_one(AppointmentRow, met)
        row.attendance = attendance
        tx.commit()
    return row


def test_a_new_practitioner_sees_why_the_participant_was_handed_over_and_what_remains_to_be_done(
    cast: Cast,
) -> None:
    came_to(cast, 9)
    came_to(cast, 5, Attendance.MISSED)
    last = came_to(cast, 2)
    agree(cast.priya.actor, last.id, "A walk a day.", 0)
    cast.priya.notes_on(cast.sam, "Begin with the evenings.")
    cast.sam.writes("May I bring my notebook?")
    cast.priya.hands_over(cast.sam, cast.daniel, "I am away for a year.")
    found = reads(cast, cast.daniel)
    assert (found.handover.before, found.handover.reason) == ("Priya", "I am away for a year.")
    assert found.met.own == [] and len(found.met.others) == 2
    assert [found.numbers[each.id] for each in found.met.others] == [1, 2]
    assert found.coming and found.numbers[found.coming.id] == 3
    assert found.agreed and found.agreed.words == "A walk a day."
    assert (found.open.messages, found.notes) == (1, 1)


def test_a_practitioners_own_past_sessions_are_listed_apart_from_other_practitioners_sessions(
    cast: Cast, clock: Clock
) -> None:
    came_to(cast, 9)
    cast.priya.hands_over(cast.sam, cast.daniel)
    clock.forward(days=4)
    came_to(cast, 1)
    found = reads(cast, cast.daniel)
    assert (len(found.met.own), len(found.met.others)) == (1, 1)
    cast.daniel.hands_over(cast.sam, cast.priya)
    back = reads(cast, cast.priya)
    assert (len(back.met.own), len(back.met.others)) == (1, 1), "who met him before has met him"


def test_opening_a_handover_removes_the_handover_from_the_queue(cast: Cast) -> None:
    cast.priya.hands_over(cast.sam, cast.daniel)
    with cast.store.reading() as tx:
        assert len(handovers.unopened(tx, cast.daniel.viewer, cast.now)) == 1
    for _ in range(2):
        reads(cast, cast.daniel)
    with cast.store.reading() as tx:
        assert handovers.unopened(tx, cast.daniel.viewer, cast.now) == []
        assert tx.query(AuditEntry).filter_by(event=Event.PATH_READ).count() == 2


def test_only_the_new_practitioner_can_open_the_page_about_a_handover(cast: Cast) -> None:
    with pytest.raises(NotFound):
        reads(cast, cast.priya)
    cast.priya.hands_over(cast.sam, cast.daniel)
    for outsider in (cast.priya, cast.sam, cast.owen, cast.margaret, cast.alex):
        with pytest.raises(NotFound):
            reads(cast, outsider)  # type: ignore[arg-type]
