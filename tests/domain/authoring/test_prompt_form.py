"""Test the form for each kind of question.

Saving an unchanged question must not alter it. Whatever the form contains, parsing the form may raise no
exception except ``Rejected``.
"""

from contextlib import suppress
from typing import Annotated

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from companion.content import starter_activities
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import BRANCHES_MOST, Branch, Condition, Prompt, kinds
from companion.domain.activities.answers.one_choice import OneChoice, Option
from companion.domain.activities.answers.several_choices import SeveralChoices
from companion.domain.activities.answers.short_text import ShortText
from companion.domain.activities.editing import About
from companion.domain.activities.editing import blank as blank_activity
from companion.domain.authoring.branch_form import NEW, new_asks
from companion.domain.authoring.condition_codes import askable, code, condition
from companion.domain.authoring.prompt_form import (
    alike,
    blank,
    form_of,
    in_another_kind,
    settings_of,
    typed_prompt,
)
from companion.domain.forms import Form
from companion.domain.refusals import Rejected
from tests.domain.activities.answers.samples import every_kind, sample_of
from tests.domain.any_activity import PIECES, activities_of

every = pytest.mark.parametrize("kind", kinds())
WALK = blank_activity(About("A walk", None, 10, "This looks at one walk."), "a-walk")
WENT = OneChoice(
    id="went", ask="Did you go?", options=(Option(id="yes", label="Yes"), Option(id="no", label="Not today"))
)


def with_prompts(*prompts: Prompt) -> Activity:
    return msgspec.structs.replace(WALK, prompts=prompts)


def again(prompt: Prompt, activity: Activity) -> Prompt:
    """Submit the question's form without changes, and return the question that results."""
    return typed_prompt(str(prompt.__struct_config__.tag), form_of(prompt), activity, prompt)


def rejected(kind: str, form: Form, old: Prompt | None = None) -> list[tuple[str, str]]:
    """Assert that the form is refused. Return its errors as (field, message key)."""
    with pytest.raises(Rejected) as refused:
        typed_prompt(kind, form, with_prompts(WENT), old)
    return [(problem.field, problem.key) for problem in refused.value.problems]


def test_saving_the_form_of_any_shipped_question_changes_nothing() -> None:
    many = 0
    for activity in (*starter_activities(), every_kind()):
        for prompt in activity.prompts:
            assert again(prompt, activity) == prompt
            many += 1
    assert many > 150


@every
@settings(max_examples=settings().max_examples // 4)
@given(data=some.data())
def test_saving_a_question_without_editing_it_keeps_its_branches(kind: str, data: some.DataObject) -> None:
    activity = data.draw(activities_of(kind))
    for prompt in activity.prompts:
        with suppress(Rejected):  # one example is a branch to a question that doesn't exist
            saved = again(prompt, activity)
            assert again(saved, activity) == saved
            assert [(each.to, each.when) for each in saved.branches if each.when != Condition()] == [
                (each.to, each.when) for each in prompt.branches if each.when != Condition()
            ]


@every
@given(data=some.data())
def test_any_submitted_form_either_gives_a_valid_question_or_is_refused(
    kind: str, data: some.DataObject
) -> None:
    texts = some.sampled_from(
        (
            *PIECES,
            *("", "yes", "went", "end", "next", NEW, "7", "0", "-1", "9" * 5000, "٣", "x" * 301, "x" * 2001),
            *("went|one_of|yes", "|way|talk", "went|at_least|3", "|one_of|\x00", "keep|1", "keep|x", "{"),
            *('{"one_of": ["yes", "no"]}', '{"at_least": 1' + "0" * 40 + "}", '{"x": 1}', '{"one_of": ["\\u0000"]}'),
            *("[" * 500, '{"one_of": ["\\ud800"]}', '{"prompt": "went", "way": "talk", "at_most": 3}'),
        )
    )  # fmt: skip
    names = {*form_of(blank(kinds()[kind])), "when", "to", "otherwise", "recall", "for_each"}
    form = data.draw(some.dictionaries(some.sampled_from(sorted(names)), some.lists(texts, max_size=4)))
    activity = with_prompts(WENT)
    try:
        prompt, new = typed_prompt(kind, form, activity, None), new_asks(form)
    except Rejected as refused:
        problems = refused.problems
    else:
        assert prompt.id == "question-2"
        if new:  # the new questions haven't been added to the activity
            return
        assert again(prompt, with_prompts(WENT, prompt)) == prompt
        return
    at_a_field = {problem.field.rstrip("-0123456789") for problem in problems if problem.key != "bad_setting"}
    assert at_a_field <= names


@every
def test_the_form_for_a_new_question_contains_default_values(kind: str) -> None:
    form = form_of(blank(kinds()[kind]))
    sample = next(each for each in every_kind(kind).prompts)
    missing = {field for field, _ in rejected(kind, form)}
    required = {each.name for each in settings_of(kinds()[kind]) if each.required}
    assert "ask" in missing
    assert {field.partition("-")[0] for field in missing} <= {"ask", *required}
    filled = {**form, **{name: texts for name, texts in form_of(sample).items() if name in ("ask", "help")}}
    if not required:
        assert typed_prompt(kind, filled, WALK, None).ask == sample_of(kind).ask


@every
def test_every_condition_offered_in_a_form_can_be_saved(kind: str) -> None:
    (prompt,) = every_kind(kind).prompts
    own = list(askable(prompt))
    assert len(dict(own)) == len(own)
    for name, asked in own:
        assert condition(name, prompt.id) == asked
        assert code(asked, prompt.id) == name
        about_it = condition(name, "another")
        assert about_it == msgspec.structs.replace(asked, prompt=prompt.id)


def test_saving_the_question_form_keeps_conditions_that_were_imported_from_a_file() -> None:
    rich = (
        Condition(one_of=("yes", "no")),
        Condition(prompt="went", way="answered", at_least=2, at_most=4),
        Condition(prompt="noticed", one_of=("a|b",)),
        Condition(one_of=("x",), prompt="noticed-2"),
        Condition(prompt="noticed", way="talk"),  # a condition on the question itself, by its id
    )
    prompt = ShortText(
        id="noticed", ask="What did you notice?", branches=tuple(Branch(to="end", when=each) for each in rich)
    )
    assert again(prompt, with_prompts(WENT, prompt)).branches == prompt.branches


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "went", "went|", "went|one_of|", "went|way|king", "went|at_least|-1", "went|at_most|٣"),
        *("went|at_least|" + "9" * 40, "went|one_of|\x00", "\x00|way|talk", "{", "{}x", "[" * 50_000, '{"x": 1}'),
        *('{"one_of": ["\\u0000"]}', '{"one_of": ["\\ud800"]}', '{"prompt": "\x00"}', '{"at_least": 1e9}'),
        '{"at_least": 1' + "0" * 40 + "}",
    ],
)  # fmt: skip
def test_a_malformed_condition_in_the_form_is_refused(text: str) -> None:
    assert condition(text, "noticed") is None


def test_an_unconditional_branch_appears_in_the_row_for_all_other_answers() -> None:
    prompt = ShortText(
        id="noticed",
        ask="What did you notice?",
        branches=(Branch(to="end", when=Condition(way="talk")), Branch(to="went")),
    )
    form = form_of(prompt)
    assert (form["when"], form["go-talk"], form["otherwise"]) == ([], ["end"], ["went"])
    assert again(prompt, with_prompts(prompt, WENT)) == prompt


def test_each_error_in_a_question_form_is_shown_at_the_row_that_caused_it() -> None:
    rows = {"when": ["", "went|way|talk", "", "x", "went|way|talk"], "to": ["", "", "end", "end", "gone"]}
    form = {"ask": ["Why?"], **rows, "otherwise": ["gone"], "recall": ["gone"], "for_each": ["gone"]}
    assert rejected("yes_no", form) == [
        ("recall", "not_offered"),
        ("for_each", "not_offered"),
        ("to-2", "nothing_chosen"),
        ("when-3", "nothing_chosen"),
        ("when-4", "not_offered"),
        ("to-5", "not_offered"),
        ("otherwise", "not_offered"),
    ]
    labels = ["Yes", "", "x" * 301, "No\x00"]
    assert rejected("one_choice", {"ask": [""], "options-label": labels}) == [
        ("ask", "empty"),
        ("options-label-3", "too_long"),
    ]
    assert ("measures-label-1", "empty") in rejected("daily_record", {"ask": ["How was it?"]})
    five = {f"measures-{name}": ["x"] * 5 for name in ("label", "low_label", "high_label")}
    assert ("measures-label-1", "too_many") in rejected("daily_record", {"ask": ["How was it?"], **five})
    assert rejected("a king", {"ask": ["Why?"]}) == [("kind", "not_offered")]
    many = {"when": ["|way|talk"] * (BRANCHES_MOST + 1), "to": ["end"] * (BRANCHES_MOST + 1)}
    assert rejected("yes_no", {"ask": ["Why?"], **many}) == [("when-1", "too_many")]


def options(*rows: tuple[str, str]) -> list[tuple[str, str]]:
    """Save rows with these ids and labels, and return the resulting ids and labels."""
    form = {
        "ask": ["Why?"],
        "options-id": [row[0] for row in rows],
        "options-label": [row[1] for row in rows],
    }
    prompt = typed_prompt("one_choice", form, WALK, None)
    assert isinstance(prompt, OneChoice)
    return [(each.id, each.label) for each in prompt.options]


def test_an_option_keeps_its_id_whatever_else_changes() -> None:
    assert options(("", "Yes"), ("", ""), ("", " Not yet ")) == [("yes", "Yes"), ("not-yet", "Not yet")]
    assert options(("yes", "Always"), ("", "No")) == [("yes", "Always"), ("no", "No")]
    # a new option never reuses an id, because a branch may still refer to a deleted option
    assert options(("", "Yes"), ("yes", "Yes, often")) == [("yes-2", "Yes"), ("yes", "Yes, often")]
    assert options(("yes", ""), ("", "Yes")) == [("yes-2", "Yes")]
    assert options(("yes", "Yes"), ("yes", "No")) == [("yes", "Yes"), ("no", "No")]
    assert options(("", "3"), ("", "是"), ("", "End")) == [
        ("question", "3"),
        ("question-2", "是"),
        ("end-2", "End"),
    ]


def test_changing_a_questions_kind_keeps_its_options_even_if_the_new_kind_allows_fewer() -> None:
    few, many = (
        msgspec.inspect.type_info(
            msgspec.defstruct("Offering", [("options", Annotated[tuple[Option, ...], most])])
        )
        for most in (msgspec.Meta(max_length=10), msgspec.Meta(max_length=40))
    )
    assert few.fields != many.fields  # type: ignore[attr-defined]
    assert [alike(each) for each in few.fields] == [alike(each) for each in many.fields]  # type: ignore[attr-defined]


def test_changing_a_questions_kind_keeps_its_wording_and_options() -> None:
    typed = {"ask": ["Why?"], "options-id": ["yes"], "options-label": ["Yes"], "kind": ["one_choice"]}
    several = in_another_kind(typed, "one_choice", "several_choices")
    assert several == {**typed, "kind": ["several_choices"]}
    steps = in_another_kind({"ask": ["Why?"], "most": ["10000"]}, "long_text", "steps")
    assert (steps["ask"], steps["most"], steps["shape"]) == (["Why?"], ["8"], ["chain"])
    assert in_another_kind({"ask": ["Why?"]}, "short_text", "triangle")["situation"] == ["yes"]
    # the box was unticked
    assert "situation" not in in_another_kind({"ask": ["Why?"]}, "triangle", "triangle")


def test_the_author_can_make_an_option_exclude_all_other_options() -> None:
    form = {
        "ask": ["Why?"],
        "options-id": ["", "", ""],
        "options-label": ["Rain", "", "None of these"],
        "options-alone": ["2", "3"],
    }
    prompt = typed_prompt("several_choices", form, WALK, None)
    assert isinstance(prompt, SeveralChoices)
    assert [(each.label, each.alone) for each in prompt.options] == [("Rain", False), ("None of these", True)]
    assert form_of(prompt)["options-alone"] == ["2"]
    assert again(prompt, with_prompts(prompt)) == prompt


def test_an_author_can_choose_which_part_of_the_plan_an_answer_goes_into() -> None:
    def marked(kind: str, part: str, old: Prompt | None = None) -> Prompt:
        return typed_prompt(kind, {"ask": ["Why?"], "plan": [part]}, WALK, old, ["signs", "first"])

    prompt = marked("short_text", "signs")
    assert prompt.plan == "signs" and marked("short_text", "first", prompt).plan == "first"
    assert again(prompt, WALK) == prompt  # the mark is kept even if that part is no longer offered
    assert marked("short_text", "", prompt).plan == ""
    assert marked("yes_no", "signs").plan == ""  # participants write no text in a yes-no answer
    with pytest.raises(Rejected) as refused:
        marked("short_text", "elsewhere")
    assert [(each.field, each.key) for each in refused.value.problems] == [("plan", "not_offered")]
