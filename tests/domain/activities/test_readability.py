"""Test that the checker finds difficult text and forbidden words."""

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
    """Return the valid sample activity with its last question reworded."""
    text = SOUND.replace(ASK, f"ask = '''{ask}'''\n{rest}")
    for name, value in about.items():
        text = text.replace("minutes = 5", f"minutes = 5\n{name} = '{value}'")
    return read(text.encode())


def keys(activity: Activity) -> list[tuple[str, str]]:
    return [(each.key, each.prompt) for each in wording(activity)]


def test_plain_wording_causes_no_finding_about_readability() -> None:
    assert keys(asking("What will you do?", f"help = '''{PLAIN * 3}'''")) == []


@pytest.mark.parametrize(("words", "judged"), [(JUDGED_FROM - 5, False), (JUDGED_FROM - 4, True)])
def test_reading_age_is_checked_in_texts_of_thirty_words_or_more(words: int, judged: bool) -> None:
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
def test_the_reading_age_is_the_flesch_kincaid_grade_plus_five(text: str, age: float) -> None:
    assert reading_age(text) == pytest.approx(age)


@pytest.mark.parametrize(
    "text", ["– " * JUDGED_FROM, "? " * JUDGED_FROM, "\n" * JUDGED_FROM, "- " * JUDGED_FROM]
)
def test_a_text_without_words_has_the_lowest_reading_age(text: str) -> None:
    assert reading_age(text) == 0


def test_only_english_activities_are_checked_for_readability() -> None:
    long = " ".join(["cerdded"] * 21) + "."
    assert keys(asking("Sut?", f"help = '{HARD} {long}'", language="cy")) == []


@pytest.mark.parametrize(("words", "found_long"), [(20, False), (21, True)])
def test_a_sentence_of_more_than_twenty_words_causes_a_warning(words: int, found_long: bool) -> None:
    ask = " ".join(["walk"] * words)
    assert (("long_sentence", "again") in keys(asking(f"{ask}?"))) == found_long


def test_list_items_and_paragraphs_count_as_separate_sentences() -> None:
    assert sentences("One\n\n- Two\n- Three *four*. Five? Six") == [
        "One", "Two", "Three *four*.", "Five?", "Six",
    ]  # fmt: skip


def test_asking_two_questions_in_one_prompt_causes_a_warning() -> None:
    assert keys(asking("What will you do? And when?")) == [("several_questions", "again")]


def test_the_labels_of_options_and_scales_are_checked_for_forbidden_words() -> None:
    activity = asking("Which?", "").prompts[0]
    assert labels(activity) == ["Yes", "Not this week"]
    scored = SOUND.replace('label = "Yes"', 'label = "Five points"')
    assert keys(read(scored.encode())) == [("word_never", "went")]
    assert keys(read(SOUND.replace("Very much", "A badge").encode())) == [("word_never", "liked")]


def test_forbidden_words_are_found_in_titles_questions_and_help() -> None:
    assert keys(read(SOUND.replace("A walk", "A score").encode())) == [("word_never", "")]
    assert keys(asking("Which level is it?")) == [("word_never", "again")]
    assert keys(asking("What is it?", "help = 'Upload a picture.'")) == [("word_never", "again")]
    (finding,) = wording(asking("What is a level?", "help = 'Levels: level, Level.'"))
    assert finding.values == {"words": "level, levels"}


def test_a_question_must_not_ask_for_a_name() -> None:
    assert keys(asking("What is his name?")) == [("asks_about", "again")]
    assert keys(asking("Who could help?", "help = 'Please leave out full names.'")) == []


@pytest.mark.parametrize("word", ["scored", "streak", "level", "rewarding", "diagnosis", "private browsing"])
def test_forbidden_words_are_found_as_whole_words_in_capitals_or_small_letters(word: str) -> None:
    assert found(NEVER, f"{word.upper()}, or {word}.") == [word.upper(), word]
    assert found(NEVER, f"x{word}") == []


def test_ordinary_words_that_contain_a_forbidden_word_are_allowed() -> None:
    assert found(NEVER, "appointment important disappointed private sister six defend often frank") == []
    assert found(ASKS_FOR_A_FILE, "profile picturesque linking") == []
    assert found(NOT_ASKED, "Which adults could you tell what you need?") == []
