from tests.domain.activities.answers.kinds import prompt, refuses


def test_it_is_one_of_two_and_branches_can_ask_for_it() -> None:
    question = prompt("yes_no")
    assert [question.parse({"answer": [text]}) for text in ("yes", "no")] == ["yes", "no"]
    assert question.chosen("no") == {"no"}


def test_it_is_nothing_else() -> None:
    assert refuses(prompt("yes_no"), {})["key"] == "nothing_chosen"
    for other in ("Yes", "maybe", "true", "1"):
        assert refuses(prompt("yes_no"), {"answer": [other]})["key"] == "not_offered"
