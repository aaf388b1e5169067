"""Test that typed text can't affect the display of other text."""

import sys
import unicodedata

import pytest

from companion.domain.activities.schema_errors import unreadable
from companion.domain.refusals import Rejected
from companion.domain.text import (
    MOST_IN_A_ROW,
    MOST_MARKS,
    SHRINKS,
    clean,
    composed,
    stream_safe,
    tidy,
    without_hidden,
)

PILE = "\N{COMBINING TILDE OVERLAY}"


def test_characters_that_reverse_the_following_text_are_removed() -> None:
    for turning in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        assert tidy(f"Sam{turning} wrote") == "Sam wrote"
    assert tidy("\u05e9\u05dc\u05d5\u05dd\u200f!") == "\u05e9\u05dc\u05d5\u05dd\u200f!"


def test_characters_that_reverse_text_are_refused_in_an_activity_file() -> None:
    found = list(unreadable({"title": "My week\u202e", "ask": "How was it?"}))
    assert [(each.key, each.at) for each in found] == [("hidden_characters", ("title",))]


def test_only_characters_that_cannot_be_displayed_are_removed() -> None:
    gone = {number for number in range(0x10000) if not without_hidden(chr(number))}
    controls = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
    assert gone == controls | {*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF}


@pytest.mark.parametrize("hidden", ["\x00", "\x85", "\ud800", "\ufffe", "\uffff", "\U0001fffe", "\ufdd0"])
def test_invisible_characters_are_reported_and_can_be_removed(hidden: str) -> None:
    assert without_hidden(f"a{hidden}b") == "ab"
    with pytest.raises(Rejected, match="hidden_characters"):
        clean(f"a{hidden}b", 10, "words")


@pytest.mark.parametrize("real", ["a\nb\tc", "\ufffd", "\ufdcf", "\U0010fffd"])
def test_line_breaks_and_tabs_and_neighbours_of_invisible_characters_are_kept(
    real: str,
) -> None:
    assert without_hidden(real) == real == clean(real, 10, "words")


@pytest.mark.parametrize("between", ["", "\N{ZERO WIDTH JOINER}", "\N{WORD JOINER}"])
def test_many_combining_marks_on_one_character_are_refused_or_reduced(between: str) -> None:
    piled = "a" + (PILE + between) * (MOST_MARKS + 1)
    with pytest.raises(Rejected):
        clean(piled, 100, "words")
    assert without_hidden(piled).count(PILE) == MOST_MARKS
    assert clean(without_hidden(piled), 100, "words")


@pytest.mark.parametrize(
    "word",
    [
        "Vi\u1ec7t",
        "\u05d1\u05bc\u05b0\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u0596\u05d9\u05ea",
        "\u0628\u0650\u0633\u0652\u0645\u0650",
        "\u0915\u094d\u0937\u0947\u0924\u094d\u0930",
        "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48",
        "\u0f66\u0f92\u0fb2\u0f74\u0f56",
        "\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    ],
)
def test_words_in_many_languages_are_kept_unchanged(word: str) -> None:
    assert clean(word, 100, "words") == unicodedata.normalize("NFC", word)


FORMS = ("NFC", "NFKC", "NFKD")
"""All the Unicode normalisation forms in which text may be stored or compared."""


def moves(character: str) -> bool:
    """Return whether Unicode normalisation can reorder this character or its accent."""
    parts = {unicodedata.normalize(form, character)[0] for form in ("NFD", "NFKD")}
    return any(map(unicodedata.combining, parts))


EVERY = [chr(number) for number in range(sys.maxunicode + 1)]
MADE_OF_OTHERS = [c for c in EVERY if unicodedata.decomposition(c)]


def test_normalising_reorders_only_a_limited_number_of_consecutive_characters() -> None:
    """Check every character in this Python version's Unicode tables."""
    moved = {c for c in EVERY if unicodedata.combining(c)} | set(filter(moves, MADE_OF_OTHERS))
    rows = stream_safe("\n".join(c * (MOST_IN_A_ROW + 1) for c in sorted(moved))).split("\n")
    assert {len(row) for row in rows} == {MOST_IN_A_ROW}
    others = "".join(c for c in EVERY if c not in moved)
    assert stream_safe(others) == others


def test_only_the_first_thirty_combining_marks_in_a_row_are_kept() -> None:
    for marks in ("\u0315\u0300", "\u0f73\u0f71", "\uff9e\u0300"):
        many = "a" + marks * MOST_IN_A_ROW
        some = many[: MOST_IN_A_ROW + 1]
        assert (
            stream_safe(f"{some}b{some}") == f"{some}b{some}"
            and stream_safe(f"{many}b{many}") == f"{some}b{some}"
        )
        for form in FORMS:
            once = composed(many, form)
            assert once == stream_safe(unicodedata.normalize(form, some)) == composed(once, form)


def test_too_many_combining_marks_are_refused_instead_of_silently_removed() -> None:
    with pytest.raises(Rejected, match="hidden_characters"):
        clean("\u1100" + "\u302e" * (MOST_IN_A_ROW + 1), 100, "words")


def test_a_text_that_is_short_enough_after_normalising_is_accepted() -> None:
    """Normalising joins at most ``SHRINKS`` characters into one."""
    assert max(len(unicodedata.normalize("NFD", c)) for c in MADE_OF_OTHERS) == SHRINKS
    with pytest.raises(Rejected, match="too_long"):
        clean("\u1faf" * 11, 10, "words")
    assert len(clean(unicodedata.normalize("NFD", "\u1faf" * 10), 10, "words")) == 10


LETTERS = {
    "Hindi": "\u092e\u0948\u0902\u0928\u0947 \u0928\u0926\u0940 ",
    "Arabic": "\u0643\u064e\u062a\u064e\u0628\u0652\u062a\u064f \u0631\u0650\u0633\u0627\u0644\u064b\u0651 ",
    "Hebrew": "\u05d1\u05bc\u05b0\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u0596\u05d9\u05ea ",
    "Vietnamese": unicodedata.normalize("NFD", "Vi\u1ec7t Nam \u0111\u1ea5t n\u01b0\u1edbc "),
    "emoji": "\U0001f469\u200d\U0001f467 \u2764\ufe0f ",
    "Thai": "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48\u0e19\u0e49\u0e33 ",
}


@pytest.mark.parametrize("language", LETTERS)
def test_a_long_text_in_any_language_is_kept_unchanged(language: str) -> None:
    letter = (LETTERS[language] * 5000)[:5000].strip()
    assert clean(letter, 5000, "words") == unicodedata.normalize("NFC", letter)
