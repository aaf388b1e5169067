"""Test that five submitted evaluations don't reveal who gave which answer."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import inspect, select

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.evaluation.evaluation import Batch, QuestionKind, in_order, summed
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.act import Actor
from companion.services.evaluation import give, questions
from companion.services.evaluation.give import EvaluationForm, EvaluationOffer
from companion.store.accounts.passphrases import Hasher
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments.enrolments import Enrolment
from companion.store.evaluation import evaluation
from companion.store.evaluation.evaluation import BatchRow, EvaluationDraftRow, WaitingRow
from tests.cast import Cast
from tests.fixtures import Clock
from tests.leavers import Leavers
from tests.people import Participant
from tests.stored import stored


@pytest.fixture
def leavers(cast: Cast, hasher: Hasher) -> Leavers:
    return Leavers(cast, hasher)


def standing(who: Participant, *, unapproved_too: bool = True) -> EvaluationOffer:
    with who.cast.store.reading() as tx:
        return give.standing(tx, who.viewer, unapproved_too=unapproved_too)


def types(who: Participant, tab: str = "one", seen: int = 0, **answers: str) -> int:
    form = {f"answer-{name}": [said] for name, said in answers.items()}
    typed = EvaluationForm(standing(who).number, seen, tab, form)
    return give.save(who.actor, typed, unapproved_too=True).revision


def gives(who: Participant, seen: int, number: int = 0) -> None:
    give.give(who.actor, number, seen, unapproved_too=True)


def page(cast: Cast) -> list[Batch]:
    return give.read(cast.margaret.actor)


def rows(cast: Cast, table: type[WaitingRow | BatchRow | EvaluationDraftRow]) -> int:
    with cast.store.reading() as tx:
        return len(tx.scalars(select(table)).all())


@pytest.mark.parametrize("state", [PathwayState.COMPLETED, PathwayState.ENDED_EARLY])
def test_only_people_who_have_finished_the_programme_can_give_an_evaluation(
    leavers: Leavers, state: PathwayState
) -> None:
    who = leavers.arrives()
    assert standing(who).questions is None
    with pytest.raises(NotAllowed, match="no_evaluation"):
        types(who, clear="4")
    leavers.leaves(who, state)
    assert standing(who).questions
    leavers.leaves(who, PathwayState.REVIEWS)
    leavers.leaves(who, PathwayState.CLOSED)
    leavers.says(who, clear=4)
    assert standing(who) == EvaluationOffer(given=True)


def test_only_approved_evaluation_questions_are_asked_outside_the_demo(cast: Cast, leavers: Leavers) -> None:
    who = leavers.leaves(leavers.arrives())
    assert standing(who, unapproved_too=False).questions is None
    typed = EvaluationForm(0, 0, "one", {"answer-clear": ["4"]})
    with pytest.raises(NotAllowed, match="no_evaluation"):
        give.save(who.actor, typed, unapproved_too=False)
    questions.approve(cast.margaret.actor, 0)
    approved = standing(who, unapproved_too=False)
    assert (approved.number, approved.questions) == (1, standing(who).questions)
    questions.add(cast.margaret.actor, who.enrolment_id, "text", ("What else?", "", ""))
    assert standing(who, unapproved_too=False) == approved


def test_two_windows_cannot_silently_overwrite_each_others_evaluation(leavers: Leavers) -> None:
    who = leavers.leaves(leavers.arrives())
    seen = types(who, clear="4", better="More tea")
    draft = standing(who).draft
    assert draft and draft.typed == {"answer-clear": ["4"], "answer-better": ["More tea"]}
    assert types(who, clear="4", better="More tea", tab="two") == seen
    with pytest.raises(ChangedElsewhere):
        types(who, clear="5", tab="two", seen=seen - 1)
    seen = types(who, clear="5", tab="two", seen=seen)
    with pytest.raises(ChangedElsewhere):
        gives(who, seen - 1)
    gives(who, seen)


def test_an_invalid_evaluation_stays_a_draft(cast: Cast, leavers: Leavers) -> None:
    who = leavers.leaves(leavers.arrives())
    for wrong in ({"clear": ""}, {"clear": "6"}, {"better": "x" * 2001}):
        seen = types(who, tab="one", seen=0, **wrong)
        with pytest.raises(Rejected):
            gives(who, seen)
    assert (rows(cast, WaitingRow), standing(who).given) == (0, False)


def test_a_submitted_evaluation_cannot_be_traced_to_its_author(cast: Cast, leavers: Leavers) -> None:
    who = leavers.leaves(leavers.arrives())
    seen = types(who, clear="4", better="More tea")
    gives(who, seen)
    gives(who, seen)
    assert standing(who) == EvaluationOffer(given=True)
    assert (rows(cast, EvaluationDraftRow), rows(cast, WaitingRow)) == (0, 1)
    with pytest.raises(NotAllowed, match="evaluation_given"):
        types(who, clear="1")
    for table in (WaitingRow, BatchRow):
        columns = {column.name for column in inspect(table).columns}
        assert columns <= {"id", "number", "content"}
    with cast.store.reading() as tx:
        assert tx.get_one(Enrolment, who.enrolment_id).evaluated
        waiting = tx.scalars(select(WaitingRow)).one()
        recorded = tx.scalars(select(AuditEntry).where(AuditEntry.event == Event.EVALUATION_GIVEN)).all()
    assert [entry.enrolment_id for entry in recorded] == [who.enrolment_id]
    assert waiting.id not in {entry.subject_id for entry in recorded}


def test_if_evaluation_questions_have_changed_participants_see_the_new_ones_before_sending_answers(
    cast: Cast, leavers: Leavers
) -> None:
    who = leavers.leaves(leavers.arrives())
    seen = types(who, clear="4")
    questions.approve(cast.margaret.actor, 0)
    with pytest.raises(ChangedElsewhere):
        gives(who, seen)
    gives(who, seen, number=1)


def test_only_a_lead_can_read_evaluations(cast: Cast) -> None:
    assert page(cast) == []
    for other in (cast.priya, cast.alex, cast.sam):
        with pytest.raises(NotFound):
            give.read(other.actor)
    with cast.store.reading() as tx:
        looked = tx.scalars(
            select(AuditEntry.actor_id).where(AuditEntry.event == Event.EVALUATION_READ)
        ).all()
    assert looked == [cast.margaret.viewer.account_id]


def test_a_batch_of_five_evaluations_stores_nothing_about_individuals(cast: Cast, leavers: Leavers) -> None:
    people = list(leavers.many(11))
    chance = random.Random(5)
    said = [{"clear": chance.randint(1, 5), "better": f"Text {number}"} for number in range(len(people))]
    pages = []
    for who, answers in zip(people, said, strict=True):
        leavers.says(who, **answers)
        pages.append(page(cast))
    assert [len(each) for each in pages] == [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]
    assert all(later[-len(before) :] == before for before, later in pairwise(pages) if before)
    for batch, five in zip(reversed(pages[-1]), (said[:5], said[5:10]), strict=True):
        counted = {table.question.id: table.counts for table in batch.tables}
        assert counted["clear"] == (*(sum(a["clear"] == step for a in five) for step in range(1, 6)), 0)
        assert counted["respected"] == (0, 0, 0, 0, 0, 5)
        texts = {each.question.id: each.texts for each in batch.texts}
        assert sorted(texts["better"]) == sorted(str(a["better"]) for a in five)
    assert (rows(cast, WaitingRow), rows(cast, BatchRow)) == (1, 2)
    whole = " ".join(repr(each) for each in stored(cast.store, "audit_entries").values())
    with cast.store.reading() as tx:
        made = tx.scalars(select(AuditEntry).where(AuditEntry.event == Event.EVALUATIONS_GATHERED)).all()
    assert "Text" not in whole
    assert {(entry.subject_id, entry.enrolment_id, entry.actor_id, entry.detail) for entry in made} == {
        (None, None, None, "")
    }


def test_evaluations_with_different_questions_can_be_in_the_same_batch(cast: Cast, leavers: Leavers) -> None:
    """A question that fewer than five people were asked isn't shown."""
    people = list(leavers.many(5))
    leavers.says(people[0], clear=5, respected=4)
    words = ("Was everything clear?", "No", "Yes")
    questions.reword(cast.margaret.actor, "clear", 0, words)
    for who in people[1:]:
        leavers.says(who, clear=1, respected=4)
    (batch,) = page(cast)
    tables = {table.question.id: table.counts for table in batch.tables}
    assert "clear" not in tables and tables["respected"] == (0, 0, 0, 5, 0, 0)
    assert [table.people for table in summed([batch], in_order([], []))] == [5] * len(tables)


def test_two_evaluations_given_at_the_same_time_are_both_shown_to_leads(cast: Cast, leavers: Leavers) -> None:
    people = list(leavers.many(5))
    for who in people[:3]:
        leavers.says(who, clear=3)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: leavers.says(who, clear=3), people[3:]))
    give.gather(cast.store, cast.now)
    assert [batch.people for batch in page(cast)] == [5]
    assert give.gather(cast.store, cast.now) == 0
    assert rows(cast, WaitingRow) == 0


def test_a_lead_approves_each_version_of_the_evaluation_questions(cast: Cast, clock: Clock) -> None:
    store, margaret = cast.store, cast.margaret.viewer
    questions.move(Actor(store, margaret, cast.now), "clear", 0, "down")
    questions.retire(Actor(store, margaret, cast.now), "better", 1, retired=True)
    questions.retire(Actor(store, margaret, cast.now), "better", 0, retired=True)
    with pytest.raises(ChangedElsewhere):
        questions.reword(Actor(store, cast.ruth.viewer, cast.now), "clear", 1, ("Other words?", "No", "Yes"))
    for other in (cast.priya, cast.sam):
        with pytest.raises(NotFound):
            questions.approve(Actor(store, other.viewer, cast.now), 2)
    with pytest.raises(NotFound):
        questions.move(Actor(store, margaret, cast.now), "no-such-question", 2, "up")
    clock.forward(hours=1)
    with pytest.raises(ChangedElsewhere):
        questions.approve(Actor(store, margaret, cast.now), 1)
    for _ in range(2):
        questions.approve(Actor(store, margaret, cast.now), 2)
    with store.reading() as tx:
        newest = evaluation.newest(tx)
        approvals = tx.scalars(
            select(AuditEntry).where(AuditEntry.event == Event.EVALUATION_QUESTIONS_APPROVED)
        ).all()
    assert (newest.number, newest.made_by, newest.approved_by) == (2, "Margaret", "Margaret")
    assert newest.made_at and newest.approved_at == newest.made_at + timedelta(hours=1)
    assert [each.id for each in newest.questions.asked][:2] == ["respected", "clear"]
    assert {each.kind for each in newest.questions.asked} == set(QuestionKind)
    assert len(approvals) == 1


def test_adding_an_evaluation_question_twice_adds_it_once(cast: Cast) -> None:
    for _ in range(2):
        new_id = cast.sam.enrolment_id
        questions.add(cast.margaret.actor, new_id, "text", ("What else?", "", ""))
    with cast.store.reading() as tx:
        assert [each.ask for each in evaluation.newest(tx).questions.asked].count("What else?") == 1
