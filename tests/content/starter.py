"""Helpers that read the starter activities, follow every path, and collect the wording."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion.domain.activities.activity import Activity, read
from companion.domain.activities.answers import Branch, Prompt, Reply, Value
from companion.domain.activities.conversation import Conversation, Given, holds
from companion.domain.activities.readability import (
    labels,
    sentences,
)
from tests.domain.activities.answers.samples import sample_of

CONTENT = Path(__file__).parents[2] / "companion" / "content"
FILES = sorted((CONTENT / "activities").glob("*.toml"))
ACTIVITIES = [read(file.read_bytes()) for file in FILES]
NOW = datetime(2026, 11, 24, 19, 42, tzinfo=UTC)

every_activity = pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda activity: activity.id)


def answered(prompt: Prompt) -> list[Value]:
    """Return sample answers that cover every condition that a branch can have."""
    return sample_of(str(prompt.__struct_config__.tag)).values(prompt)


def own_id(prompt: Prompt) -> str:
    """Return the prompt's id from the activity's file."""
    return prompt.id.partition(".")[0]


def ways_to_answer(activity: Activity, prompt: Prompt) -> list[Given]:
    """Return one answer for each way in which the conversation can continue."""
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
    """Yield one finished conversation for each path through the activity."""
    conversation = Conversation(activity, said or {})
    prompt = conversation.next_prompt
    if prompt is None:
        yield conversation
        return
    for given in ways_to_answer(activity, prompt):
        yield from walks(activity, {**(said or {}), prompt.id: given})


def branches_taken(conversation: Conversation) -> Iterator[Branch]:
    """Yield the branches that this conversation took.

    No starter activity has a branch that depends on an earlier answer about the same list item.
    """
    said = {turn.prompt.id: turn for turn in conversation.turns}
    for turn in conversation.turns:
        for branch in turn.prompt.branches:
            asked = said[branch.when.prompt or turn.prompt.id]
            if holds(branch.when, asked.prompt, asked.given):
                yield branch
                break


def texts(activity: Activity) -> list[str]:
    """Return every string that participants read, including replies.

    Each string contains a prompt and the prompt's help.
    """
    prompts = [f"{prompt.ask} {prompt.help}".strip() for prompt in activity.prompts]
    return [activity.introduction, *prompts, *(reply.say for reply in replies_of(activity))]


def replies_of(activity: Activity) -> list[Reply]:
    """Return all replies that the author wrote."""
    return [reply for prompt in activity.prompts for reply in prompt.replies]


def everything(activity: Activity) -> str:
    """Return all wording for participants as one string."""
    choices = [label for prompt in activity.prompts for label in labels(prompt)]
    return " ".join([activity.title, *texts(activity), *choices])


def questions(activity: Activity) -> list[str]:
    """Return every question that the activity asks."""
    asks = [sentences(prompt.ask) for prompt in activity.prompts]
    return [sentence for ask in asks for sentence in ask if sentence.endswith("?")]


def offered(prompt: Prompt) -> set[str]:
    """Return every answer to this prompt that an author can name in a branch's ``one_of``."""
    return {each for value in answered(prompt) for each in prompt.chosen(value)}
