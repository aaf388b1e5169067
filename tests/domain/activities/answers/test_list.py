from hypothesis import strategies as some

from tests.domain.activities.answers.by_chance import ITEMS, fields, up_to
from tests.domain.activities.answers.kinds import prompt, refuses
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample(
    "list",
    said=("A heron", "Two kites", "The ferry"),
    forms=lambda prompt: fields(
        answer=some.lists(some.sampled_from(ITEMS), min_size=1, max_size=prompt.most)
    ),
    settings_by_chance=up_to(1, 5),
    values=lambda prompt: [["a walk"] * many for many in range(1, prompt.most + 1)],
)


def test_empty_lines_in_a_list_are_ignored() -> None:
    question = prompt("list")
    assert question.parse({"answer": ["", " a walk ", " ", "tea"]}) == ["a walk", "tea"]
    assert question.number(["a walk", "tea"]) == 2


def test_a_list_has_a_maximum_length() -> None:
    assert refuses(prompt("list", most=2), {"answer": ["a", "b", "c"]}) == {
        "key": "too_many",
        "most": 2,
        "many": 3,
    }
    assert refuses(prompt("list"), {"answer": ["", ""]})["key"] == "empty"
    assert refuses(prompt("list"), {"answer": ["x" * 301]})["over"] == 1
