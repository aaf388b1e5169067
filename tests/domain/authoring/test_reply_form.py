"""Test the form where authors write Companion's replies to participants' answers."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from companion.content import starter_activities
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import REPLIES_MOST, Condition, Prompt, Reply
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.answers.yes_no import YesNo
from companion.domain.authoring.prompt_form import form_of, typed_prompt
from companion.domain.authoring.reply_form import ALWAYS
from companion.domain.forms import Form
from companion.domain.refusals import Rejected
from tests.domain.authoring.test_prompt_form import WENT, again, with_prompts

NOT_SURE = Reply(say="That can wait.", when=Condition(way="not_sure"))
YES = Reply(say="On to what you saw.", when=Condition(one_of=("yes",)))


def replied(prompt: Prompt, *replies: Reply) -> Prompt:
    return msgspec.structs.replace(prompt, replies=replies)


def typed(prompt: Prompt, **more: list[str]) -> tuple[Reply, ...]:
    names = {name.replace("__", "-"): texts for name, texts in more.items()}
    return typed_prompt(kind(prompt), {**form_of(prompt), **names}, with_prompts(prompt), prompt).replies


def refused(prompt: Prompt, form: Form) -> set[tuple[str, str]]:
    with pytest.raises(Rejected) as refusal:
        typed_prompt(kind(prompt), {**form_of(prompt), **form}, with_prompts(prompt), prompt)
    return {(problem.field, problem.key) for problem in refusal.value.problems}


def kind(prompt: Prompt) -> str:
    return str(prompt.__struct_config__.tag)


def test_a_reply_to_an_option_is_typed_beside_the_option() -> None:
    form = form_of(replied(WENT, YES, NOT_SURE))
    assert form["options-reply"] == ["On to what you saw.", ""]
    assert form["reply-not_sure"] == ["That can wait."] and form["reply-say"] == []
    assert typed(WENT, options__reply=["", "Tomorrow, then."], reply__talk=["It can wait."]) == (
        Reply(say="Tomorrow, then.", when=Condition(one_of=("no",))),
        Reply(say="It can wait.", when=Condition(way="talk")),
    )


def test_a_new_option_and_its_reply_are_saved_together() -> None:
    form: dict[str, Any] = {
        "options__id": ["yes", "", "no"],
        "options__label": ["Yes", "Half the way", "Not today"],
        "options__reply": ["", "Half is a start.", ""],
    }
    (reply,) = typed(WENT, **form)
    assert reply == Reply(say="Half is a start.", when=Condition(one_of=("half-the-way",)))


def test_an_option_with_a_reply_needs_text() -> None:
    assert refused(
        WENT, {"options-label": ["Yes", "Not today", ""], "options-reply": ["", "", "So it is."]}
    ) == {("options-label-3", "empty")}


def test_authors_can_write_a_reply_to_a_built_in_option_such_as_yes() -> None:
    so = YesNo(id="so", ask="Is it so?")
    form = form_of(so)
    assert (form["reply-to"], form["reply-to-say"]) == (["yes", "no"], ["", ""])
    assert typed(so, reply__to__say=["Then on.", ""]) == (
        Reply(say="Then on.", when=Condition(one_of=("yes",))),
    )
    assert refused(so, {"reply-to": ["\x00", "no"], "reply-to-say": ["So.", ""]}) == {
        ("reply-to-say-1", "not_offered")
    }


def test_each_number_range_has_its_own_row_in_the_reply_form() -> None:
    low = Reply(say="“I need help now” shows who answers.", when=Condition(at_most=3))
    how = Scale(id="how", ask="How was it?", low_label="Hard", high_label="Good")
    form = form_of(replied(how, low, NOT_SURE))
    assert (form["reply-when"], form["reply-say"]) == (["how|at_most|3"], [low.say])
    assert typed(replied(how, low), reply__not_sure=["That can wait."]) == (low, NOT_SURE)
    shown = typed(how, reply__when=[ALWAYS], reply__say=["Here it is."], reply__recall=["how"])
    assert shown == (Reply(say="Here it is.", recall="how"),)


def test_saving_the_reply_form_does_not_change_the_order_of_the_replies() -> None:
    first = replied(WENT, NOT_SURE, YES)
    assert form_of(first)["options-reply"] == ["On to what you saw.", ""]
    assert form_of(first)["reply-say"] == ["That can wait."] and form_of(first)["reply-not_sure"] == [""]
    assert again(first, with_prompts(first)) == first


def test_errors_in_replies_are_reported_at_their_fields() -> None:
    rows = {"reply-when": ["", "x", "went|way|talk", "went|way|talk"], "reply-say": ["a", "b", "", "c"]}
    assert refused(WENT, {**rows, "reply-recall": ["", "", "", "nobody"]}) == {
        ("reply-when-1", "nothing_chosen"),
        ("reply-when-2", "not_offered"),
        ("reply-say-3", "empty"),
        ("reply-recall-4", "not_offered"),
    }
    assert refused(WENT, {"reply-talk": ["x" * 301], "options-reply": ["\x00"]}) == {
        ("reply-talk", "too_long"),
        ("options-reply-1", "hidden_characters"),
    }
    many = REPLIES_MOST + 1
    rows = {"reply-when": ["went|way|talk"] * many, "reply-say": ["So."] * many}
    assert refused(WENT, rows) == {("reply-say-1", "too_many")}


def test_line_breaks_in_a_reply_become_spaces() -> None:
    assert typed(WENT, reply__talk=["It can\r\nwait. \n\n So it is."])[0].say == "It can wait. So it is."


def test_the_reply_form_shows_most_replies_of_starter_activities_beside_their_options() -> None:
    beside = 0
    for activity in starter_activities():
        for prompt in activity.prompts:
            form = form_of(prompt)
            beside += sum(map(bool, (*form["options-reply"], *form["reply-to-say"])))
            assert again(prompt, activity) == prompt
            assert len(form["reply-say"]) <= 2
    assert beside > 100


@settings(max_examples=settings().max_examples // 4)
@given(
    replies=some.lists(
        some.builds(
            Reply,
            say=some.sampled_from(["So.", "On.", "It can wait."]),
            when=some.builds(
                Condition,
                prompt=some.sampled_from(["", "", "went"]),
                way=some.sampled_from([None, None, "not_sure", "talk", "answered"]),
                one_of=some.sampled_from([(), (), ("yes",), ("no",), ("yes", "no"), ("gone",)]),
                at_most=some.sampled_from([None, None, 3]),
            ),
            recall=some.sampled_from(["", "", "went"]),
        ),
        max_size=5,
    )
)
def test_saving_the_reply_form_does_not_change_replies_that_were_imported_from_a_file(
    replies: list[Reply],
) -> None:
    prompt = replied(WENT, *replies)
    activity: Activity = with_prompts(prompt)
    assert again(prompt, activity).replies == tuple(replies)
