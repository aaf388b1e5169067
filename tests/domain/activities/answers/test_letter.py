from tests.domain.activities.answers.by_chance import WRITTEN, fields
from tests.domain.activities.answers.kinds import prompt, refuses
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample("letter", said=("Dear me, keep walking.",), forms=lambda prompt: fields(answer=WRITTEN))


def test_a_long_letter_keeps_its_paragraphs() -> None:
    question = prompt("letter")
    assert question.parse({"answer": ["Dear me,\r\n\r\nI walked.\r\n"]}) == "Dear me,\n\nI walked."
    assert question.parse({"answer": ["x" * 20_000]}) == "x" * 20_000
    assert question.free_text


def test_an_empty_or_overlong_letter_is_refused() -> None:
    assert refuses(prompt("letter"), {})["key"] == "empty"
    assert refuses(prompt("letter", most=10), {"answer": ["x" * 13]})["over"] == 3
