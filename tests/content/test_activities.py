"""The starter activities: which ones there are, and what each consists of."""

import re
from pathlib import Path
from typing import get_args

import pytest

from companion import content
from companion.domain.activities.activity import Activity, Difficulty
from companion.domain.activities.answers import Way
from companion.domain.activities.answers.several_choices import SeveralChoices
from companion.domain.activities.checker import check
from companion.domain.activities.conversation import Given, holds
from companion.domain.activities.layout import Layout
from companion.domain.activities.short_version import has_short
from tests.content.starter import ACTIVITIES, FILES, NOW, answered, every_activity

STARTER = "# starter text, to be approved by the service's clinical lead\n"
BESIDE_THE_TOPICS = (
    "preparing-for-the-first-session", "looking-back-on-a-session", "urge-and-choice-diary",
    "preparing-disclosure", "questions-for-my-practitioner", "end-of-the-programme",
)  # fmt: skip
"""Activities beyond one for each topic."""
WITHOUT_SHORT = {"preparing-disclosure", "urge-and-choice-diary"}
"""Telling somebody takes longer than two minutes to plan, and the diary takes two minutes a day anyway."""


def test_there_are_at_least_twenty_five_each_in_the_file_of_its_id() -> None:
    assert [file.stem for file in FILES] == [activity.id for activity in ACTIVITIES]
    assert len(ACTIVITIES) >= 25


def test_every_topic_of_the_programme_has_one_and_so_has_what_is_beside_them() -> None:
    topics = {topic.id for topic in content.programme().topics}
    assert topics <= {activity.topic for activity in ACTIVITIES}
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
def test_its_topic_is_one_of_the_programmes(activity: Activity) -> None:
    assert activity.topic is None or activity.topic in {topic.id for topic in content.programme().topics}


def test_each_says_how_hard_it_is() -> None:
    assert {activity.difficulty for activity in ACTIVITIES} == set(get_args(Difficulty))


def test_all_but_two_have_a_two_minute_way() -> None:
    assert {activity.id for activity in ACTIVITIES if not has_short(activity)} == WITHOUT_SHORT


def test_many_really_branch_some_repeat_a_part_and_some_recall_his_words() -> None:
    assert sum(any(b.when != type(b.when)() for p in a.prompts for b in p.branches) for a in ACTIVITIES) >= 20
    assert sum(any(prompt.for_each for prompt in activity.prompts) for activity in ACTIVITIES) >= 5
    assert sum(any(prompt.recall for prompt in activity.prompts) for activity in ACTIVITIES) >= 10


EXCLUDES = r"(None|Nobody|Nothing|Not much|I can(not|’t) think)\b"


def test_no_choice_can_be_ticked_together_with_one_that_says_none_of_them() -> None:
    for activity in ACTIVITIES:
        for prompt in activity.prompts:
            if isinstance(prompt, SeveralChoices):
                said = {each.label for each in prompt.options if re.match(EXCLUDES, each.label)}
                assert {each.label for each in prompt.options if each.alone} == said, (activity.id, prompt.id)


@every_activity
def test_whoever_would_rather_talk_is_not_asked_the_same_as_choices(activity: Activity) -> None:
    """Choices that stand in for words help who isn't sure yet; who says "I'd rather talk" said how he answers it."""
    layout = Layout(activity.prompts)
    for place, prompt in enumerate(activity.prompts):
        if not (prompt.free_text and prompt.branches):
            continue
        said, not_sure, talk = (after(layout, place, way) for way in get_args(Way))
        if not_sure < said and layout.prompts[not_sure].offers():
            assert talk != not_sure, (activity.id, prompt.id)


def after(layout: Layout, place: int, way: Way) -> int:
    prompt = layout.prompts[place]
    value = answered(prompt)[0] if way == "answered" else None
    given = Given(way, value, 1, NOW)
    met = (each for each in prompt.branches if not each.when.prompt and holds(each.when, prompt, given))
    branch = next(met, None)
    return layout.target(branch, place) if branch else place + 1
