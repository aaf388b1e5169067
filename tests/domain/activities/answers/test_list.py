from tests.domain.activities.answers.kinds import prompt, refuses


def test_empty_lines_do_not_count() -> None:
    question = prompt("list")
    assert question.parse({"answer": ["", " a walk ", " ", "tea"]}) == ["a walk", "tea"]
    assert question.number(["a walk", "tea"]) == 2


def test_it_has_room_for_so_many() -> None:
    assert refuses(prompt("list", most=2), {"answer": ["a", "b", "c"]}) == {
        "key": "too_many",
        "most": 2,
        "many": 3,
    }
    assert refuses(prompt("list"), {"answer": ["", ""]})["key"] == "empty"
    assert refuses(prompt("list"), {"answer": ["x" * 301]})["over"] == 1
