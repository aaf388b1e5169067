"""Test that saved phrases are private, encrypted, and deleted when their practitioner leaves."""

from uuid import UUID, uuid4

import pytest

from companion.domain.refusals import NotAllowed, NotFound, Rejected
from companion.services.work import phrases
from companion.services.work.review import Feedback, Insertion, insert_phrase, save_feedback
from companion.store.work.phrases import reviewing
from tests.cast import Cast
from tests.people import Staff

THANKS = "Thank you for this."


def keeps(who: Staff, words: str = THANKS) -> UUID:
    phrase_id = uuid4()
    phrases.keep(who.actor, phrase_id, words)
    return phrase_id


def kept(who: Staff) -> list[str]:
    return [each.words for each in phrases.reviewing(who.actor).phrases]


@pytest.fixture
def submission(cast: Cast) -> UUID:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    return cast.sam.submits(piece)


def test_saving_a_phrase_twice_stores_it_once(cast: Cast, submission: UUID) -> None:
    save_feedback(cast.priya.actor, submission, Feedback({"": "You noticed a lot."}, "", 0))
    cast.priya.releases(submission, whole="You noticed a lot.")
    assert kept(cast.priya) == []
    phrase = keeps(cast.priya)
    phrases.keep(cast.priya.actor, phrase, THANKS)
    assert kept(cast.priya) == [THANKS]


def test_only_the_author_can_see_or_remove_saved_phrases(cast: Cast) -> None:
    phrase = keeps(cast.priya)
    assert kept(cast.daniel) == []
    with pytest.raises(NotFound):
        phrases.remove(cast.daniel.actor, phrase)
    for other in (cast.margaret, cast.sam):
        with pytest.raises(NotFound):
            phrases.reviewing(other.actor)
        with pytest.raises(NotFound):
            phrases.keep(other.actor, uuid4(), THANKS)
    phrases.remove(cast.priya.actor, phrase)
    assert kept(cast.priya) == []


def test_a_practitioner_can_save_at_most_twenty_phrases(cast: Cast) -> None:
    for number in range(20):
        keeps(cast.priya, f"Phrase {number}.")
    with pytest.raises(NotAllowed):
        keeps(cast.priya)
    assert len(kept(cast.priya)) == 20


def test_a_phrase_is_inserted_after_the_typed_feedback(cast: Cast, submission: UUID) -> None:
    phrase = keeps(cast.priya)
    typed = Feedback({"the-week": "You walked."}, "", 0)
    insert_phrase(cast.priya.actor, submission, typed, Insertion(phrase, "the-week"))
    found = cast.priya.reads(submission).submission
    assert found.comments == {"the-week": f"You walked.\n{THANKS}"} and found.outcome is None
    phrases.remove(cast.priya.actor, phrase)
    assert cast.priya.reads(submission).submission.comments == found.comments


def test_practitioners_can_insert_only_their_own_saved_phrases_into_feedback(
    cast: Cast, submission: UUID
) -> None:
    others = keeps(cast.daniel)
    for phrase_id in (others, uuid4(), None):
        with pytest.raises(Rejected):
            insert_phrase(cast.priya.actor, submission, Feedback({}, "", 0), Insertion(phrase_id, "the-week"))
    assert cast.priya.reads(submission).submission.comments == {}


def test_a_phrase_that_would_make_a_comment_too_long_is_refused(cast: Cast, submission: UUID) -> None:
    phrase, typed = keeps(cast.priya), Feedback({"": "x" * 4990}, "", 0)
    with pytest.raises(Rejected):
        insert_phrase(cast.priya.actor, submission, typed, Insertion(phrase, ""))


def test_saved_phrases_are_deleted_when_their_author_leaves(cast: Cast) -> None:
    keeps(cast.priya)
    keeps(cast.daniel)
    cast.alex.marks_as_left(cast.priya)
    with cast.store.reading() as tx:
        assert reviewing(tx, cast.priya.viewer).phrases == ()
        assert len(reviewing(tx, cast.daniel.viewer).phrases) == 1


def test_each_practitioner_can_switch_single_key_shortcuts_off(cast: Cast) -> None:
    assert phrases.reviewing(cast.priya.actor).keys
    phrases.choose_keys(cast.priya.actor, on=False)
    assert not phrases.reviewing(cast.priya.actor).keys and phrases.reviewing(cast.daniel.actor).keys
    phrases.choose_keys(cast.priya.actor, on=True)
    assert phrases.reviewing(cast.priya.actor).keys
