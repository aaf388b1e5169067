"""Test a conversation's path and progress, also with random activities."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from companion.domain.activities.activity import Activity, from_plain, read, to_plain
from companion.domain.activities.answers import Condition, Way
from companion.domain.activities.conversation import Conversation, Edit, Given, Progress
from tests.domain.activities.test_activity import WALK

WALKED = read(WALK.encode())


def said(value: Any, way: Way = "answered") -> Given:
    return Given(way, value, 1, datetime(2026, 11, 24, tzinfo=UTC))


def path(**answers: Given) -> tuple[list[str], str | None]:
    """Return the ids of the answered prompts, and the id of the next prompt or None."""
    conversation = Conversation(WALKED, {name.replace("_", "-"): given for name, given in answers.items()})
    upcoming = conversation.next_prompt
    return [turn.prompt.id for turn in conversation.turns], upcoming.id if upcoming else None


def test_a_branch_is_taken_if_its_condition_is_met() -> None:
    assert path() == ([], "went")
    assert path(went=said("yes")) == (["went"], "noticed")
    assert path(went=said("no")) == (["went"], "in-the-way")
    assert path(went=said(None, "not_sure")) == (["went"], "in-the-way")


def test_an_answer_is_used_again_when_its_question_is_asked_again() -> None:
    assert path(went=said("no"), in_the_way=said("rain"), noticed=said(["light"])) == (
        ["went", "in-the-way"],
        None,
    )
    assert path(went=said("yes"), in_the_way=said("rain"), noticed=said(["light"])) == (
        ["went", "noticed"],
        None,
    )


def test_only_the_next_prompt_or_an_earlier_prompt_can_be_answered() -> None:
    conversation = Conversation(WALKED, {"went": said("yes")})
    assert conversation.asked("went") and conversation.asked("noticed")
    assert conversation.asked("in-the-way") is None
    assert conversation.asked("no-such-prompt") is None


def test_progress_gives_the_fewest_and_the_most_questions_that_may_follow() -> None:
    progress = Conversation(WALKED, {}).progress
    assert (progress.done, progress.fewest_left, progress.most_left) == (0, 2, 2)
    progress = Conversation(WALKED, {"went": said("yes")}).progress
    assert (progress.done, progress.fewest_left, progress.most_left) == (1, 1, 1)


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    """Return a valid activity that has only scale questions.

    The activity's branches may lead to any later question.
    """
    count = draw(st.integers(1, 8))
    prompts = []
    numbers = st.integers(0, 10)
    for place in range(count):
        ahead = st.integers(place + 1, count).map(lambda to: "end" if to == count else f"p{to}")
        branches = [
            {
                "to": draw(ahead),
                "when": {"prompt": f"p{draw(st.integers(0, place))}", "at_least": draw(numbers)},
            }
            for _ in range(draw(st.integers(0, 2)))
        ]
        prompts.append(
            {
                "id": f"p{place}",
                "kind": "scale",
                "ask": "?",
                "low_label": "l",
                "high_label": "h",
                "branches": branches,
            }
        )
    return from_plain(
        {"format": 1, "id": "a", "title": "A", "minutes": 1, "introduction": "i", "prompts": prompts}
    )


@given(activity=activities(), numbers=st.lists(st.integers(0, 10) | st.none(), min_size=8, max_size=8))
def test_the_number_of_questions_in_a_conversation_is_always_within_the_predicted_range(
    activity: Activity, numbers: list[int | None]
) -> None:
    answers: dict[str, Given] = {}
    first = Conversation(activity, answers).progress
    while prompt := Conversation(activity, answers).next_prompt:
        before = Conversation(activity, answers).progress
        number = numbers[int(prompt.id[1:])]
        answers[prompt.id] = said(number) if number is not None else said(None, "talk")
        after = Conversation(activity, answers).progress
        assert after.done == before.done + 1
        assert before.fewest_left - 1 <= after.fewest_left
        assert after.most_left <= before.most_left - 1
    done = len(Conversation(activity, answers).turns)
    assert first.fewest_left <= done <= first.most_left


@given(
    activity=activities(),
    numbers=st.lists(st.integers(0, 10), min_size=8, max_size=8),
    other=st.integers(0, 10),
)
def test_changing_an_answer_and_changing_it_back_has_no_effect(
    activity: Activity, numbers: list[int], other: int
) -> None:
    answers = {prompt.id: said(numbers[place]) for place, prompt in enumerate(activity.prompts)}
    before = Conversation(activity, answers).turns
    changed = {**answers, before[0].prompt.id: said(other)}
    Conversation(activity, changed)
    assert Conversation(activity, answers).turns == before
    back = {**changed, before[0].prompt.id: answers[before[0].prompt.id]}
    assert Conversation(activity, back).turns == before


def test_each_question_of_a_conversation_records_which_answer_led_to_it() -> None:
    walked = Conversation(WALKED, {"went": said("yes"), "noticed": said(["light"])}).turns
    assert walked[0].because is None
    because = walked[1].because
    assert because is not None
    assert because.turn.prompt.id == "went" and because.condition.one_of == ("yes",)
    fell_through = Conversation(WALKED, {"went": said("no"), "in-the-way": said("rain")}).turns
    otherwise = fell_through[1].because
    assert otherwise is not None
    assert otherwise.turn.prompt.id == "went" and otherwise.condition == Condition()


def test_answers_to_later_questions_are_kept_if_a_changed_answer_inserts_a_question() -> None:
    straight = to_plain(WALKED)
    del straight["prompts"][1]["branches"]  # without this branch, “in-the-way” is followed by “noticed”
    answers = {"went": said("yes"), "noticed": said(["light"])}
    assert Conversation(from_plain(straight), answers).edit("went", said("no")).leaving == ()
    edit = Conversation(WALKED, answers).edit("went", said("no"))
    assert [turn.prompt.id for turn in edit.leaving] == ["noticed"]


def test_changing_an_answer_lists_the_other_answers_that_no_longer_apply() -> None:
    answers = {"went": said("no"), "in-the-way": said("rain"), "noticed": said(["light"])}
    edit = Conversation(WALKED, answers).edit("went", said("yes"))
    assert [turn.prompt.id for turn in edit.leaving] == ["in-the-way"]
    assert [turn.prompt.id for turn in edit.returning] == ["noticed"]
    assert Conversation(WALKED, answers).edit("in-the-way", said("snow")) == Edit((), (), {})


HOPES = """
format = 1
id = "hopes"
title = "Hopes"
minutes = 5
introduction = "This looks at your hopes."

[[prompts]]
id = "hopes"
kind = "list"
ask = "What do you hope for?"
most = 3

[[prompts]]
id = "near"
kind = "yes_no"
ask = "Is it near?"
for_each = "hopes"

[[prompts.branches]]
to = "next"
when = { one_of = ["no"] }

[[prompts]]
id = "why"
kind = "short_text"
ask = "Why does it matter?"
recall = "near"
for_each = "hopes"

[[prompts]]
id = "first"
kind = "short_text"
ask = "What do you do first?"
recall = "hopes"
"""
HOPED = read(HOPES.encode())


def talked(*answers: Any) -> Conversation:
    """Return a conversation with these answers.

    None means the answer *I'm not sure yet*.
    """
    given: dict[str, Given] = {}
    for answer in answers:
        prompt = Conversation(HOPED, given).next_prompt
        assert prompt
        given[prompt.id] = said(answer) if answer is not None else said(None, "not_sure")
    return Conversation(HOPED, given)


def addresses(conversation: Conversation) -> list[str]:
    return [turn.address for turn in conversation.turns]


def test_repeated_prompts_are_asked_once_per_item_of_the_list() -> None:
    walked = talked(["calm", "sleep"], "yes", "It is quiet.", "no", "I walk.")
    assert addresses(walked) == ["hopes", "near.1", "why.1", "near.2", "first"]
    assert [turn.item for turn in walked.turns] == ["", "calm", "calm", "sleep", ""]
    assert walked.next_prompt is None
    because = talked(["calm", "sleep"], "no").open
    assert because and because.item == "sleep" and because.because and because.because.turn.item == "calm"


def test_repeated_prompts_are_skipped_if_the_list_has_no_items() -> None:
    assert addresses(talked(None, "I walk.")) == ["hopes", "first"]
    assert talked(None).progress == Progress(1, 1, 1)


def test_progress_counts_every_repeat_of_a_prompt() -> None:
    assert talked().progress == Progress(0, 2, 8)
    assert talked(["calm", "sleep"]).progress == Progress(1, 3, 5)
    assert talked(["calm", "sleep"], "yes").progress == Progress(2, 3, 4)


def test_a_prompt_can_quote_an_earlier_answer() -> None:
    open_question = talked(["calm"], "yes").open
    assert open_question and open_question.recalled and open_question.recalled.address == "near.1"
    last = talked(["calm"], "no").open
    assert last and last.recalled and last.recalled.given.value == ["calm"]
    unsure = talked(None).open
    assert unsure and unsure.recalled is None


def test_an_answer_stays_with_its_item_when_the_list_is_reordered() -> None:
    walked = talked(["calm", "sleep"], "yes", "It is quiet.", "no", "I walk.")
    edit = walked.edit("hopes", said(["sleep"]))
    assert [turn.address for turn in edit.leaving] == ["near.1", "why.1"]
    answers = {turn.prompt.id: turn.given for turn in walked.turns} | {"hopes": said(["sleep", "calm"])}
    turned = Conversation(HOPED, answers)
    assert addresses(turned) == ["hopes", "near.1", "near.2", "why.2", "first"]
    assert turned.turns[3].given.value == "It is quiet."


def test_answers_about_a_list_item_are_kept_if_the_item_is_slightly_reworded() -> None:
    walked = talked(["to sleep beter", "calm"], "yes", "It is quiet.", "no", "I walk.")
    edit = walked.edit("hopes", said(["to sleep better", "calm"]))
    assert edit.leaving == () and len(edit.moving) == 2
    other = walked.edit("hopes", said(["a garden", "calm"]))
    assert [turn.address for turn in other.leaving] == ["near.1", "why.1"] and other.moving == {}


def test_a_repeated_item_in_a_list_is_treated_as_two_items() -> None:
    walked = talked(["calm", "calm"], "no")
    assert walked.open and walked.open.address == "near.2"
