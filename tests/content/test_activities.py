"""The starter activities, and the house rules for words that a machine can hold (content rules, design)."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import textstat

from companion.domain import programme
from companion.domain.activity import Activity, read
from companion.domain.answers import Branch, Prompt, Value, kinds
from companion.domain.answers.commitment import Commitment
from companion.domain.answers.daily_record import DAYS_MOST, DailyRecord
from companion.domain.answers.date import Date
from companion.domain.answers.if_then import IfThen
from companion.domain.answers.list import ListItems
from companion.domain.answers.one_choice import OneChoice
from companion.domain.answers.scale import Scale
from companion.domain.answers.several_choices import SeveralChoices
from companion.domain.answers.steps import LEAST, Steps
from companion.domain.answers.timeline import Timeline
from companion.domain.answers.triangle import Triangle
from companion.domain.answers.two_sides import TwoSides
from companion.domain.answers.yes_no import YesNo
from companion.domain.conversation import Conversation, Given, Turn, holds

CONTENT = Path(__file__).parents[2] / "companion" / "content"
FILES = sorted((CONTENT / "activities").glob("*.toml"))
ACTIVITIES = [read(file.read_bytes()) for file in FILES]
STATEMENT = tomllib.loads((CONTENT / "confidentiality.en.toml").read_text())
STARTER = "# starter text, to be approved by the service's clinical lead\n"
NOW = datetime(2026, 11, 24, 19, 42, tzinfo=UTC)

SENTENCE_MOST = 20
"""Words of one sentence (design, reading age)."""
AGE_MOST = 11
JUDGED_FROM = 30
"""Words; the reading age of anything shorter means nothing."""

NEVER = (
    r"streaks?|badges?|scor(e|es|ed|ing)|points?|rewards?|prizes?|trophy|winner|levels?|rank(ed|ing)?"
    r"|diagnos\w+|addict|disorder|sexual\w*|sexy?|porn\w*|nude|groom\w*|offences?|offending|victims?"
    r"|incognito|private browsing|delete|erase|history"
)
"""No scoring, no diagnosis, nothing sexual or about an offence, no advice to hide (content rules)."""
ASKS_FOR_A_FILE = (
    r"upload\w*|attach\w*|files?|photos?|pictures?|images?|videos?|screenshots?|recordings?|links?"
)

every_activity = pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda activity: activity.id)


def answered(prompt: Prompt) -> list[Value]:
    """Answers of this kind that between them meet every condition that a branch can put."""
    match prompt:
        case OneChoice():
            return [option.id for option in prompt.options]
        case SeveralChoices():
            return [[option.id] for option in prompt.options] + [[option.id for option in prompt.options]]
        case Scale():
            return list(prompt.steps)
        case ListItems():
            return [["a walk"] * many for many in range(1, prompt.most + 1)]
        case YesNo():
            return ["yes", "no"]
        case Date():
            return ["2026-12-01"]
        case Steps():
            walks = [["I take a walk."] * many for many in range(LEAST, prompt.most + 1)]
            return [{"steps": steps, "out": out} for steps in walks for out in (None, 1)]
        case Triangle():
            return [dict.fromkeys(prompt.asked, "a walk")]
        case Timeline():
            stage = {"when": "last spring", "what": "I took up walking.", "felt": ""}
            return [[stage] * many for many in range(1, prompt.most + 1)]
        case TwoSides() | IfThen():
            return [dict.fromkeys(prompt.fields, "a walk")]
        case DailyRecord():
            numbers = {measure.id: 5 for measure in prompt.measures}
            days = [(date(2026, 11, 1) + timedelta(day)).isoformat() for day in range(DAYS_MOST)]
            entries = [{"on": day, "numbers": numbers, "line": "a walk"} for day in days]
            return [entries[:many] for many in range(1, DAYS_MOST + 1)]
        case Commitment():
            said = {"what": "a walk", "when": "at six", "where": "in the park", "surer": ""}
            return [{**said, "sure": sure} for sure in prompt.steps]
        case _:
            return ["I walked instead of going online."]


def ways_to_answer(activity: Activity, prompt: Prompt) -> list[Given]:
    """One answer for each set of branches of the activity that an answer to this prompt can meet."""
    every = [Given("not_sure", None, 1, NOW), Given("talk", None, 1, NOW)]
    every += [Given("answered", value, 1, NOW) for value in answered(prompt)]
    asking = [
        branch.when
        for asker in activity.prompts
        for branch in asker.branches
        if (branch.when.prompt or asker.id) == prompt.id
    ]
    return list(
        {tuple(holds(when, Turn(prompt, given)) for when in asking): given for given in every}.values()
    )


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
    """The branches that decided this walk."""
    said = {turn.prompt.id: turn for turn in conversation.turns}
    for turn in conversation.turns:
        for branch in turn.prompt.branches:
            if holds(branch.when, said[branch.when.prompt or turn.prompt.id]):
                yield branch
                break


def texts(activity: Activity) -> list[str]:
    """Every text that a participant reads, a prompt with its help as one."""
    prompts = [f"{prompt.ask} {prompt.help}".strip() for prompt in activity.prompts]
    return [activity.introduction, *prompts]


def labels(activity: Activity) -> list[str]:
    """Every other text of an author: what can be chosen, the ends of the scales, headings."""
    return [label for prompt in activity.prompts for label in labels_of(prompt) if label]


def labels_of(prompt: Prompt) -> list[str]:
    """The labels of one prompt; one that is left to the page is empty."""
    match prompt:
        case OneChoice() | SeveralChoices():
            return [option.label for option in prompt.options]
        case Scale():
            return [prompt.low_label, prompt.high_label]
        case TwoSides():
            return [prompt.for_label, prompt.against_label, prompt.now_label, prompt.later_label]
        case DailyRecord():
            measures = [text for m in prompt.measures for text in (m.label, m.low_label, m.high_label)]
            return [*measures, prompt.line_label]
        case _:
            return []


def offered(prompt: Prompt) -> set[str]:
    """Everything that a branch can ask by ``one_of``."""
    return {each for value in answered(prompt) for each in prompt.chosen(value)}


def sentences(text: str) -> list[str]:
    """The sentences of a text; a heading, an item of a list and a paragraph each end one."""
    lines = [line.strip("#*- ") for line in text.splitlines()]
    return [part for line in lines for part in re.split(r"(?<=[.?!])[*”)]*\s+", line) if part]


def reading_age(text: str) -> float:
    """In years: five more than the school grade of Flesch and Kincaid."""
    return float(textstat.flesch_kincaid_grade("\n".join(sentences(text)))) + 5


def found(words: str, text: str) -> list[str]:
    """The forbidden words that a text has."""
    return [match.group() for match in re.finditer(rf"\b({words})\b", text, re.IGNORECASE)]


def test_there_are_eight_each_in_the_file_of_its_id() -> None:
    assert [file.stem for file in FILES] == [activity.id for activity in ACTIVITIES]
    assert len(ACTIVITIES) >= 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_says_first_that_it_is_starter_text(file: Path) -> None:
    assert file.read_text().startswith(STARTER)


@every_activity
def test_it_has_four_to_nine_prompts(activity: Activity) -> None:
    assert 4 <= len(activity.prompts) <= 9


@every_activity
def test_its_topic_is_one_of_the_programmes(activity: Activity) -> None:
    topics = {topic.id for topic in programme.read((CONTENT / "programme.toml").read_bytes()).topics}
    assert activity.topic is None or activity.topic in topics


@every_activity
def test_what_the_walks_answer_is_what_a_form_could_say(activity: Activity) -> None:
    for prompt in activity.prompts:
        assert [v for v in answered(prompt) if prompt.parse(prompt.fill(v)) != v] == []


def test_every_kind_of_answer_is_used_somewhere() -> None:
    used = {type(prompt) for activity in ACTIVITIES for prompt in activity.prompts}
    assert {kind for kind in kinds().values() if kind.__module__.startswith("companion.")} <= used


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
    met = {turn.prompt.id for walk in finished for turn in walk.turns}
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


def test_at_least_three_really_branch() -> None:
    assert sum(any(b.when != type(b.when)() for p in a.prompts for b in p.branches) for a in ACTIVITIES) >= 3


@pytest.mark.parametrize(
    "text",
    [text for activity in ACTIVITIES for text in [*texts(activity), *labels(activity)]]
    + STATEMENT["body"].split("\n\n"),
)
def test_a_text_is_plain(text: str) -> None:
    assert [s for s in sentences(text) if len(s.split()) > SENTENCE_MOST] == []
    assert "!" not in text
    if len(text.split()) >= JUDGED_FROM:
        assert reading_age(text) <= AGE_MOST


@pytest.mark.parametrize(
    "page",
    ["\n".join(texts(activity)) for activity in ACTIVITIES] + [STATEMENT["body"]],
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
    everything = " ".join([activity.title, *texts(activity), *labels(activity)])
    assert found(NEVER, everything) == []
    assert found(ASKS_FOR_A_FILE, everything) == []


@every_activity
def test_an_author_uses_the_same_quotation_marks_everywhere(activity: Activity) -> None:
    everything = " ".join([activity.title, *texts(activity), *labels(activity)])
    assert "'" not in everything and '"' not in everything


def test_the_rules_notice_what_they_forbid() -> None:
    assert found(NEVER, "Your score is a streak.") == ["score", "streak"]
    assert found(ASKS_FOR_A_FILE, "Attach a photo.") == ["Attach", "photo"]
    assert found(r"I|my", "If it is in my way, I stop.") == ["my", "I"]
    assert sentences("## One\n\n- **Two** goes on. And “three.” Four?") == [
        "One", "Two** goes on.", "And “three.", "Four?",
    ]  # fmt: skip
    hard = "Participants undergoing individualised rehabilitative interventions necessarily reconsider " * 4
    assert reading_age(hard) > AGE_MOST
