"""Phrases for feedback: short, few, and below what is written already."""

import pytest

from companion.domain.refusals import NotAllowed, Rejected
from companion.domain.work.phrases import PHRASE_MOST, PHRASES_MOST, new_phrase, with_phrase


@pytest.mark.parametrize("typed", ["", "   ", "x" * (PHRASE_MOST + 1), "x" * 5000])
def test_a_phrase_has_words_and_not_too_many(typed: str) -> None:
    with pytest.raises(Rejected) as rejected:
        new_phrase(typed, 0)
    assert [problem.field for problem in rejected.value.problems] == ["phrase"]


def test_there_are_as_many_as_are_found_at_a_glance() -> None:
    assert new_phrase(" Thank you. ", PHRASES_MOST - 1) == "Thank you."
    with pytest.raises(NotAllowed):
        new_phrase("Thank you.", PHRASES_MOST)


def test_a_phrase_goes_below_what_is_there() -> None:
    assert with_phrase("", "Thank you.") == with_phrase(" \n", "Thank you.") == "Thank you."
    assert with_phrase("You walked. \n", "Thank you.") == "You walked.\nThank you."
