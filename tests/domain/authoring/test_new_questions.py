"""Test questions that an author adds for participants who choose a particular option."""

from datetime import UTC, datetime

import msgspec
import pytest

from companion.domain.activities.activity import MOST_PROMPTS, Activity
from companion.domain.activities.answers import Branch, Condition, Prompt
from companion.domain.activities.answers.list import ListItems
from companion.domain.activities.answers.short_text import ShortText
from companion.domain.activities.checker import faults
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.authoring.new_questions import added, changed, passing_by
from companion.domain.refusals import Rejected
from tests.domain.authoring.test_prompt_form import WENT, with_prompts

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
YES, NO = Condition(one_of=("yes",)), Condition(one_of=("no",))
SEEN, WAY = {"+1": "What did you see?"}, {"+2": "What was in the way?"}
LAST = ShortText(id="last", ask="What is your next walk?")


def leading(prompt: Prompt, *branches: Branch) -> Prompt:
    return msgspec.structs.replace(prompt, branches=branches)


ONE = leading(WENT, Branch(to="+2", when=NO))
BOTH = leading(WENT, Branch(to="+1", when=YES), Branch(to="+2", when=NO))


def asks(activity: Activity) -> list[str]:
    return [prompt.ask for prompt in activity.prompts]


def path(activity: Activity, went: str) -> list[str]:
    """Return the questions that the participant gets if they answer ``went`` to the first one."""
    answers: dict[str, Given] = {}
    while asked := (conversation := Conversation(activity, answers)).open:
        assert len(answers) < 9
        first = asked.prompt.id == activity.prompts[0].id
        way = went if first and went in ("talk", "not_sure") else "answered"
        value = (went if first else "x") if way == "answered" else None
        answers[asked.prompt.id] = Given(way, value, 1, NOW)  # type: ignore[arg-type]
    return [turn.prompt.ask for turn in conversation.turns]


def test_a_question_added_for_one_option_is_asked_only_of_participants_who_choose_that_option() -> None:
    activity = added(with_prompts(LAST), ONE, "", WAY, ())
    assert asks(activity) == [WENT.ask, WAY["+2"], LAST.ask]
    assert path(activity, "no") == asks(activity)
    for answer in ("yes", "talk", "not_sure"):
        assert path(activity, answer) == [WENT.ask, LAST.ask]
    assert faults(activity) == []


def test_each_answer_can_lead_to_its_own_new_question() -> None:
    activity = added(with_prompts(LAST), BOTH, "", SEEN | WAY, ())
    assert path(activity, "yes") == [WENT.ask, SEEN["+1"], LAST.ask]
    assert path(activity, "no") == [WENT.ask, WAY["+2"], LAST.ask]
    assert path(activity, "talk") == [WENT.ask, LAST.ask]
    assert faults(activity) == []


def test_a_question_added_after_a_branch_is_asked_whatever_the_answer_was() -> None:
    activity = added(with_prompts(), BOTH, "", SEEN | WAY, ())
    assert path(activity, "talk") == [WENT.ask]
    passing = passing_by(activity, 3)
    assert [each.ask for each in passing] == [WENT.ask, SEEN["+1"]]
    behind = activity.prompts[-1].id
    for_all = added(activity, LAST, behind, {}, [each.id for each in passing])
    for answer in ("yes", "no", "talk"):
        assert path(for_all, answer)[-1] == LAST.ask
    for_one = added(activity, LAST, behind, {}, ["nobody"])
    assert path(for_one, "no")[-1] == LAST.ask
    assert path(for_one, "yes") == [WENT.ask, SEEN["+1"]]


def test_adding_a_question_for_one_option_does_not_change_where_the_other_options_lead() -> None:
    prompt = leading(WENT, Branch(to="+2", when=NO), Branch(to="end"))
    activity = added(with_prompts(LAST), prompt, "", WAY, ())
    assert path(activity, "yes") == [WENT.ask]
    assert path(activity, "no") == [WENT.ask, WAY["+2"], LAST.ask]


def test_new_questions_are_added_only_once_if_their_form_is_sent_twice() -> None:
    once = added(with_prompts(LAST), BOTH, "", SEEN | WAY, ())
    assert added(once, BOTH, "", SEEN | WAY, ()) == once
    first = msgspec.structs.replace(BOTH, id=once.prompts[0].id)
    assert changed(once, first, SEEN | WAY) == once
    other = changed(once, first, SEEN | {"+2": "Who could walk with you?"})
    assert asks(other).count("Who could walk with you?") == 1


def test_a_new_question_can_be_added_beside_an_option_of_an_existing_question() -> None:
    activity = changed(with_prompts(WENT, LAST), ONE, WAY)
    assert asks(activity) == [WENT.ask, WAY["+2"], LAST.ask]
    assert path(activity, "yes") == [WENT.ask, LAST.ask]


def test_a_new_question_inside_a_repeated_part_is_repeated_too() -> None:
    things = ListItems(id="things", ask="What did you see?")
    liked = msgspec.structs.replace(ONE, id="liked", for_each="things")
    activity = added(with_prompts(things, LAST), liked, "things", WAY, ())
    _, first, new, _ = activity.prompts
    assert new.for_each == "things"
    assert first.branches[-1] == Branch(to="next")
    assert faults(activity) == []


def test_no_question_can_be_added_to_an_activity_with_the_maximum_number_of_questions() -> None:
    many = [ShortText(id=f"p{number}", ask=f"Walk {number}?") for number in range(MOST_PROMPTS - 1)]
    with pytest.raises(Rejected) as refused:
        added(with_prompts(*many), ONE, "", WAY, ())
    assert [problem.key for problem in refused.value.problems] == ["too_many"]
