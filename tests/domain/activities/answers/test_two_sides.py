from companion.domain.refusals import Problem
from tests.domain.activities.answers.by_chance import PERHAPS, WRITTEN, fields
from tests.domain.activities.answers.kinds import prompt
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample(
    "two_sides",
    said=(
        *("Reasons for it", "Now", "Fresh air.", "Later on", "I sleep better."),
        *("Reasons against it", "Now", "It is cold.", "Later on", "Nothing written"),
    ),
    forms=lambda prompt: fields(
        for_now=WRITTEN, for_later=PERHAPS, against_now=PERHAPS, against_later=WRITTEN
    ),
)


def test_each_side_of_a_two_sided_question_needs_only_one_answer() -> None:
    question = prompt("two_sides")
    value = question.parse(
        {"for_now": ["I sleep better"], "against_later": [" It is quiet "], "for_later": [""]}
    )
    assert value == {
        "for_now": "I sleep better",
        "for_later": "",
        "against_now": "",
        "against_later": "It is quiet",
    }
    assert question.parse(question.fill(value)) == value


def test_the_error_for_an_empty_side_is_shown_at_the_first_field_of_that_side() -> None:
    question = prompt("two_sides")
    assert problem(question, {}) == Problem("empty", field="for_now")
    assert problem(question, {"for_later": ["Rest"]}) == Problem("two_sides.one_side", field="against_now")


def test_an_overlong_answer_to_a_two_sided_question_is_reported_at_its_field() -> None:
    told = problem(prompt("two_sides"), {"for_now": ["Rest"], "against_later": ["x" * 1001]})
    assert (told.key, told.field, told.values["over"]) == ("too_long", "against_later", 1)
