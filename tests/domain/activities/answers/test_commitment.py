import pytest

from companion.domain.activities.answers.commitment import Commitment
from companion.domain.refusals import Problem, Rejected
from tests.domain.activities.answers.by_chance import PERHAPS, TO_TEN, WRITTEN, fields
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample(
    "commitment",
    said=(
        *("What I will do", "I walk to the bridge.", "On Friday.", "Along the river."),
        *("7 on a scale of 0 to 10", "Dry shoes."),
    ),
    forms=lambda prompt: fields(what=WRITTEN, when=WRITTEN, where=WRITTEN, sure=TO_TEN, surer=PERHAPS),
    values=lambda prompt: [
        {"what": "a walk", "when": "at six", "where": "in the park", "surer": "", "sure": sure}
        for sure in prompt.numbers()
    ],
)

QUESTION = Commitment(id="p", ask="What will you do?")
FORM = {"what": ["Ring my sister"], "when": ["Thursday at seven"], "where": ["At home"], "sure": ["6"]}
SAID = {"what": "Ring my sister", "when": "Thursday at seven", "where": "At home", "sure": 6, "surer": ""}


def test_the_question_about_becoming_one_point_surer_of_a_commitment_is_optional() -> None:
    assert QUESTION.parse(FORM) == SAID
    assert QUESTION.parse({**FORM, "surer": [" Telling her "]}) == {**SAID, "surer": "Telling her"}
    assert QUESTION.number(SAID) == 6


@pytest.mark.parametrize("name", ["what", "when", "where"])
def test_a_commitment_must_say_what_and_when_and_where(name: str) -> None:
    assert problem(QUESTION, {**FORM, name: [" "]}) == Problem("empty", field=name)


def test_all_missing_parts_of_a_commitment_are_reported_at_once() -> None:
    with pytest.raises(Rejected) as rejected:
        QUESTION.parse({"when": ["On Friday"]})
    told = rejected.value.as_one
    assert [each.field for each in (told, *told.also)] == ["what", "where", "sure"]
    assert told.at("where") == Problem("empty", field="where") and told.at("when") is None


def test_confidence_in_a_commitment_must_be_a_whole_number_from_0_to_10() -> None:
    assert [QUESTION.parse({**FORM, "sure": [text]})["sure"] for text in ("0", "10")] == [0, 10]
    assert problem(QUESTION, {**FORM, "sure": []}) == Problem("nothing_chosen", field="sure")
    for beyond in ("-1", "11", "5.5", "٥"):
        told = problem(QUESTION, {**FORM, "sure": [beyond]})
        assert told == Problem("off_scale", {"low": 0, "high": 10}, "sure")


def test_the_mark_for_confidence_in_a_commitment_is_at_the_right_point_on_the_scale() -> None:
    assert [QUESTION.place(sure) for sure in (0, 5, 10)] == [0.0, 0.5, 1.0]
