from tests.domain.activities.answers.by_chance import WRITTEN, fields
from tests.domain.activities.answers.kinds import prompt, refuses
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample("short_text", said=("I walked to the bridge.",), forms=lambda prompt: fields(answer=WRITTEN))


def test_it_keeps_the_words_as_they_were_meant() -> None:
    question = prompt("short_text")
    assert question.parse({"answer": ["  I walked. \r\n"]}) == "I walked."
    assert question.parse({"answer": ["שלום 👩‍👧 e\u0301"]}) == "שלום 👩‍👧 \u00e9"


def test_it_says_how_much_too_long_a_text_is() -> None:
    question = prompt("short_text", most=5)
    assert refuses(question, {"answer": ["1234567"]}) == {"key": "too_long", "most": 5, "long": 7, "over": 2}


def test_it_refuses_nothing_and_the_invisible() -> None:
    question = prompt("short_text")
    for nothing in ({}, {"answer": []}, {"answer": [" \n\t "]}, {"answer": ["\u200f\u200b"]}):
        assert refuses(question, nothing)["key"] == "empty"
    for hidden in ("a\x00b", "a\ud800b", "a\x1b[31mb"):
        assert refuses(question, {"answer": [hidden]})["key"] == "hidden_characters"
