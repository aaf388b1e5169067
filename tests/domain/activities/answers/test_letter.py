from tests.domain.activities.answers.kinds import prompt, refuses


def test_a_long_letter_keeps_its_paragraphs() -> None:
    question = prompt("letter")
    assert question.parse({"answer": ["Dear me,\r\n\r\nI walked.\r\n"]}) == "Dear me,\n\nI walked."
    assert question.parse({"answer": ["x" * 20_000]}) == "x" * 20_000
    assert question.free_text


def test_it_says_what_is_wrong() -> None:
    assert refuses(prompt("letter"), {})["key"] == "empty"
    assert refuses(prompt("letter", most=10), {"answer": ["x" * 13]})["over"] == 3
