"""Test the wording rules for activities."""

import re

import pytest

from companion.domain.accounts import statement
from companion.domain.activities.activity import Activity
from companion.domain.activities.readability import (
    AGE_MOST,
    ASKS_FOR_A_FILE,
    JUDGED_FROM,
    NEVER,
    NOT_ASKED,
    SAYS_IT_WAS_READ,
    SENTENCE_MOST,
    found,
    labels,
    reading_age,
    sentences,
)
from tests.content.starter import (
    ACTIVITIES,
    CONTENT,
    every_activity,
    everything,
    questions,
    replies_of,
    texts,
)
from tests.content.test_labels import shown

STATEMENT = statement.read_statement((CONTENT / "confidentiality.en.toml").read_bytes()).text

ABOUT_OFFENDING = (
    "offence-pattern-and-cycles", "five-stages-of-grooming", "grooming-typologies", "victim-empathy",
    "fantasy-and-positive-reinforcement", "managing-fantasy-and-addiction", "criminal-justice-system",
)  # fmt: skip
"""Subjects that only the practitioner explains, in a session."""
COMPANY = (
    r"(be|being|time|eat|eating) with (somebody|people|others|other people)(?! else)"
    r"|somebody (in my family|close to me)"
    r"|where (there are people|you are not alone)|on a course(?! for adults)"
    r"|(ring|ringing|call|calling) somebody I trust"
)
"""Phrases that could sound like advice to be with children or to ask a child for help."""

ASK_MOST, WITH_HELP_MOST = 16, 40
"""Word limits for a question: without its help text, and with it."""

NOTICED = """
score scored scoring streaks badges points rewarding rewards prizes trophies winning levels ranking ranked
diagnose diagnosis diagnosed addict addicted addiction addictive compulsive compulsion disorders deviant
sex sexy sexual sexually sexting porn pornography nudes nudity naked aroused fantasy fantasies explicit
groom groomed groomer grooming offence offences offense offender offend offending offensive victim victims
abuse abused abuser predators paedophile pedophile pervert perverted solicited solicitation seduce lured
enticing persuade persuaded persuasion manipulate manipulated decoys typology typologies
incognito delete deleted deleting erase erased erasing history histories VPN anonymous anonymously encrypted
monster disgusting evil pathetic
"""
"""The rules against unsuitable wording must find every word in these examples."""
FILES_NOTICED = "upload uploaded attach attachment file photo photograph pics images videos links URL"


@every_activity
def test_company_in_an_activity_always_means_the_company_of_adults(activity: Activity) -> None:
    assert found(COMPANY, everything(activity)) == []


def test_pages_that_suggest_being_with_other_people_always_say_other_adults() -> None:
    assert [text for text in shown() if found(COMPANY, text)] == []


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("looking-back-on-a-session", "stayed"),
        ("looking-back-on-a-session", "go-over"),
        ("looking-back-on-a-session", "come-back-to"),
        ("questions-for-my-practitioner", "not-clear"),
        ("questions-for-my-practitioner", "hard-to-say"),
        ("preparing-for-the-first-session", "hard-to-talk"),
    ],
)
def test_a_question_about_a_session_asks_people_not_to_write_about_the_offence(
    name: str, prompt: str
) -> None:
    (asked,) = [each.prompt(prompt) for each in ACTIVITIES if each.id == name]
    assert asked and "leave out what happened" in asked.help


@pytest.mark.parametrize(
    "text",
    [text for activity in ACTIVITIES for text in texts(activity)]
    + [label for activity in ACTIVITIES for prompt in activity.prompts for label in labels(prompt)]
    + STATEMENT.split("\n\n"),
)
def test_each_starter_activity_is_in_plain_english(text: str) -> None:
    assert [s for s in sentences(text) if len(s.split()) > SENTENCE_MOST] == []
    assert "!" not in text
    if len(text.split()) >= JUDGED_FROM:
        assert reading_age(text) <= AGE_MOST


@pytest.mark.parametrize(
    "page",
    ["\n".join(texts(activity)) for activity in ACTIVITIES] + [STATEMENT],
    ids=[*(activity.id for activity in ACTIVITIES), "confidentiality"],
)
def test_each_page_is_in_plain_english(page: str) -> None:
    assert reading_age(page) <= AGE_MOST
    assert round(_grade_by_letters(page)) + 5 <= AGE_MOST


def _grade_by_letters(text: str) -> float:
    """Return a second estimate of the reading grade, from letters per word instead of syllables.

    The formula is from Coleman and Liau, Journal of Applied Psychology 60 (1975), 283.
    """
    words = re.sub(r"[^\w\s]", "", text).split()
    letters = sum(map(len, words))
    return (5.88 * letters - 29.6 * len(sentences(text))) / len(words) - 15.8


@every_activity
def test_each_introduction_to_an_activity_has_two_to_four_sentences(activity: Activity) -> None:
    assert 2 <= len(sentences(activity.introduction)) <= 4


@every_activity
def test_no_introduction_or_question_in_an_activity_uses_the_first_person(activity: Activity) -> None:
    for text in (activity.introduction, *(prompt.ask for prompt in activity.prompts)):
        assert found(r"I|I[’']m|me|my|we|us|our", text) == []


@every_activity
def test_questions_in_an_activity_neither_thank_nor_praise(activity: Activity) -> None:
    asks = " ".join(prompt.ask for prompt in activity.prompts)
    assert found(r"thank you|it is good to|that is good|takes courage|well done|brave", asks) == []


def test_examples_rarely_assume_that_a_participant_has_a_brother_or_sister() -> None:
    """Many participants are estranged from their families."""
    assert len(found(r"(my|a|his) (brother|sister)", " ".join(map(everything, ACTIVITIES)))) <= 2


@every_activity
def test_replies_are_short_and_never_ask_anything(activity: Activity) -> None:
    for reply in replies_of(activity):
        assert len(sentences(reply.say)) <= 3 and "?" not in reply.say
        own_words = reply.say.replace("“I need help now”", "").replace("“Ask me how I am”", "")
        assert found(r"I|I[’']m|me|my|we|us|our|Companion", own_words) == []


@every_activity
def test_replies_to_free_text_do_not_pretend_that_somebody_read_it(activity: Activity) -> None:
    for prompt in activity.prompts:
        for reply in prompt.replies if prompt.free_text else ():
            assert reply.when.way in ("not_sure", "talk") or found(SAYS_IT_WAS_READ, reply.say) == []


def test_the_check_finds_wording_that_pretends_somebody_read_an_answer() -> None:
    for words in (
        "Thank you.",
        "That is a good plan.",
        "It’s clear.",
        "You’re right.",
        "I see.",
        "That was brave.",
    ):
        assert found(SAYS_IT_WAS_READ, words)
    for words in (
        "The next question is about that.",
        "A thought is not an order.",
        "You can add it to your plan.",
    ):
        assert found(SAYS_IT_WAS_READ, words) == []


@every_activity
def test_each_question_of_an_activity_is_short_enough_for_a_phone(activity: Activity) -> None:
    asked = {each.id: each.ask.split() for each in activity.prompts}
    helped = {each.id: [*asked[each.id], *each.help.split()] for each in activity.prompts}
    assert [name for name, words in asked.items() if len(words) > ASK_MOST] == []
    assert [name for name, words in helped.items() if len(words) > WITH_HELP_MOST] == []


@every_activity
def test_each_prompt_asks_exactly_one_question(activity: Activity) -> None:
    assert [p.id for p in activity.prompts if p.ask.count("?") != 1 or not p.ask.endswith("?")] == []


@every_activity
def test_starter_activities_contain_no_words_that_companion_never_uses(activity: Activity) -> None:
    assert found(NEVER, everything(activity)) == []
    assert found(ASKS_FOR_A_FILE, everything(activity)) == []


@every_activity
def test_no_question_asks_about_a_child(activity: Activity) -> None:
    assert found(NOT_ASKED, " ".join(questions(activity))) == []


@pytest.mark.parametrize("topic", ABOUT_OFFENDING)
def test_activities_about_offending_first_say_what_they_will_not_ask(topic: str) -> None:
    introductions = [activity.introduction for activity in ACTIVITIES if activity.topic == topic]
    assert introductions
    for introduction in introductions:
        assert found(r"not asked|not about what happened|for the session", introduction)


@every_activity
def test_no_activity_contains_straight_quotation_marks(activity: Activity) -> None:
    assert not {"'", '"'} & set(everything(activity))


def test_the_wording_rules_find_each_forbidden_word_and_its_variants() -> None:
    for word in NOTICED.split():
        assert found(NEVER, f"{word.capitalize()}, or {word}.") == [word.capitalize(), word]
    assert found(NEVER, "Well done. Use private browsing, privately browse, a private window.") == [
        "Well done", "private browsing", "privately browse", "private window",
    ]  # fmt: skip
    for word in FILES_NOTICED.split():
        assert found(ASKS_FOR_A_FILE, f"Please {word} it.") == [word]
    for asked in ("Who is the child", "What is her name", "How old was she", "What happened", "Describe it"):
        assert len(found(NOT_ASKED, f"{asked}?")) == 1


def test_the_wording_rules_accept_ordinary_words() -> None:
    ordinary = "appointment important disappointed solicitor private sister six defend often frank"
    assert found(NEVER, ordinary) == []
    assert found(ASKS_FOR_A_FILE, "profile picturesque linking") == []
    assert found(NOT_ASKED, "Which adults could you tell what you need?") == []


def test_the_checks_find_first_person_words() -> None:
    assert found(r"I|my", "If it is in my way, I stop.") == ["my", "I"]
    assert sentences("## One\n\n- **Two** goes on. And “three.” Four?") == [
        "One", "Two** goes on.", "And “three.", "Four?",
    ]  # fmt: skip
    hard = "Participants undergoing individualised rehabilitative interventions necessarily reconsider " * 4
    assert reading_age(hard) > AGE_MOST
