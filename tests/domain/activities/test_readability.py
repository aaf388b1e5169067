"""An activity's words: what is hard to read, and what Companion never says."""

import pytest

from companion.domain.activities.activity import Activity, read
from companion.domain.activities.readability import (
    AGE_MOST,
    ASKS_FOR_A_FILE,
    JUDGED_FROM,
    NEVER,
    NOT_ASKED,
    found,
    labels,
    reading_age,
    sentences,
    wording,
)
from tests.domain.planted import ASK, HARD, SOUND

PLAIN = "You can take your time. A walk can help you to think. What do you see on your way home today? "


def asking(ask: str, rest: str = "", **about: str) -> Activity:
    """Return the valid activity with another last question."""
    text = SOUND.replace(ASK, f"ask = '''{ask}'''\n{rest}")
    for name, value in about.items():
        text = text.replace("minutes = 5", f"minutes = 5\n{name} = '{value}'")
    return read(text.encode())


def keys(activity: Activity) -> list[tuple[str, str]]:
    return [(each.key, each.prompt) for each in wording(activity)]


def test_plain_words_are_found_plain() -> None:
    assert keys(asking("What will you do?", f"help = '''{PLAIN * 3}'''")) == []


@pytest.mark.parametrize(("words", "judged"), [(JUDGED_FROM - 5, False), (JUDGED_FROM - 4, True)])
def test_a_question_is_judged_together_with_its_help_and_from_thirty_words_on(
    words: int, judged: bool
) -> None:
    hard = " ".join(HARD.split()[:words])
    assert reading_age(hard) > AGE_MOST
    assert (("reading_age", "again") in keys(asking("What will you do?", f"help = '{hard}'"))) == judged


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("You can take your time.", 5 + 0.39 * 5 + 11.8 * 5 / 5 - 15.59),
        ("A habit, reconsidered. It’s *over*?", 5 + 0.39 * 5 / 2 + 11.8 * 8 / 5 - 15.59),
        ("## Two\n\n- Three\n- Four", 5 + 0.39 * 3 / 3 + 11.8 * 3 / 3 - 15.59),
    ],
)
def test_a_reading_age_is_the_grade_of_flesch_and_kincaid_and_five(text: str, age: float) -> None:
    assert reading_age(text) == pytest.approx(age)


@pytest.mark.parametrize(
    "text", ["– " * JUDGED_FROM, "? " * JUDGED_FROM, "\n" * JUDGED_FROM, "- " * JUDGED_FROM]
)
def test_a_text_without_words_is_not_hard_to_read(text: str) -> None:
    assert reading_age(text) == 0


def test_only_english_is_judged_for_how_easily_it_is_read() -> None:
    long = " ".join(["cerdded"] * 21) + "."
    assert keys(asking("Sut?", f"help = '{HARD} {long}'", language="cy")) == []


@pytest.mark.parametrize(("words", "found_long"), [(20, False), (21, True)])
def test_a_sentence_has_twenty_words_at_most(words: int, found_long: bool) -> None:
    ask = " ".join(["walk"] * words)
    assert (("long_sentence", "again") in keys(asking(f"{ask}?"))) == found_long


def test_items_of_a_list_and_paragraphs_are_sentences_of_their_own() -> None:
    assert sentences("One\n\n- Two\n- Three *four*. Five? Six") == [
        "One", "Two", "Three *four*.", "Five?", "Six",
    ]  # fmt: skip


def test_one_question_at_a_time() -> None:
    assert keys(asking("What will you do? And when?")) == [("several_questions", "again")]


def test_labels_are_words_too() -> None:
    activity = asking("Which?", "").prompts[0]
    assert labels(activity) == ["Yes", "Not this week"]
    scored = SOUND.replace('label = "Yes"', 'label = "Five points"')
    assert keys(read(scored.encode())) == [("word_never", "went")]
    assert keys(read(SOUND.replace("Very much", "A badge").encode())) == [("word_never", "liked")]


def test_what_companion_never_says_is_found_in_titles_questions_and_help() -> None:
    assert keys(read(SOUND.replace("A walk", "A score").encode())) == [("word_never", "")]
    assert keys(asking("Which level is it?")) == [("word_never", "again")]
    assert keys(asking("What is it?", "help = 'Upload a picture.'")) == [("word_never", "again")]
    (finding,) = wording(asking("What is a level?", "help = 'Levels: level, Level.'"))
    assert finding.values == {"words": "level, levels"}


def test_a_question_does_not_ask_who_somebody_is_though_its_help_may_name_that() -> None:
    assert keys(asking("What is his name?")) == [("asks_about", "again")]
    assert keys(asking("Who could help?", "help = 'Please leave out full names.'")) == []


@pytest.mark.parametrize("word", ["scored", "streak", "level", "rewarding", "diagnosis", "private browsing"])
def test_the_rules_find_a_word_whole_and_in_any_case(word: str) -> None:
    assert found(NEVER, f"{word.upper()}, or {word}.") == [word.upper(), word]
    assert found(NEVER, f"x{word}") == []


def test_the_rules_leave_ordinary_words_alone() -> None:
    assert found(NEVER, "appointment important disappointed private sister six defend often frank") == []
    assert found(ASKS_FOR_A_FILE, "profile picturesque linking") == []
    assert found(NOT_ASKED, "Which adults could you tell what you need?") == []
