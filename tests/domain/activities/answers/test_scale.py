import pytest
from hypothesis import strategies as some

from companion.domain.activities.answers.scale import Scale
from tests.domain.activities.answers.by_chance import ENDS, fields, one
from tests.domain.activities.answers.kinds import prompt, refuses
from tests.domain.activities.answers.samples import NOTHING_CHOSEN, Sample

_ends = some.tuples(some.integers(0, 9), some.integers(1, 10)).filter(lambda pair: pair[0] < pair[1])
SAMPLE = Sample(
    "scale",
    said=("7 on a scale of 0 to 10", "Hard", "Good"),
    forms=lambda prompt: fields(answer=one(some.sampled_from(prompt.steps).map(str))),
    settings_by_chance=_ends.map(lambda pair: {"low": pair[0], "high": pair[1], **ENDS}),
    values=lambda prompt: list(prompt.steps),
    empty=NOTHING_CHOSEN,
    wrong="Please choose a number from 0 to 10.",
    own_words=False,
)


def test_both_ends_of_a_scale_are_valid() -> None:
    question = prompt("scale", **ENDS)
    assert [question.parse({"answer": [text]}) for text in ("0", "10")] == [0, 10]


@pytest.mark.parametrize("beyond", ["-1", "11", "5.5", "five", "٥", "1e1", "007"])
def test_a_number_outside_a_scale_is_refused(beyond: str) -> None:
    told = refuses(prompt("scale", **ENDS), {"answer": [beyond]})
    assert told == {"key": "off_scale", "low": 0, "high": 10}


def test_an_answer_is_drawn_at_the_right_point_of_its_scale() -> None:
    question = prompt("scale", low=1, high=5, **ENDS)
    assert isinstance(question, Scale)
    assert [question.place(value) for value in (1, 3, 5)] == [0.0, 0.5, 1.0]


def test_the_low_end_of_a_scale_must_be_below_the_high_end() -> None:
    assert prompt("scale", low=5, high=5, **ENDS).faults() == ["scale_ends"]
