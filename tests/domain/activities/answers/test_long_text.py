from tests.domain.activities.answers.by_chance import WRITTEN, fields
from tests.domain.activities.answers.kinds import prompt, refuses
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample("long_text", said=("I called my sister back.",), forms=lambda prompt: fields(answer=WRITTEN))


def test_a_long_text_can_have_ten_thousand_characters() -> None:
    question = prompt("long_text")
    assert question.parse({"answer": ["One.\r\n\r\nTwo."]}) == "One.\n\nTwo."
    assert question.parse({"answer": ["x" * 10_000]}) == "x" * 10_000


def test_the_error_about_an_overlong_text_gives_the_texts_length() -> None:
    told = refuses(prompt("long_text"), {"answer": ["x" * 20_000]})
    assert told == {"key": "too_long", "most": 10_000, "long": 20_000, "over": 10_000}
