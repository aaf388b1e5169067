"""Test the form in which authors enter branches beside an option or in separate rows."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from companion.content import starter_activities
from companion.domain.activities.answers import Branch, Condition, Prompt
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.answers.yes_no import YesNo
from companion.domain.authoring.branch_form import NEW, new_asks
from companion.domain.authoring.prompt_form import form_of, in_another_kind, typed_prompt
from companion.domain.forms import Form
from companion.domain.refusals import Rejected
from tests.domain.authoring.test_prompt_form import WENT, again, with_prompts

YES, NOT_SURE, TALK = Condition(one_of=("yes",)), Condition(way="not_sure"), Condition(way="talk")
SO = YesNo(id="so", ask="Is it so?")


def leading(prompt: Prompt, *branches: Branch) -> Prompt:
    return msgspec.structs.replace(prompt, branches=branches)


def typed(prompt: Prompt, form: Form) -> tuple[Branch, ...]:
    kind = str(prompt.__struct_config__.tag)
    return typed_prompt(kind, {**form_of(prompt), **form}, with_prompts(prompt, SO), prompt).branches


def refused(prompt: Prompt, form: Form) -> set[tuple[str, str]]:
    with pytest.raises(Rejected) as refusal:
        typed(prompt, form)
    return {(problem.field, problem.key) for problem in refusal.value.problems}


def test_a_branch_is_shown_beside_the_option_that_leads_to_it() -> None:
    form = form_of(leading(WENT, Branch(to="so", when=YES), Branch(to="end", when=TALK)))
    assert (form["options-to"], form["go-talk"], form["go-not_sure"]) == (["so", ""], ["end"], [""])
    assert form["when"] == [] and form["otherwise"] == []
    assert typed(WENT, {"options-to": ["", "end"], "go-not_sure": ["so"], "otherwise": ["so"]}) == (
        Branch(to="end", when=Condition(one_of=("no",))),
        Branch(to="so", when=NOT_SURE),
        Branch(to="so"),
    )


def test_options_that_lead_to_the_same_question_share_a_branch() -> None:
    both = Condition(one_of=("yes", "no"))
    assert form_of(leading(WENT, Branch(to="so", when=both)))["options-to"] == ["so", "so"]
    assert typed(WENT, {"options-to": ["so", "so"]}) == (Branch(to="so", when=both),)
    each = leading(WENT, Branch(to="so", when=YES), Branch(to="so", when=Condition(one_of=("no",))))
    assert again(each, with_prompts(each, SO)) == each  # separate branches in a file stay separate


def test_a_new_option_and_its_branch_are_saved_together() -> None:
    form = {
        "options-id": ["yes", "", "no"],
        "options-label": ["Yes", "Half the way", "Not today"],
        "options-to": ["", "end", ""],
    }
    assert typed(WENT, form) == (Branch(to="end", when=Condition(one_of=("half-the-way",))),)


def test_a_built_in_option_such_as_yes_can_lead_to_another_question() -> None:
    assert form_of(SO)["reply-to-go"] == ["", ""]
    assert typed(SO, {"reply-to-go": ["", "end"]}) == (Branch(to="end", when=Condition(one_of=("no",))),)
    assert refused(SO, {"reply-to": ["\x00", "no"], "reply-to-go": ["end", ""]}) == {
        ("reply-to-go-1", "not_offered")
    }


def test_a_branch_on_a_number_has_its_own_row_in_the_form() -> None:
    how = Scale(id="how", ask="How was it?", low_label="Hard", high_label="Good")
    low = Branch(to="end", when=Condition(at_most=3))
    assert form_of(leading(how, low))["when"] == ["how|at_most|3"]
    assert typed(leading(how, low), {"go-talk": ["so"]}) == (low, Branch(to="so", when=TALK))
    swapped = leading(WENT, Branch(to="end", when=TALK), Branch(to="so", when=YES))
    assert (form_of(swapped)["when"], form_of(swapped)["options-to"]) == (["went|way|talk"], ["so", ""])
    assert again(swapped, with_prompts(swapped, SO)) == swapped


def test_a_new_question_gets_a_temporary_name_based_on_its_form_field() -> None:
    form: Form = {
        **form_of(WENT),
        "options-to": [NEW, ""],
        # typing the question's text is enough
        "options-ask": ["What did you see?", " What was\r\nin the way? "],
        "go-talk": [NEW],
        "ask-talk": ["What shall we talk about?"],
    }
    assert [(each.to, each.when) for each in typed(WENT, form)] == [
        ("+options-to-1", YES),
        ("+options-to-2", Condition(one_of=("no",))),
        ("+go-talk", TALK),
    ]
    assert new_asks(form) == {
        "+options-to-1": "What did you see?",
        "+options-to-2": "What was\nin the way?",
        "+go-talk": "What shall we talk about?",
    }


def test_errors_in_branches_are_reported_next_to_their_fields() -> None:
    assert refused(WENT, {"options-to": [NEW, "gone"], "go-talk": ["end"], "ask-talk": ["Why?"]}) == {
        ("options-ask-1", "empty"),
        ("options-to-2", "not_offered"),
        ("ask-talk", "new_or_another"),
    }
    assert refused(WENT, {"options-ask": ["x" * 2001], "reply-to-go": []}) == {("options-ask-1", "too_long")}
    nowhere = {"options-label": ["Yes", "Not today", ""], "options-to": ["", "", "end"]}
    assert refused(WENT, nowhere) == {("options-label-3", "empty")}


def test_changing_a_questions_kind_shows_the_new_kinds_options() -> None:
    form = in_another_kind({"ask": ["Why?"], "reply-to": []}, "short_text", "yes_no")
    assert (form["reply-to"], form["reply-to-go"]) == (["yes", "no"], ["", ""])
    kept = {"reply-to": ["yes", "no"], "reply-to-say": ["Then on.", ""]}
    assert in_another_kind(kept, "yes_no", "short_text")["reply-to-say"] == ["Then on.", ""]


def test_most_branches_of_the_starter_activities_appear_next_to_an_option_in_the_form() -> None:
    beside = rows = 0
    for activity in starter_activities():
        for prompt in activity.prompts:
            form = form_of(prompt)
            beside += sum(map(bool, (*form["options-to"], *form["reply-to-go"], *form["go-talk"])))
            rows += len(form["when"])
            assert again(prompt, activity) == prompt
    assert beside > rows


@settings(max_examples=settings().max_examples // 4)
@given(
    branches=some.lists(
        some.builds(
            Branch,
            to=some.sampled_from(["so", "end"]),
            when=some.builds(
                Condition,
                prompt=some.sampled_from(["", "", "so"]),
                way=some.sampled_from([None, None, "not_sure", "talk", "answered"]),
                one_of=some.sampled_from([(), (), ("yes",), ("no",), ("yes", "no"), ("gone",)]),
                at_most=some.sampled_from([None, None, 3]),
            ).filter(lambda when: when != Condition()),
        ),
        max_size=5,
    )
)
def test_saving_the_branch_form_leaves_imported_branches_unchanged(branches: list[Branch]) -> None:
    prompt = leading(WENT, *branches)
    assert again(prompt, with_prompts(prompt, SO)).branches == tuple(branches)
