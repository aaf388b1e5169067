"""The starter activities, and the house rules for words that a machine can hold (content rules, design)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import textstat

from companion import content
from companion.domain.accounts import statement
from companion.domain.activities.activity import Activity, read
from companion.domain.activities.answers import Branch, Prompt, Value
from companion.domain.activities.checker import check
from companion.domain.activities.conversation import Conversation, Given, holds
from companion.domain.activities.readability import (
    AGE_MOST,
    ASKS_FOR_A_FILE,
    JUDGED_FROM,
    NEVER,
    NOT_ASKED,
    SENTENCE_MOST,
    found,
    labels,
    reading_age,
    sentences,
)
from tests.content.test_labels import shown
from tests.domain.activities.answers.samples import sample_of

CONTENT = Path(__file__).parents[2] / "companion" / "content"
FILES = sorted((CONTENT / "activities").glob("*.toml"))
ACTIVITIES = [read(file.read_bytes()) for file in FILES]
STATEMENT = statement.read_statement((CONTENT / "confidentiality.en.toml").read_bytes()).text
STARTER = "# starter text, to be approved by the service's clinical lead\n"
NOW = datetime(2026, 11, 24, 19, 42, tzinfo=UTC)

ABOUT_OFFENDING = (
    "offence-pattern-and-cycles", "grooming-typologies", "victim-empathy",
    "fantasy-and-positive-reinforcement", "managing-fantasy-and-addiction", "criminal-justice-system",
)  # fmt: skip
"""The topics that the practitioner explains in the session, and Companion does not."""
BESIDE_THE_TOPICS = (
    "preparing-for-the-first-session", "looking-back-on-a-session", "urge-and-choice-diary",
    "preparing-disclosure", "questions-for-my-practitioner", "end-of-the-programme",
)  # fmt: skip
"""What the library has beside one for each topic."""
FOR_THE_SESSION_ALONE = {"five-stages-of-grooming"}
"""Topics without an activity: none of the decisions in them pass without much thought."""
COMPANY = (
    r"(be|being|time|eat|eating) with (somebody|people|others|other people)(?! else)"
    r"|somebody (in my family|close to me)"
    r"|where (there are people|you are not alone)|on a course(?! for adults)|(ring|ringing) somebody I trust"
)
"""Company, family and help that may be a child's (content rules: it means adults)."""

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
"""Words, with variants, that the rules have to notice."""
FILES_NOTICED = "upload uploaded attach attachment file photo photograph pics images videos links URL"

every_activity = pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda activity: activity.id)


def answered(prompt: Prompt) -> list[Value]:
    """Answers of this kind that between them meet every condition that a branch can put."""
    return sample_of(str(prompt.__struct_config__.tag)).values(prompt)


def own_id(prompt: Prompt) -> str:
    """The id that an author gave it, without the item that it is asked for."""
    return prompt.id.partition(".")[0]


def ways_to_answer(activity: Activity, prompt: Prompt) -> list[Given]:
    """One answer for each way on: what branches, repeated parts and recalls make of it."""
    every = [Given("not_sure", None, 1, NOW), Given("talk", None, 1, NOW)]
    every += [Given("answered", value, 1, NOW) for value in answered(prompt)]
    asking = [
        branch.when
        for asker in activity.prompts
        for branch in asker.branches
        if (branch.when.prompt or asker.id) == own_id(prompt)
    ]
    repeats = own_id(prompt) in {each.for_each for each in activity.prompts}
    recalled = own_id(prompt) in {each.recall for each in activity.prompts}

    def matters(given: Given) -> tuple[object, ...]:
        said = given.way == "answered"
        items = len(prompt.items(given.value)) if repeats and said else 0
        return (*(holds(when, prompt, given) for when in asking), items, recalled and said)

    return list({matters(given): given for given in every}.values())


def walks(activity: Activity, said: Mapping[str, Given] | None = None) -> Iterator[Conversation]:
    """Every way through the activity, finished."""
    conversation = Conversation(activity, said or {})
    prompt = conversation.next_prompt
    if prompt is None:
        yield conversation
        return
    for given in ways_to_answer(activity, prompt):
        yield from walks(activity, {**(said or {}), prompt.id: given})


def branches_taken(conversation: Conversation) -> Iterator[Branch]:
    """The branches that decided this walk. No activity here asks one prompt of a part from another."""
    said = {turn.prompt.id: turn for turn in conversation.turns}
    for turn in conversation.turns:
        for branch in turn.prompt.branches:
            asked = said[branch.when.prompt or turn.prompt.id]
            if holds(branch.when, asked.prompt, asked.given):
                yield branch
                break


def texts(activity: Activity) -> list[str]:
    """Every text that a participant reads, a prompt with its help as one."""
    prompts = [f"{prompt.ask} {prompt.help}".strip() for prompt in activity.prompts]
    return [activity.introduction, *prompts]


def everything(activity: Activity) -> str:
    """Every word of an author that a participant reads."""
    choices = [label for prompt in activity.prompts for label in labels(prompt)]
    return " ".join([activity.title, *texts(activity), *choices])


def questions(activity: Activity) -> list[str]:
    """The sentences that ask."""
    asks = [sentences(prompt.ask) for prompt in activity.prompts]
    return [sentence for ask in asks for sentence in ask if sentence.endswith("?")]


def offered(prompt: Prompt) -> set[str]:
    """Everything that a branch can ask by ``one_of``."""
    return {each for value in answered(prompt) for each in prompt.chosen(value)}


def test_there_are_at_least_twenty_five_each_in_the_file_of_its_id() -> None:
    assert [file.stem for file in FILES] == [activity.id for activity in ACTIVITIES]
    assert len(ACTIVITIES) >= 25


def test_every_topic_of_the_programme_has_one_and_so_has_what_is_beside_them() -> None:
    topics = {topic.id for topic in content.programme().topics}
    assert topics - FOR_THE_SESSION_ALONE <= {activity.topic for activity in ACTIVITIES}
    assert not FOR_THE_SESSION_ALONE & {activity.topic for activity in ACTIVITIES}
    assert set(BESIDE_THE_TOPICS) <= {activity.id for activity in ACTIVITIES}


@every_activity
def test_the_checker_finds_nothing_and_nothing_had_to_be_accepted(activity: Activity) -> None:
    assert check(activity) == []
    assert activity.accepted == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_says_first_that_it_is_starter_text(file: Path) -> None:
    assert file.read_text().startswith(STARTER)


@every_activity
def test_it_has_four_to_ten_prompts(activity: Activity) -> None:
    assert 4 <= len(activity.prompts) <= 10


@every_activity
def test_company_means_adults(activity: Activity) -> None:
    assert found(COMPANY, everything(activity)) == []


def test_company_means_adults_in_the_plan_and_on_every_page() -> None:
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
def test_a_question_about_the_session_says_to_leave_out_what_happened(name: str, prompt: str) -> None:
    (asked,) = [each.prompt(prompt) for each in ACTIVITIES if each.id == name]
    assert asked and "leave out what happened" in asked.help


@every_activity
def test_its_topic_is_one_of_the_programmes(activity: Activity) -> None:
    assert activity.topic is None or activity.topic in {topic.id for topic in content.programme().topics}


@every_activity
def test_what_the_walks_answer_is_what_a_form_could_say(activity: Activity) -> None:
    for prompt in activity.prompts:
        assert [v for v in answered(prompt) if prompt.parse(prompt.fill(v)) != v] == []


@every_activity
def test_every_walk_ends_and_progress_tells_its_length_truly(activity: Activity) -> None:
    ahead = Conversation(activity, {}).progress
    lengths = set()
    for walk in walks(activity):
        assert walk.next_prompt is None
        assert walk.progress.most_left == 0
        lengths.add(len(walk.turns))
    assert (ahead.fewest_left, ahead.most_left) == (min(lengths), max(lengths))


@every_activity
def test_every_prompt_and_every_branch_is_met_on_some_walk(activity: Activity) -> None:
    finished = list(walks(activity))
    met = {own_id(turn.prompt) for walk in finished for turn in walk.turns}
    taken = {id(branch) for walk in finished for branch in branches_taken(walk)}
    assert met == {prompt.id for prompt in activity.prompts}
    assert [b for prompt in activity.prompts for b in prompt.branches if id(b) not in taken] == []


@every_activity
def test_what_a_branch_asks_for_is_offered(activity: Activity) -> None:
    for asker in activity.prompts:
        for branch in asker.branches:
            asked = activity.prompt(branch.when.prompt or asker.id)
            if branch.when.one_of:
                assert asked and set(branch.when.one_of) <= offered(asked)


def test_many_really_branch_some_repeat_a_part_and_some_recall_his_words() -> None:
    assert sum(any(b.when != type(b.when)() for p in a.prompts for b in p.branches) for a in ACTIVITIES) >= 20
    assert sum(any(prompt.for_each for prompt in activity.prompts) for activity in ACTIVITIES) >= 5
    assert sum(any(prompt.recall for prompt in activity.prompts) for activity in ACTIVITIES) >= 10


@every_activity
def test_a_part_is_asked_for_each_item_and_a_short_list_keeps_it_short(activity: Activity) -> None:
    for over in {prompt.for_each for prompt in activity.prompts if prompt.for_each}:
        listed = activity.prompt(over)
        assert listed and 2 <= listed.most_items <= 4
        first = next(prompt.id for prompt in activity.prompts if prompt.for_each == over)
        for walk in walks(activity):
            said = [
                turn.given for turn in walk.turns if turn.prompt.id == over and turn.given.way == "answered"
            ]
            items = [item for given in said for item in listed.items(given.value)]
            assert [turn.item for turn in walk.turns if own_id(turn.prompt) == first] == items


@every_activity
def test_what_is_recalled_is_what_he_said_wherever_he_said_something(activity: Activity) -> None:
    for walk in walks(activity):
        said = {turn.prompt.id: turn for turn in walk.turns}
        for turn in walk.turns:
            earlier = said[turn.prompt.recall] if turn.prompt.recall else None
            assert turn.recalled == (earlier if earlier and earlier.given.way == "answered" else None)


@pytest.mark.parametrize(
    "text",
    [text for activity in ACTIVITIES for text in texts(activity)]
    + [label for activity in ACTIVITIES for prompt in activity.prompts for label in labels(prompt)]
    + STATEMENT.split("\n\n"),
)
def test_a_text_is_plain(text: str) -> None:
    assert [s for s in sentences(text) if len(s.split()) > SENTENCE_MOST] == []
    assert "!" not in text
    if len(text.split()) >= JUDGED_FROM:
        assert reading_age(text) <= AGE_MOST


@pytest.mark.parametrize(
    "page",
    ["\n".join(texts(activity)) for activity in ACTIVITIES] + [STATEMENT],
    ids=[*(activity.id for activity in ACTIVITIES), "confidentiality"],
)
def test_a_whole_page_is_plain(page: str) -> None:
    assert reading_age(page) <= AGE_MOST
    assert textstat.text_standard("\n".join(sentences(page)), float_output=True) + 5 <= AGE_MOST


@every_activity
def test_the_introduction_is_two_to_four_sentences(activity: Activity) -> None:
    assert 2 <= len(sentences(activity.introduction)) <= 4


@every_activity
def test_the_guide_is_a_page_and_never_speaks_of_itself(activity: Activity) -> None:
    for text in (activity.introduction, *(prompt.ask for prompt in activity.prompts)):
        assert found(r"I|I[’']m|me|my|we|us|our", text) == []


@every_activity
def test_one_question_at_a_time(activity: Activity) -> None:
    assert [p.id for p in activity.prompts if p.ask.count("?") != 1 or not p.ask.endswith("?")] == []


@every_activity
def test_it_has_none_of_the_words_that_companion_never_says(activity: Activity) -> None:
    assert found(NEVER, everything(activity)) == []
    assert found(ASKS_FOR_A_FILE, everything(activity)) == []


@every_activity
def test_no_question_is_about_a_child_or_who_somebody_is_or_what_happened(activity: Activity) -> None:
    assert found(NOT_ASKED, " ".join(questions(activity))) == []


@pytest.mark.parametrize("topic", ABOUT_OFFENDING)
def test_about_offending_it_says_first_what_is_not_asked(topic: str) -> None:
    introductions = [activity.introduction for activity in ACTIVITIES if activity.topic == topic]
    assert introductions
    for introduction in introductions:
        assert found(r"not asked|not about what happened|for the session", introduction)


@every_activity
def test_an_author_uses_the_same_quotation_marks_everywhere(activity: Activity) -> None:
    assert not {"'", '"'} & set(everything(activity))


def test_the_rules_notice_each_word_and_its_variants() -> None:
    for word in NOTICED.split():
        assert found(NEVER, f"{word.capitalize()}, or {word}.") == [word.capitalize(), word]
    assert found(NEVER, "Well done. Use private browsing, privately browse, a private window.") == [
        "Well done", "private browsing", "privately browse", "private window",
    ]  # fmt: skip
    for word in FILES_NOTICED.split():
        assert found(ASKS_FOR_A_FILE, f"Please {word} it.") == [word]
    for asked in ("Who is the child", "What is her name", "How old was she", "What happened", "Describe it"):
        assert len(found(NOT_ASKED, f"{asked}?")) == 1


def test_the_rules_leave_ordinary_words_alone() -> None:
    ordinary = "appointment important disappointed solicitor private sister six defend often frank"
    assert found(NEVER, ordinary) == []
    assert found(ASKS_FOR_A_FILE, "profile picturesque linking") == []
    assert found(NOT_ASKED, "Which adults could you tell what you need?") == []


def test_the_guide_is_noticed_when_it_speaks_of_itself_and_hard_sentences_are_hard() -> None:
    assert found(r"I|my", "If it is in my way, I stop.") == ["my", "I"]
    assert sentences("## One\n\n- **Two** goes on. And “three.” Four?") == [
        "One", "Two** goes on.", "And “three.", "Four?",
    ]  # fmt: skip
    hard = "Participants undergoing individualised rehabilitative interventions necessarily reconsider " * 4
    assert reading_age(hard) > AGE_MOST
