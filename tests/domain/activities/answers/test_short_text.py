from tests.domain.activities.answers.by_chance import WRITTEN, fields
from tests.domain.activities.answers.kinds import prompt, refuses
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample("short_text", said=("I walked to the bridge.",), forms=lambda prompt: fields(answer=WRITTEN))


def test_a_short_text_in_any_script_loses_only_surrounding_spaces() -> None:
    question = prompt("short_text")
    assert question.parse({"answer": ["  I walked. \r\n"]}) == "I walked."
    assert question.parse({"answer": ["שלום 👩‍👧 e\u0301"]}) == "שלום 👩‍👧 \u00e9"


def test_the_error_about_an_overlong_short_text_gives_the_texts_length() -> None:
    question = prompt("short_text", most=5)
    assert refuses(question, {"answer": ["1234567"]}) == {"key": "too_long", "most": 5, "long": 7, "over": 2}


def test_an_empty_or_invisible_text_is_refused() -> None:
    question = prompt("short_text")
    for nothing in ({}, {"answer": []}, {"answer": [" \n\t "]}, {"answer": ["\u200f\u200b"]}):
        assert refuses(question, nothing)["key"] == "empty"
    for hidden in ("a\x00b", "a\ud800b", "a\x1b[31mb"):
        assert refuses(question, {"answer": [hidden]})["key"] == "hidden_characters"
