"""Test which starter activities exist, and the structure of each activity."""

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
"""The starter activities that aren't about any of the programme's topics."""
WITHOUT_SHORT = {"preparing-disclosure", "urge-and-choice-diary"}
"""The activities without a two-minute version.

The activity *Preparing to tell somebody* can't be done in two minutes. The diary needs no two-minute version,
because it takes only two minutes a day.
"""


def test_there_are_at_least_twenty_five_starter_activities() -> None:
    assert [file.stem for file in FILES] == [activity.id for activity in ACTIVITIES]
    assert len(ACTIVITIES) >= 25


def test_every_topic_of_the_programme_has_an_activity() -> None:
    topics = {topic.id for topic in content.programme().topics}
    assert topics <= {activity.topic for activity in ACTIVITIES}
    assert set(BESIDE_THE_TOPICS) <= {activity.id for activity in ACTIVITIES}


@every_activity
def test_the_checker_finds_nothing_wrong_with_the_starter_activities(
    activity: Activity,
) -> None:
    assert check(activity) == []
    assert activity.accepted == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_activity_file_begins_with_a_note_that_it_is_starter_text(file: Path) -> None:
    assert file.read_text().startswith(STARTER)


@every_activity
def test_each_starter_activity_has_four_to_ten_prompts(activity: Activity) -> None:
    assert 4 <= len(activity.prompts) <= 10


@every_activity
def test_each_starter_activity_belongs_to_one_topic_or_none(activity: Activity) -> None:
    assert activity.topic is None or activity.topic in {topic.id for topic in content.programme().topics}


def test_the_starter_activities_cover_all_levels_of_difficulty() -> None:
    assert {activity.difficulty for activity in ACTIVITIES} == set(get_args(Difficulty))


def test_all_starter_activities_but_two_have_a_two_minute_version() -> None:
    assert {activity.id for activity in ACTIVITIES if not has_short(activity)} == WITHOUT_SHORT


def test_many_starter_activities_have_branches() -> None:
    assert sum(any(b.when != type(b.when)() for p in a.prompts for b in p.branches) for a in ACTIVITIES) >= 20
    assert sum(any(prompt.for_each for prompt in activity.prompts) for activity in ACTIVITIES) >= 5
    assert sum(any(prompt.recall for prompt in activity.prompts) for activity in ACTIVITIES) >= 10


EXCLUDES = r"(None|Nobody|Nothing|Not much|I can(not|’t) think|I haven’t found anything|I’m much the same)\b"


def test_choosing_a_none_of_these_option_excludes_all_others() -> None:
    for activity in ACTIVITIES:
        for prompt in activity.prompts:
            if isinstance(prompt, SeveralChoices):
                said = {each.label for each in prompt.options if re.match(EXCLUDES, each.label)}
                assert {each.label for each in prompt.options if each.alone} == said, (activity.id, prompt.id)


@every_activity
def test_somebody_who_would_rather_talk_is_not_then_asked_to_choose_from_a_list(
    activity: Activity,
) -> None:
    """Choices help a participant who isn't sure what to write."""
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
