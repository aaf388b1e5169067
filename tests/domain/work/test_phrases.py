"""Test the length, number and insertion of saved feedback phrases."""

import pytest

from companion.domain.refusals import NotAllowed, Rejected
from companion.domain.work.phrases import PHRASE_MOST, PHRASES_MOST, new_phrase, with_phrase


@pytest.mark.parametrize("typed", ["", "   ", "x" * (PHRASE_MOST + 1), "x" * 5000])
def test_an_empty_or_too_long_feedback_phrase_is_refused(typed: str) -> None:
    with pytest.raises(Rejected) as rejected:
        new_phrase(typed, 0)
    assert [problem.field for problem in rejected.value.problems] == ["phrase"]


def test_the_number_of_feedback_phrases_is_limited() -> None:
    assert new_phrase(" Thank you. ", PHRASES_MOST - 1) == "Thank you."
    with pytest.raises(NotAllowed):
        new_phrase("Thank you.", PHRASES_MOST)


def test_a_phrase_is_inserted_below_the_existing_feedback() -> None:
    assert with_phrase("", "Thank you.") == with_phrase(" \n", "Thank you.") == "Thank you."
    assert with_phrase("You walked. \n", "Thank you.") == "You walked.\nThank you."
