"""Test the plan items that Companion suggests from participants' answers and practitioners' comments."""

import pytest

from companion.content import plan_parts
from companion.domain.activities.answers import Prompt, Value
from companion.domain.plan.plan_parts import Part
from companion.domain.plan.suggested_words import in_words, rows_of_answer, rows_of_comment
from tests.domain.activities.answers.kinds import prompt

OPTIONS = [{"id": "rain", "label": "The rain"}, {"id": "dark", "label": "The dark"}]


def part(part_id: str) -> Part:
    found = plan_parts().part(part_id)
    assert found
    return found


@pytest.mark.parametrize(
    ("asked", "value", "texts"),
    [
        (prompt("long_text"), " A walk.\n\nAnd tea. ", ["A walk.\n\nAnd tea."]),
        (prompt("list"), ["A walk", "Tea"], ["A walk", "Tea"]),
        (prompt("several_choices", options=OPTIONS), ["rain", "dark"], ["The rain", "The dark"]),
        (prompt("one_choice", options=OPTIONS), "dark", ["The dark"]),
        (prompt("if_then"), {"situation": "Rain", "plan": "Tea"}, ["Rain", "Tea"]),
        (prompt("scale", low_label="Hard", high_label="Easy"), 6, []),
    ],
)
def test_an_answer_of_any_kind_can_be_suggested_as_a_plan_item(
    asked: Prompt, value: Value, texts: list[str]
) -> None:
    assert in_words(asked, value) == texts


def test_an_if_then_answer_fills_both_fields_of_one_plan_row() -> None:
    asked, value = prompt("if_then"), {"situation": "Rain", "plan": "Tea"}
    assert rows_of_answer(part("instead"), asked, value) == [("Rain", "Tea")]
    assert rows_of_answer(part("good"), asked, value) == [("Rain", ""), ("Tea", "")]


def test_the_then_part_of_a_suggested_if_then_plan_comes_from_an_answer_about_an_action() -> None:
    said = prompt("list"), ["Call my sister", "Go outside"]
    assert rows_of_answer(part("instead"), *said) == [("", "Call my sister"), ("", "Go outside")]
    assert rows_of_comment(part("instead"), "Call somebody first") == [("", "Call somebody first")]
    assert rows_of_comment(part("instead"), "x" * 301) == [("", "")]


def test_a_commitment_becomes_a_single_suggested_plan_item() -> None:
    value = {
        "what": "Walk to the bridge.",
        "when": "On Friday",
        "where": "By the river",
        "sure": 7,
        "surer": "",
    }
    row = "Walk to the bridge, On Friday, By the river"
    assert rows_of_answer(part("good"), prompt("commitment"), value) == [(row, "")]
    long = {**value, "what": "x" * 300, "when": "y" * 300, "where": "z" * 300}
    assert rows_of_answer(part("people"), prompt("commitment"), long) != [("", "")]


def test_the_suggested_plan_item_is_empty_if_the_answer_has_no_text() -> None:
    asked = prompt("scale", low_label="Hard", high_label="Easy")
    assert rows_of_answer(part("good"), asked, 6) == [("", "")]


def test_a_whole_comment_is_suggested_as_a_plan_item_unless_the_comment_is_too_long() -> None:
    assert rows_of_comment(part("good"), "Well said") == [("Well said", "")]
    assert rows_of_comment(part("good"), "x" * 1001) == [("", "")]
    assert rows_of_comment(part("people"), "x" * 301) == [("", "")]
