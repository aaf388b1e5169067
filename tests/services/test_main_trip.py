"""Test the main workflow without a browser, from setting work to sending feedback."""

import pytest

from companion.domain.refusals import ChangedElsewhere, LeavesPath, NotAllowed, NotFound, Rejected
from companion.domain.work.work import Stage
from companion.services.work import answers
from companion.store.work import work
from tests.cast import Cast


def test_returned_work_can_be_answered_again_in_a_second_round(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    assert cast.sam.stage(piece) is Stage.NOT_STARTED

    cast.sam.answers(piece, "the-week", "6")
    assert cast.sam.stage(piece) is Stage.IN_PROGRESS
    cast.sam.finishes(piece, {"glad-of": ["I walked instead of going online"]})
    first = cast.sam.submits(piece)
    assert cast.sam.stage(piece) is Stage.SUBMITTED

    review = cast.priya.reads(first)
    assert ("glad-of", ["I walked instead of going online"]) in [
        (said.prompt_id, said.value) for said in review.submission.said
    ]
    assert cast.sam.stage(piece) is Stage.READ

    cast.priya.returns(first, "Could you say more about the walk?", glad_of="Where did you go?")
    assert cast.sam.stage(piece) is Stage.RETURNED
    cast.sam.answers(piece, "glad-of", "I walked to the bridge and back")
    second = cast.sam.submits(piece)
    assert cast.sam.work(piece).round == 2

    cast.priya.releases(second, whole="Thank you.")
    done = cast.sam.work(piece)
    assert cast.sam.stage(piece) is Stage.ANSWERED
    assert done.submissions[0].answers["glad-of"].value == ["I walked instead of going online"]
    assert done.submissions[1].answers["glad-of"].value == ["I walked to the bridge and back"]
    assert done.submissions[1].comments[""] == "Thank you."


def test_only_a_participant_and_their_practitioner_can_open_the_work(
    cast: Cast,
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    for outsider in (cast.idris, cast.owen, cast.daniel, cast.margaret, cast.alex):
        with cast.store.reading() as tx, pytest.raises(NotFound):
            work.find(tx, outsider.viewer, piece)
    for stranger in (cast.daniel, cast.margaret, cast.alex):
        with pytest.raises(NotFound):
            stranger.reads(submission)


def test_two_tabs_cannot_silently_overwrite_each_others_answer(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    tab_one = cast.sam.typing(piece, "the-week", "6", tab="one")
    tab_two = cast.sam.typing(piece, "the-week", "3", tab="two")
    answers.send_answer(cast.sam.actor, piece, tab_one, "answered")
    with pytest.raises(ChangedElsewhere):
        answers.send_answer(cast.sam.actor, piece, tab_two, "answered")
    assert cast.sam.work(piece).answers["the-week"].value == 6


def test_sending_the_same_answer_again_causes_no_conflict(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    typed = cast.sam.typing(piece, "the-week", "6")
    for _ in range(2):  # the first response was lost
        answers.send_answer(cast.sam.actor, piece, typed, "answered")
    assert cast.sam.work(piece).answers["the-week"].revision == 1


def test_a_refused_answer_is_kept_as_a_draft(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "2")
    cast.sam.answers(piece, "need-now", "rest")
    with pytest.raises(Rejected):
        cast.sam.answers(piece, "glad-of", "x" * 20_000)
    assert cast.sam.work(piece).drafts["glad-of"].typed == {"answer": ["x" * 20_000]}


def test_nothing_can_be_answered_after_submitting(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    cast.sam.submits(piece)
    for act in (lambda: cast.sam.answers(piece, "the-week", "1"), lambda: cast.sam.submits(piece)):
        with pytest.raises(NotAllowed):
            act()


def test_a_change_that_would_remove_later_answers_must_be_confirmed(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "2")
    cast.sam.answers(piece, "need-now", "rest")
    better = cast.sam.typing(piece, "the-week", "8")
    with pytest.raises(LeavesPath) as told:
        answers.send_answer(cast.sam.actor, piece, better, "answered")
    assert told.value.prompt_ids == ("need-now",)
    assert cast.sam.work(piece).answers["the-week"].value == 2

    answers.send_answer(cast.sam.actor, piece, better, "answered", ("need-now",))
    cast.sam.finishes(piece)
    assert "need-now" not in [
        said.prompt_id for said in cast.priya.reads(cast.sam.submits(piece)).submission.said
    ]
    assert cast.sam.work(piece).answers["need-now"].value == "rest"
