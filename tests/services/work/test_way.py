"""Test sending the two-minute version of work and continuing with the full version."""

from uuid import UUID

import pytest

from companion.domain.refusals import ChangedElsewhere, NotAllowed
from companion.domain.work.work import Piece, Stage, Work
from companion.services.work.answer_drafts import AnswerForm
from companion.services.work.answers import send_answer
from companion.services.work.review import Feedback, open_submission, return_work
from companion.services.work.way import take_way
from companion.store.enrolments.enrolments import Enrolment
from companion.store.work import piece_list
from tests.cast import Cast


@pytest.fixture
def work(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "a-week-of-choices")


def says(cast: Cast, work: UUID, prompt: str, *answer: str, short: bool, seen: int = 0) -> None:
    form = AnswerForm(prompt, seen, 0, "one", {"answer": list(answer)}, short=short)
    send_answer(cast.sam.actor, work, form, "answered")


def sent(cast: Cast, work: UUID) -> UUID:
    take_way(cast.sam.actor, work, short=True)
    says(cast, work, "the-week", "9", short=True)
    says(cast, work, "glad-of", "Tea", short=True)
    says(cast, work, "next-week", "A walk on Sunday", short=True)
    return cast.sam.submits(work)


def piece(cast: Cast, work: UUID) -> Piece:
    with cast.store.reading() as tx:
        found = piece_list.pieces(tx, [cast.sam.enrolment_id])[cast.sam.enrolment_id]
    return next(each for each in found if each.id == work)


def now(cast: Cast, work: UUID) -> Work:
    return cast.sam.work(work)


def test_answering_the_questions_of_the_two_minute_version_finishes_that_version(
    cast: Cast, work: UUID
) -> None:
    submission = sent(cast, work)
    whole = now(cast, work)
    assert whole.is_submitted and whole.last and whole.last.short
    assert [each.prompt_id for each in whole.last.said] == ["the-week", "glad-of", "next-week"]
    listed = piece(cast, work)
    assert listed.stage is Stage.SUBMITTED and listed.short and not listed.to_do and listed.most_left == 0
    with cast.store.reading() as tx:
        assert tx.get_one(Enrolment, cast.sam.enrolment_id).due_from is None  # nothing is overdue
    assert open_submission(cast.priya.actor, submission).submission.short


def test_a_participant_who_has_sent_the_two_minute_version_can_go_on_to_send_the_full_version(
    cast: Cast, work: UUID
) -> None:
    sent(cast, work)
    take_way(cast.sam.actor, work, short=False)
    going = now(cast, work)
    assert going.carrying_on and going.can_answer and going.round == 2
    listed = piece(cast, work)
    assert listed.stage is Stage.SUBMITTED and listed.carrying_on and not listed.to_do
    assert going.conversation.next_prompt and going.conversation.next_prompt.id == "made-possible"
    cast.sam.finishes(work)
    second = cast.sam.submits(work)
    done = now(cast, work)
    assert [each.short for each in done.submissions] == [True, False] and done.is_submitted
    open_submission(cast.priya.actor, second)
    with cast.store.reading() as tx:
        assert tx.get_one(Enrolment, cast.sam.enrolment_id).unread_since is None  # both rounds have been read


def test_a_participant_can_return_to_the_two_minute_version(cast: Cast, work: UUID) -> None:
    sent(cast, work)
    take_way(cast.sam.actor, work, short=False)
    take_way(cast.sam.actor, work, short=True)
    assert now(cast, work).is_submitted
    with pytest.raises(NotAllowed):
        says(cast, work, "harder", "none", short=False)


def test_answering_the_full_and_the_two_minute_version_in_two_tabs_loses_no_answer(
    cast: Cast, work: UUID
) -> None:
    take_way(cast.sam.actor, work, short=True)
    says(cast, work, "the-week", "9", short=True)
    # this answer was typed on an older page with the full version
    says(cast, work, "glad-of", "Tea", short=False)
    says(cast, work, "made-possible", "planned", short=False)
    assert not now(cast, work).short
    says(cast, work, "glad-of", "Tea", "A walk", short=True, seen=1)
    both = now(cast, work)
    assert both.short and {"the-week", "glad-of", "made-possible"} == set(both.answers)
    assert [turn.prompt.id for turn in both.conversation.turns] == ["the-week", "glad-of"]


def test_an_old_page_cannot_reopen_work_after_its_two_minute_version_has_been_sent(
    cast: Cast, work: UUID
) -> None:
    sent(cast, work)
    with pytest.raises(NotAllowed):
        says(cast, work, "made-possible", "planned", short=False)
    assert now(cast, work).is_submitted


def test_an_activity_has_a_two_minute_version_only_if_some_prompts_are_marked_for_it(cast: Cast) -> None:
    older = cast.priya.sets(cast.sam, "preparing-disclosure")  # none of this activity's prompts is marked
    with pytest.raises(NotAllowed):
        take_way(cast.sam.actor, older, short=True)
    assert not now(cast, older).has_short


def test_work_already_submitted_in_full_cannot_be_submitted_as_the_two_minute_version(
    cast: Cast, work: UUID
) -> None:
    cast.sam.finishes(work)
    cast.sam.submits(work)
    with pytest.raises(NotAllowed):
        take_way(cast.sam.actor, work, short=True)


def test_a_practitioner_cannot_ask_for_changes_to_an_older_submission(cast: Cast, work: UUID) -> None:
    first = sent(cast, work)
    take_way(cast.sam.actor, work, short=False)
    cast.sam.finishes(work)
    cast.sam.submits(work)
    with pytest.raises(ChangedElsewhere):
        return_work(cast.priya.actor, first, Feedback({}, "Could you say more?", 0))
