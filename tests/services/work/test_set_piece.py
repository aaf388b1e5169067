"""Test opening, changing, replacing and withdrawing set work without losing typed text."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from companion.domain.activities.editing import About, with_about
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.domain.work.work import Stage
from companion.services.authoring import drafts
from companion.services.authoring.drafts import Seen
from companion.services.work import paper, set_piece
from companion.services.work.answers import send_answer
from companion.services.work.intention import OnePiece, TypedIntention, save_intention
from companion.services.work.paper import PaperForm
from companion.services.work.set_piece import CardChange, SetPiece
from companion.services.work.way import take_way
from companion.store.activities import library
from companion.store.caseloads.sort_keys import open_since
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.outbox import Notice, Outcome
from companion.store.work import piece_list
from companion.store.work.work import replaceable
from tests.cast import Cast
from tests.people import CARD, Staff
from tests.services.reminded import Postbox, rows, ticks, wants

WORDS = "We talked about it instead."


@pytest.fixture
def work(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "a-week-of-choices")


def at(cast: Cast, work: UUID) -> OnePiece:
    return OnePiece(work, cast.sam.enrolment_id)


def opens(cast: Cast, work: UUID) -> SetPiece:
    return set_piece.open_piece(cast.priya.actor, at(cast, work))


def withdraws(cast: Cast, work: UUID, words: str = WORDS, who: Staff | None = None) -> None:
    set_piece.withdraw((who or cast.priya).actor, at(cast, work), words)


def changes(cast: Cast, work: UUID, why: str, due: UUID | None = None, seen: int = 1) -> None:
    card = replace(CARD, why=why)
    due_id = due or opens(cast, work).work.due.id
    set_piece.change_card(cast.priya.actor, at(cast, work), CardChange(card, str(due_id), seen))


def adapts(cast: Cast, version_id: UUID, title: str) -> library.Version:
    """Adapt this version for Sam, change the title, and return the new version."""
    new_id = uuid4()
    drafts.adapt(cast.priya.actor, cast.sam.enrolment_id, version_id, new_id)
    return retitles(cast, new_id, title)


def retitles(cast: Cast, activity_id: UUID, title: str) -> library.Version:
    with cast.store.reading() as tx:
        before = drafts.newest(tx, cast.priya.viewer, activity_id)
    its = before.activity
    about = About(title, its.topic, its.minutes, its.introduction)
    seen = Seen(before.number, before.revision)
    drafts.change(cast.priya.actor, activity_id, seen, lambda each: with_about(each, about))
    with cast.store.reading() as tx:
        return drafts.newest(tx, cast.priya.viewer, activity_id)


def uses(cast: Cast, work: UUID, version_id: UUID | None) -> None:
    set_piece.use_version(cast.priya.actor, at(cast, work), version_id)


def test_the_page_about_set_work_shows_no_answers(cast: Cast, work: UUID) -> None:
    cast.sam.types(work, "the-week", "6")
    found = opens(cast, work)
    assert found.stage is Stage.IN_PROGRESS and found.work.card.why == CARD.why
    assert not found.work.answers and not found.work.drafts
    for other in (cast.daniel, cast.margaret):
        with pytest.raises(NotFound):
            set_piece.open_piece(other.actor, at(cast, work))
    with pytest.raises(NotFound):
        set_piece.open_piece(cast.sam.actor, at(cast, work))
    with pytest.raises(NotFound):
        set_piece.open_piece(cast.priya.actor, OnePiece(work, cast.owen.enrolment_id))


def test_several_changes_to_the_reason_and_date_of_set_work_cause_only_one_notice(
    cast: Cast, work: UUID
) -> None:
    wants(cast, cast.sam)
    ticks(cast, Postbox())
    later = cast.met(cast.sam.enrolment_id, days=-9)
    changes(cast, work, "You asked for more time.", later)
    changes(cast, work, "You asked for more time.", later)
    changes(cast, work, "You asked for more time, and for less of it.", later, seen=2)
    his = cast.sam.work(work)
    assert (his.card.why, his.card.revision) == ("You asked for more time, and for less of it.", 3)
    assert his.due.id == later and his.card.changed_at == cast.now
    outcomes = [outcome for _, outcome in rows(cast.store, Notice.WORK_CHANGED)]
    assert sorted(outcomes, key=str) == [None, Outcome.WITHDRAWN]


def test_changing_the_reason_for_work_in_two_windows_overwrites_neither_change_silently(
    cast: Cast, work: UUID
) -> None:
    changes(cast, work, "One window.")
    with pytest.raises(ChangedElsewhere):
        changes(cast, work, "Another window.")
    assert cast.sam.work(work).card.why == "One window."


def test_work_can_be_due_only_before_a_future_appointment(cast: Cast, work: UUID) -> None:
    with cast.store.reading() as tx:
        (other,) = appointments.appointments(tx, cast.owen.enrolment_id)
    for due in (cast.met(cast.sam.enrolment_id), other.id, uuid4()):
        with pytest.raises(Rejected):
            changes(cast, work, "Another day.", due)


def test_a_participants_answers_are_kept_after_the_work_is_withdrawn(cast: Cast, work: UUID) -> None:
    wants(cast, cast.sam)
    typed = TypedIntention("2026-11-25", "evening", "At the table", "", 0)
    save_intention(cast.sam.actor, OnePiece(work), typed)
    cast.sam.answers(work, "the-week", "6")
    cast.sam.types(work, "glad-of", "I walked")
    withdraws(cast, work)
    his = cast.sam.work(work)
    assert (his.withdrawn_by, his.withdrawn_words) == ("Priya", WORDS)
    assert set(his.answers) == {"the-week"} and his.drafts["glad-of"].typed == {"answer": ["I walked"]}
    assert cast.sam.stage(work) is Stage.WITHDRAWN
    with cast.store.reading() as tx:
        assert open_since(tx, [cast.sam.enrolment_id]) == {cast.sam.enrolment_id: []}
        assert tx.get_one(Enrolment, cast.sam.enrolment_id).due_from is None
    told = {notice: rows(cast.store, notice) for notice in (Notice.WORK_WITHDRAWN, Notice.WORK_INTENDED)}
    assert [outcome for _, outcome in told[Notice.WORK_WITHDRAWN]] == [None]
    assert [outcome for _, outcome in told[Notice.WORK_INTENDED]] == [Outcome.WITHDRAWN]


def test_withdrawing_work_twice_withdraws_it_once(cast: Cast, work: UUID) -> None:
    withdraws(cast, work)
    withdraws(cast, work)
    with pytest.raises(NotAllowed):
        withdraws(cast, work, "Other words.")
    assert cast.sam.work(work).withdrawn_words == WORDS
    assert len(rows(cast.store, Notice.WORK_WITHDRAWN)) == 1


def test_withdrawing_work_needs_a_reason(cast: Cast, work: UUID) -> None:
    for words in (" ", "x" * 1001):
        with pytest.raises(Rejected):
            withdraws(cast, work, words)
    assert cast.sam.stage(work) is Stage.NOT_STARTED


def test_an_answer_to_withdrawn_work_is_kept_as_a_draft(cast: Cast, work: UUID) -> None:
    answer, draft = cast.sam.typing(work, "the-week", "6"), cast.sam.typing(work, "glad-of", "I walked")
    withdraws(cast, work)
    with pytest.raises(NotAllowed) as refusal:
        send_answer(cast.sam.actor, work, answer, "answered")
    assert refusal.value.key == "withdrawn"
    his = cast.sam.work(work)
    assert his.drafts["the-week"].typed == {"answer": ["6"]} and not his.answers
    with pytest.raises(NotAllowed):
        send_answer(cast.sam.actor, work, draft, "answered")
    with pytest.raises(NotAllowed):
        cast.sam.submits(work)
    with pytest.raises(NotAllowed):
        save_intention(cast.sam.actor, OnePiece(work), TypedIntention("2026-11-25", "evening"))


def test_submitted_work_cannot_be_withdrawn_until_the_practitioner_has_asked_for_changes(
    cast: Cast, work: UUID
) -> None:
    cast.sam.finishes(work)
    submission = cast.sam.submits(work)
    with pytest.raises(NotAllowed):
        withdraws(cast, work)
    cast.priya.returns(submission, "Could you say more?")
    withdraws(cast, work)
    assert cast.sam.stage(work) is Stage.WITHDRAWN
    assert cast.sam.work(work).submissions[0].words == "Could you say more?"


def test_work_cannot_be_withdrawn_after_the_participant_has_sent_the_two_minute_version(
    cast: Cast, work: UUID
) -> None:
    take_way(cast.sam.actor, work, short=True)
    cast.sam.finishes(work)
    cast.sam.submits(work)
    take_way(cast.sam.actor, work, short=False)
    assert not opens(cast, work).work.can_withdraw
    with pytest.raises(NotAllowed):
        withdraws(cast, work)


def test_work_cannot_be_both_withdrawn_and_marked_as_done_on_paper(cast: Cast, work: UUID) -> None:
    other = cast.priya.sets(cast.sam, "hopes-and-fears")
    sam, form = cast.sam.enrolment_id, PaperForm("2026-11-24", "")
    paper.mark_done(cast.priya.actor, sam, work, uuid4(), form)
    with pytest.raises(NotAllowed):
        withdraws(cast, work)
    withdraws(cast, other)
    with pytest.raises(NotAllowed):
        paper.mark_done(cast.priya.actor, sam, other, uuid4(), form)


def test_only_the_participants_own_practitioner_can_withdraw_work(cast: Cast, work: UUID) -> None:
    for other in (cast.daniel, cast.margaret):
        with pytest.raises(NotFound):
            withdraws(cast, work, who=other)
    with pytest.raises(NotFound):
        set_piece.withdraw(cast.sam.actor, at(cast, work), WORDS)
    assert cast.sam.stage(work) is Stage.NOT_STARTED


def test_unstarted_work_can_be_replaced_with_an_adapted_version(cast: Cast, work: UUID) -> None:
    copy = adapts(cast, opens(cast, work).version.id, "A week of mine")
    (offered,) = opens(cast, work).copies
    assert offered.id == copy.id
    with cast.store.reading() as tx:
        assert [each for each, _ in replaceable(tx, copy)] == [work]
    uses(cast, work, copy.id)
    uses(cast, work, copy.id)
    assert cast.sam.work(work).activity.title == "A week of mine"
    further = retitles(cast, copy.activity_id, "My week")
    assert further.id != copy.id  # the adapted version has been set and therefore never changes
    uses(cast, work, further.id)
    assert cast.sam.work(work).activity.title == "My week"


def test_started_work_cannot_be_replaced(cast: Cast, work: UUID) -> None:
    copy = adapts(cast, opens(cast, work).version.id, "A week of mine")
    cast.sam.types(work, "the-week", "6")
    assert not opens(cast, work).can_adapt
    with pytest.raises(NotAllowed) as refusal:
        uses(cast, work, copy.id)
    assert refusal.value.key == "work_begun"
    with cast.store.reading() as tx:
        assert replaceable(tx, copy) == []


def test_set_work_can_be_replaced_only_by_another_version_of_its_activity(cast: Cast, work: UUID) -> None:
    with cast.store.reading() as tx:
        other = next(each for each in library.newest_versions(tx) if each.activity.id == "hopes-and-fears")
    copy = adapts(cast, other.id, "Hopes of mine")
    for version_id in (other.id, copy.id, None):
        with pytest.raises(Rejected):
            uses(cast, work, version_id)
    with pytest.raises(NotFound):
        uses(cast, work, uuid4())


def test_lists_that_must_not_show_private_titles_show_adapted_work_under_the_library_activitys_title(
    cast: Cast, work: UUID
) -> None:
    title = cast.sam.work(work).activity.title
    uses(cast, work, adapts(cast, opens(cast, work).version.id, "Sam's week").id)
    with cast.store.reading() as tx:
        those = piece_list.pieces(tx, [cast.sam.enrolment_id], own_titles=False)[cast.sam.enrolment_id]
    assert [each.title for each in those] == [title]
