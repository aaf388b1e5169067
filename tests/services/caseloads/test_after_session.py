"""Test that the after-session page is saved completely or not at all. Test that unfinished text on the
after-session page is kept as a draft.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from companion.domain.caseloads.after_session import LIBRARY, NOTHING, OWN, NextWork
from companion.domain.meetings.appointments import Attendance
from companion.domain.programme.topics import Mark, Placed
from companion.domain.refusals import ChangedElsewhere, NotFound, Rejected
from companion.services.caseloads import after_session, save_session
from companion.services.messages.notes import agree
from companion.services.programme.topics import arrange
from companion.services.work.assign import QuickWork
from companion.store.meetings.appointments import AppointmentRow
from companion.store.outbox import Notice, Outgoing
from tests.after_session import WRITTEN, After
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.groups import a_group, a_meeting


@pytest.fixture
def after(cast: Cast) -> After:
    return After(cast, cast.met(cast.sam.enrolment_id, days=1))


def refused(*problems: tuple[str, str], by: Rejected) -> None:
    assert {(each.field, each.key) for each in by.problems} == set(problems)


def test_pressing_one_button_saves_everything_on_the_after_session_page(after: After) -> None:
    saved = after.saves(
        attendance="attended",
        topics={"1": "covered", "2": "touched"},
        agreed="Phone stays downstairs after ten.",
        note="Spoke more easily today.",
        work=after.work(when="2026-11-25 evening", where="At the kitchen table", if_blocked="On Thursday."),
    )
    page = after.opens()
    assert page.stored.appointment.attendance is Attendance.ATTENDED
    assert {each.number: each.mark for each in page.stored.plan.planned if each.mark is not Mark.OPEN} == {
        1: Mark.COVERED,
        2: Mark.TOUCHED,
    }
    assert page.stored.agreed and page.stored.agreed.words == "Phone stays downstairs after ten."
    assert after.notes == ["Spoke more easily today."]
    piece = after.pieces[0]
    assert piece.id == saved.work_id and piece.intention and piece.intention.where == "At the kitchen table"
    assert sorted(after.recorded()) == sorted(WRITTEN)


def test_saving_the_after_session_page_notifies_the_participant_of_new_work(
    after: After,
) -> None:
    saved = after.saves(attendance="attended", work=after.work(when="2026-11-25 evening"))
    with after.cast.store.reading() as tx:
        told = {
            row.notice for row in tx.scalars(select(Outgoing).where(Outgoing.subject_id == saved.work_id))
        }
    assert told == {Notice.WORK_SET, Notice.WORK_INTENDED}


def test_sending_the_after_session_page_twice_saves_it_once(after: After) -> None:
    once = uuid4()
    form = after.typed(
        attendance="attended",
        topics={"1": "covered"},
        agreed="A walk a day.",
        note="On time.",
        work=after.work(),
    )
    first, again = after.saves(form, once), after.saves(form, once)
    assert again == replace(first, parts=()) and len(first.parts) == 5
    assert sorted(after.recorded()) == sorted(WRITTEN)
    assert len(after.pieces) == 1 and after.notes == ["On time."]


def test_nothing_is_saved_if_the_after_session_page_has_an_error(after: After) -> None:
    with pytest.raises(Rejected) as caught:
        after.saves(
            attendance="attended",
            topics={"1": "covered"},
            agreed="x" * 1001,
            note="x" * 5001,
            work=after.work(why="", when="2026-11-24 morning", where="x" * 201),
        )
    fields = {each.field for each in caught.value.problems}
    assert fields == {"agreed", "note", "why", "when", "where"}
    assert after.recorded() == [] and after.pieces == []


def test_an_after_session_form_with_errors_is_saved_as_a_draft(after: After) -> None:
    with pytest.raises(Rejected):
        after.saves(attendance="", note="Nothing is lost.")
    draft = after.opens().draft
    assert draft and draft.typed == {"note": ["Nothing is lost."]}


def test_topics_can_be_recorded_only_after_an_attended_session(
    after: After,
) -> None:
    with pytest.raises(Rejected) as caught:
        after.saves(note="On time.")
    refused(("attendance", "nothing_chosen"), by=caught.value)
    with pytest.raises(Rejected) as caught:
        after.saves(attendance="missed", topics={"1": "covered"}, agreed="A walk a day.")
    refused(("attendance", "did_not_meet"), ("agreed", "did_not_meet"), by=caught.value)


def test_work_can_be_set_after_a_missed_session(after: After) -> None:
    after.saves(attendance="missed", note="Called at noon.", work=after.work())
    assert after.opens().stored.appointment.attendance is Attendance.MISSED
    assert after.opens().number == 0, "its number goes to the next session"
    assert after.notes == ["Called at noon."] and len(after.pieces) == 1


def test_a_session_recorded_as_cancelled_can_be_corrected_to_attended(after: After) -> None:
    after.saves(attendance="cancelled_by_service")
    with pytest.raises(Rejected):
        after.saves(agreed="A walk a day.")
    after.saves(attendance="attended", agreed="A walk a day.")
    assert after.opens().stored.appointment.attendance is Attendance.ATTENDED


def test_text_written_about_a_session_is_kept_if_the_session_is_rescheduled(
    after: After,
) -> None:
    form = after.typed(attendance="attended", note="We talked about walks.")
    with by_hand(after.cast.store) as tx:
        row = tx.get_one(AppointmentRow, after.meeting)
        row.starts_at, row.revision = after.cast.now + timedelta(days=9), 2
        tx.commit()
    with pytest.raises(ChangedElsewhere):
        after.saves(form)
    draft = after.opens().draft
    assert draft and draft.typed["note"] == ["We talked about walks."] and after.recorded() == []


def test_a_group_session_is_recorded_for_each_member_separately(cast: Cast, clock: Clock) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets(a_meeting("2026-12-10"))
    places = group.places(meeting)
    clock.forward(days=17)
    his = After(cast, places[cast.sam.enrolment_id].id)
    assert his.opens().together and his.opens().together.id == meeting
    his.saves(attendance="attended", agreed="A walk a day.")
    others = after_session.open_after(
        cast.priya.actor, places[cast.owen.enrolment_id].id, unapproved_too=True
    )
    assert others.stored.appointment.attendance is Attendance.NOT_NOTED and others.stored.agreed is None


def test_saving_the_after_session_page_in_two_windows_reports_a_conflict(after: After) -> None:
    first, second = after.typed("one", note="From the first."), after.typed("two", note="From the second.")
    save_session.save_draft(after.cast.priya.actor, after.meeting, first)
    for act in (
        lambda: save_session.save_draft(after.cast.priya.actor, after.meeting, second),
        lambda: after.saves(replace(second, attendance="attended")),
    ):
        with pytest.raises(ChangedElsewhere):
            act()
    draft = after.opens().draft
    assert draft and draft.typed == {"note": ["From the first."]} and after.recorded() == []
    after.saves(replace(second, attendance="attended", draft_seen=draft.revision))
    assert after.notes == ["From the second."] and after.opens().draft is None


@pytest.mark.parametrize("what", ["attendance", "topics", "agreed"])
def test_saving_the_after_session_page_never_overwrites_a_colleagues_change(after: After, what: str) -> None:
    form = after.typed(attendance="attended", topics={"1": "covered"}, agreed="A walk a day.")
    priya, sam = after.cast.priya.actor, after.cast.sam.enrolment_id
    if what == "attendance":
        after.saves(attendance="missed")
    elif what == "topics":
        arrange(priya, sam, {"1": Placed("touched")}, 0)
    else:
        agree(priya, after.meeting, "Two walks a day.", 0)
    before = after.recorded()
    with pytest.raises(ChangedElsewhere):
        after.saves(form)
    assert after.recorded() == before


def test_saving_the_after_session_page_deletes_its_draft(after: After) -> None:
    actor = after.cast.priya.actor
    save_session.save_draft(actor, after.meeting, after.typed())
    assert after.opens().draft is None
    save_session.save_draft(actor, after.meeting, after.typed(attendance="attended", topics={"3": "touched"}))
    draft = after.opens().draft
    assert draft and draft.typed == {"attendance": ["attended"], "mark-3": ["touched"]}
    after.saves(attendance="attended", topics={"3": "touched"})
    assert after.opens().draft is None


def test_only_the_author_of_an_after_session_draft_can_open_it(after: After) -> None:
    cast = after.cast
    save_session.save_draft(cast.priya.actor, after.meeting, after.typed(note="Mine."))
    for outsider in (cast.sam, cast.owen, cast.daniel, cast.margaret, cast.alex):
        with pytest.raises(NotFound):
            after_session.open_after(outsider.actor, after.meeting, unapproved_too=True)
        with pytest.raises(NotFound):
            save_session.save(
                outsider.actor,
                after.meeting,
                uuid4(),
                after.typed(attendance="attended"),
                unapproved_too=True,
            )
    cast.priya.hands_over(cast.sam, cast.daniel)
    assert after.opens(cast.daniel).draft is None


def test_any_library_activity_can_be_set_after_a_session(
    after: After,
) -> None:
    after.saves(
        attendance="attended",
        work=after.work(OWN),
        questions=QuickWork("Questions from Priya", "For you.", "How was the walk?"),
    )
    other = str(after.opens().offers[0].version.id)
    after.saves(work=replace(after.work(LIBRARY), from_library=other))
    after.saves(work=replace(after.work(NOTHING), why=""))
    assert [each.minutes for each in after.pieces if each.title == "Questions from Priya"] == [10]
    assert len(after.pieces) == 2


def test_invalid_choices_after_a_session_are_reported_beside_their_fields(after: After) -> None:
    due = after.opens().stored.shown["due"]
    for work, *problems in (
        (NextWork(LIBRARY, due=due, why="So."), ("library", "nothing_chosen")),
        (NextWork(LIBRARY, str(uuid4()), due=due, why="So."), ("library", "not_offered")),
        (NextWork("soon", due=due, why="So."), ("work", "not_offered")),
        (
            NextWork(str(uuid4()), due="", why=""),
            *(("due", "not_offered"), ("work", "not_offered"), ("why", "empty")),
        ),
        (NextWork("", why="Words without a choice."), ("work", "nothing_chosen")),
        (NextWork(OWN, due=due, why="So."), ("questions", "empty")),
        (replace(after.work(), where="At home"), ("when", "nothing_chosen")),
        (replace(after.work(), when="2026-11-30 evening"), ("when", "day_not_offered")),
    ):
        with pytest.raises(Rejected) as caught:
            after.saves(attendance="attended", work=work)
        refused(*problems, by=caught.value)
    with pytest.raises(Rejected) as caught:
        after.saves(attendance="attended", topics={"99": "covered"})
    with pytest.raises(Rejected) as caught:
        after.saves(attendance="attended", topics={"1": "finished"})
    refused(("mark-1", "not_offered"), by=caught.value)


def test_suggested_activities_match_the_planned_topics(
    after: After,
) -> None:
    first = after.opens().fitting
    assert len(first) == 2
    after.saves(attendance="attended", work=after.work())
    second = after.opens().fitting
    assert first[0].version.activity.id not in {each.version.activity.id for each in second}
    topics = {each.topic.id: each for each in after.opens().stored.plan.planned}
    other = next(
        each for each in after.opens().offers if each.version.activity.topic in topics and each not in second
    )
    topic = topics[other.version.activity.topic or ""]
    after.saves(topics={str(topic.number): "wants_more"})
    assert after.opens().fitting[0].version.activity.topic == topic.topic.id
    assert topic.number in {each.number for each in after.opens().at_hand}
