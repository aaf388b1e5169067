"""Test that suggested passphrases use only listed words and follow the passphrase rules."""

import pytest

from companion.content import passphrase_words
from companion.domain.accounts.suggested_passphrase import WORDS, is_suggestion, suggested_passphrase
from companion.domain.people import PASSPHRASE_MOST, typed_passphrase
from companion.domain.refusals import Rejected

LISTS = ("en", "cy")
COMMONEST = {"en": "brown white hill first fox", "cy": "brown lori craig marina radio"}
"""For each language, five words of our list that zxcvbn ranks among the most common words."""


@pytest.mark.parametrize("language", LISTS)
def test_every_suggested_passphrase_is_allowed_whatever_the_owners_name(language: str) -> None:
    words = passphrase_words(language)
    drawn = [suggested_passphrase(words) for _ in range(120)]
    assert len({*drawn}) == 120
    for each in drawn:
        parts = each.split(" ")
        assert len({*parts}) == WORDS and {*parts} <= {*words}
        assert typed_passphrase(each, parts) == each


@pytest.mark.parametrize("language", LISTS)
def test_suggested_passphrases_are_accepted_even_if_all_their_words_are_short_or_very_common(
    language: str,
) -> None:
    words = sorted(passphrase_words(language), key=len)
    assert {*COMMONEST[language].split()} <= {*words}
    for each in (" ".join(words[:WORDS]), " ".join(words[-WORDS:]), COMMONEST[language]):
        assert typed_passphrase(each, each.split()) == each


def test_a_suggested_passphrase_that_breaks_the_rules_is_replaced() -> None:
    short, long = [*"abcdefghij"], ["windmill", "accordion"]
    with pytest.raises(Rejected):
        typed_passphrase(" ".join(short[:WORDS]), [])
    for _ in range(50):
        assert typed_passphrase(suggested_passphrase(short + long), [])


@pytest.mark.parametrize(
    ("passphrase", "suggested"),
    [
        ("apple barn cello dune easel", True),
        ("apple barn cello dune", False),
        ("apple barn cello dune easel ferry", False),
        ("apple barn cello dune Robin", False),
        ("apple  barn cello dune", False),
        ("", False),
        (" " * PASSPHRASE_MOST, False),
    ],
)
def test_only_passphrases_that_companion_can_generate_count_as_suggested(
    passphrase: str, suggested: bool
) -> None:
    assert is_suggestion(passphrase, ("apple", "barn", "cello", "dune", "easel", "ferry")) is suggested
