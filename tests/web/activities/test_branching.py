"""Test the forms on which authors add branches to questions."""

import html

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Branch, Condition
from companion.domain.activities.checker import faults
from tests.web.activities.desk import ANY, CHANGED, Desk, keeps, problems_are_linked, words
from tests.web.forms import Forms, filled

WENT = {"ask": ["Did you walk?"], "options-label": ["Yes", "Not today"]}
WAY = "What was in the way?"
NEXT = {"then": ["next"], "next_kind": ["commitment"]}


def asks(activity: Activity) -> list[str]:
    return [prompt.ask for prompt in activity.prompts]


def with_a_new_one(desk: Desk, **more: list[str]) -> dict[str, list[str]]:
    """Return the values of the editing form for a question with two options. The second option leads to a
    new question.
    """
    form = filled(desk.form("/questions?kind=one_choice"), WENT)
    return {**form, "options-to": ["", "+", "", ""], "options-ask": ["", WAY, "", ""], **more}


def test_an_author_can_add_a_question_for_people_who_choose_one_option(desk: Desk) -> None:
    page = desk.sends("/questions", with_a_new_one(desk, **NEXT))
    assert page.path == f"{desk.path}/questions" and "Write the next one." in page
    assert asks(desk.activity) == ["Did you walk?", WAY]
    form = Forms(page).of(f"{desk.path}/questions")
    assert (form["kind"], form["after"], form["through"]) == (["commitment"], ["question-2"], ["question-1"])
    desk.sends("/questions", filled(form, {"ask": ["What is next?"]}))
    first, _, last = desk.activity.prompts
    assert first.branches == (
        Branch(to="question-2", when=Condition(one_of=("not-today",))),
        Branch(to=last.id),
    )
    assert faults(desk.activity) == []
    assert "If the answer is “Not today”: on to question 2." in words(desk.page())


def test_an_author_can_add_a_question_without_changing_where_a_branch_leads(
    desk: Desk,
) -> None:
    page = desk.sends("/questions", with_a_new_one(desk, **NEXT))
    assert "Everyone who continues from question 1" in words(page)
    form = filled(Forms(page).of(f"{desk.path}/questions"), {"ask": [""]})
    del form["through"]
    page = desk.sends("/questions", form)
    assert page.status == 422 and "through" not in Forms(page).of(f"{desk.path}/questions")
    desk.sends("/questions", filled(Forms(page).of(f"{desk.path}/questions"), {"ask": ["What else?"]}))
    assert desk.activity.prompts[0].branches[-1] == Branch(to="end")


def test_a_branch_can_depend_on_choosing_to_talk_about_the_question_in_the_session(walk: Desk) -> None:
    form = walk.form("/questions/question-1")
    assert form["options-to"][:3] == ["question-3", "", ""] and form["when"] == ["", ""]
    walk.sends(
        "/questions/question-1", {**form, "options-to": ["", "end", "", ""], "go-talk": ["question-3"]}
    )
    assert walk.activity.prompts[0].branches == (
        Branch(to="end", when=Condition(one_of=("not-today",))),
        Branch(to="question-3", when=Condition(way="talk")),
    )
    walk.adds("yes_no", ask=["Is it so?"])
    form = walk.form("/questions/question-4")
    assert (form["reply-to"], form["reply-to-go"]) == (["yes", "no"], ["", ""])
    new = {"reply-to-go": ["", "+"], "reply-to-ask": ["", "Why not?"], "reply-to-say": ["Then on.", ""]}
    walk.sends("/questions/question-4", {**form, **new})
    assert asks(walk.activity)[-1] == "Why not?"
    assert walk.activity.prompts[3].branches[0].to == walk.activity.prompts[4].id


def test_each_error_in_a_branch_is_reported_next_to_its_field(walk: Desk) -> None:
    typed = {
        "options-to": ["gone", "end", "+", ""],
        "options-ask": ["", "Why?", "", ""],
        "options-label": ["Yes", "Not today", "Half of it", ""],
        "ask-talk": ["x" * 2001],
    }
    page = walk.sends("/questions/question-1", {**walk.form("/questions/question-1"), **typed})
    assert page.status == 422
    for field in ("options-to-1", "options-ask-2", "options-ask-3", "ask-talk"):
        assert f'href="#{field}"' in page.text, field
    assert "You've typed a new question" in page
    keeps(page, f"{walk.path}/questions/question-1", typed)
    problems_are_linked(page)
    assert len(walk.activity.prompts) == 3


def test_pressing_save_twice_creates_one_question(desk: Desk) -> None:
    form = with_a_new_one(desk)
    for _ in range(2):
        assert "Question saved." in desk.sends("/questions", form)
    assert asks(desk.activity) == ["Did you walk?", WAY]
    form = desk.form("/questions/question-1")
    again = {
        **form,
        "options-to": ["+", "question-2", "", ""],
        "options-ask": ["What did you see?", "", "", ""],
    }
    for _ in range(2):
        assert desk.sends("/questions/question-1", again).status == 200
    assert asks(desk.activity) == ["Did you walk?", "What did you see?", WAY]


def test_a_new_question_survives_a_colleagues_change(walk: Desk) -> None:
    form = walk.form("/questions/question-1")
    typed = {"options-to": ["question-3", "+", "", ""], "options-ask": ["", WAY, "", ""]}
    walk.edits(lambda before: editing.moved(before, "question-2", 1))
    page = walk.sends("/questions/question-1", {**form, **typed})
    assert page.status == 409 and CHANGED in page
    keeps(page, f"{walk.path}/questions/question-1", typed)
    walk.sends("/questions/question-1", Forms(page).of(f"{walk.path}/questions/question-1"))
    assert asks(walk.activity)[1] == WAY


def test_the_next_new_question_goes_after_the_question_just_saved(walk: Desk) -> None:
    page = walk.sends("/questions/question-1", {**walk.form("/questions/question-1"), **NEXT})
    form = Forms(page).of(f"{walk.path}/questions")
    assert (form["after"], form["kind"]) == (["question-1"], ["commitment"])
    walk.edits(lambda before: editing.without(before, "question-1"))
    assert walk.sends("/questions", filled(form, ANY)).status == 409


def test_a_question_added_to_the_two_minute_version_keeps_its_place(walk: Desk) -> None:
    for to, short in (("in", True), ("in", True), ("out", False)):
        page = walk.sends(
            "/questions/question-2/short", {**walk.form(action="/questions/question-2/copy"), "to": [to]}
        )
        assert page.status == 200 and walk.activity.prompts[1].short is short
    assert "Add to two-minute version" in html.unescape(page.text)
