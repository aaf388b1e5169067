"""Test that every path through a starter activity ends, and that every prompt is reachable."""

import msgspec

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.activities.replies import replies
from tests.content.starter import (
    ACTIVITIES,
    NOW,
    answered,
    branches_taken,
    every_activity,
    offered,
    own_id,
    replies_of,
    walks,
)


@every_activity
def test_the_sample_answers_used_in_these_tests_are_valid(activity: Activity) -> None:
    for prompt in activity.prompts:
        assert [v for v in answered(prompt) if prompt.parse(prompt.fill(v)) != v] == []


@every_activity
def test_every_path_through_an_activity_ends(
    activity: Activity,
) -> None:
    ahead = Conversation(activity, {}).progress
    lengths = set()
    for walk in walks(activity):
        assert walk.next_prompt is None
        assert walk.progress.most_left == 0
        lengths.add(len(walk.turns))
    assert (ahead.fewest_left, ahead.most_left) == (min(lengths), max(lengths))


@every_activity
def test_every_prompt_and_branch_of_a_starter_activity_can_be_reached(activity: Activity) -> None:
    finished = list(walks(activity))
    met = {own_id(turn.prompt) for walk in finished for turn in walk.turns}
    taken = {id(branch) for walk in finished for branch in branches_taken(walk)}
    assert met == {prompt.id for prompt in activity.prompts}
    assert [b for prompt in activity.prompts for b in prompt.branches if id(b) not in taken] == []


@every_activity
def test_branches_depend_only_on_options_that_a_prompt_offers(activity: Activity) -> None:
    for asker in activity.prompts:
        for branch in asker.branches:
            asked = activity.prompt(branch.when.prompt or asker.id)
            if branch.when.one_of:
                assert asked and set(branch.when.one_of) <= offered(asked)


@every_activity
def test_a_repeated_part_asks_its_questions_for_each_of_up_to_four_list_items(activity: Activity) -> None:
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
def test_a_prompt_that_quotes_an_earlier_answer_shows_the_participants_own_words(activity: Activity) -> None:
    for walk in walks(activity):
        said = {turn.prompt.id: turn for turn in walk.turns}
        for turn in walk.turns:
            earlier = said[turn.prompt.recall] if turn.prompt.recall else None
            assert turn.recalled == (earlier if earlier and earlier.given.way == "answered" else None)


def said_to(prompt: Prompt, given: Given) -> str:
    """Return the reply that the conversation shows after this answer, or an empty string."""
    made = next(each for each in ACTIVITIES if prompt in each.prompts)
    alone = msgspec.structs.replace(prompt, branches=(), for_each="")
    conversation = Conversation(msgspec.structs.replace(made, prompts=(alone,)), {prompt.id: given})
    reply = replies(conversation).get(prompt.id)
    return reply.say if reply else ""


def every_way_to_answer(prompt: Prompt) -> list[Given]:
    values = [Given("answered", value, 1, NOW) for value in answered(prompt)]
    return [*values, Given("not_sure", None, 1, NOW), Given("talk", None, 1, NOW)]


@every_activity
def test_at_least_one_answer_leads_to_each_reply_in_an_activity(activity: Activity) -> None:
    for prompt in activity.prompts:
        said = {said_to(prompt, given) for given in every_way_to_answer(prompt)}
        assert {reply.say for reply in prompt.replies if not reply.recall} == said - {""}


def test_every_reply_that_quotes_the_participant_can_appear() -> None:
    for activity in ACTIVITIES:
        if recalling := {reply.say for reply in replies_of(activity) if reply.recall}:
            said = {
                reply.say for walk in walks(activity) for reply in replies(walk).values() if reply.recalled
            }
            assert said == recalling


@every_activity
def test_the_author_has_written_a_reply_to_every_possible_answer(activity: Activity) -> None:
    for prompt in activity.prompts:
        assert [given for given in every_way_to_answer(prompt) if not said_to(prompt, given)] == []


def test_no_starter_activity_gives_the_same_reply_to_two_questions() -> None:
    for activity in ACTIVITIES:
        says = [reply.say for reply in replies_of(activity)]
        assert len(says) == len(set(says))
