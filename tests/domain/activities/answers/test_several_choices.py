from tests.domain.activities.answers.kinds import OPTIONS, prompt, refuses


def test_choices_stand_in_the_order_offered() -> None:
    question = prompt("several_choices", options=OPTIONS)
    assert question.parse({"answer": ["c", "a", "c"]}) == ["a", "c"]
    assert question.chosen(["a", "c"]) == {"a", "c"}
    assert question.number(["a", "c"]) == 2


def test_only_what_is_offered_can_be_chosen() -> None:
    question = prompt("several_choices", options=OPTIONS)
    assert refuses(question, {"answer": ["a", "z"]})["key"] == "not_offered"
    assert refuses(question, {"answer": []})["key"] == "nothing_chosen"
