"""Test that feedback is saved as a draft and never overwritten silently. Test that only sent feedback is
shown to participants.
"""

from uuid import UUID

import pytest

from companion.domain.refusals import ChangedElsewhere, NotAllowed, Rejected
from companion.domain.work.work import Outcome
from companion.services.act import Actor
from companion.services.work.review import Feedback, save_feedback
from tests.cast import Cast


def handed_in(cast: Cast) -> tuple[UUID, UUID]:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    return piece, cast.sam.submits(piece)


def test_comments_in_a_feedback_draft_can_be_removed(cast: Cast) -> None:
    piece, submission = handed_in(cast)
    store, priya = cast.store, cast.priya.viewer
    seen = save_feedback(
        Actor(store, priya, cast.now), submission, Feedback({"": "Well done.", "the-week": "?"}, "", 0)
    ).revision
    save_feedback(Actor(store, priya, cast.now), submission, Feedback({"the-week": ""}, "", seen))
    assert cast.sam.work(piece).submissions[0].comments == {"": "Well done."}


def test_two_windows_cannot_overwrite_each_others_feedback(cast: Cast) -> None:
    piece, submission = handed_in(cast)
    save_feedback(cast.priya.actor, submission, Feedback({"": "First"}, "", 0))
    with pytest.raises(ChangedElsewhere):
        save_feedback(cast.priya.actor, submission, Feedback({"": "Second"}, "", 0))
    assert cast.sam.work(piece).submissions[0].comments == {"": "First"}


def test_empty_feedback_cannot_be_sent(cast: Cast) -> None:
    piece, submission = handed_in(cast)
    with pytest.raises(Rejected):
        cast.priya.releases(submission)
    with pytest.raises(Rejected):
        cast.priya.returns(submission, "  ")
    assert cast.sam.work(piece).submissions[0].outcome is None


def test_sent_feedback_never_changes(cast: Cast) -> None:
    piece, submission = handed_in(cast)
    cast.priya.releases(submission, whole="Thank you.")
    for act in (
        lambda: cast.priya.releases(submission, whole="Other words"),
        lambda: cast.priya.returns(submission, "Other reasons"),
    ):
        with pytest.raises(NotAllowed):
            act()
    submitted = cast.sam.work(piece).submissions[0]
    assert submitted.outcome is Outcome.RELEASED and submitted.comments == {"": "Thank you."}


def test_feedback_can_comment_only_on_answered_questions(cast: Cast) -> None:
    _, submission = handed_in(cast)
    with pytest.raises(Rejected):
        cast.priya.releases(submission, around_you="He was never asked this.")


def test_no_text_is_submitted_for_a_question_that_the_participant_would_rather_talk_about(
    cast: Cast,
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    cast.sam.answers(piece, "glad-of", "not for you yet", way="talk")
    assert cast.sam.work(piece).drafts["glad-of"].typed == {"answer": ["not for you yet"]}
    cast.sam.finishes(piece)
    review = cast.priya.reads(cast.sam.submits(piece))
    assert "not for you yet" not in str(review.submission)
