from hypothesis import strategies as some

from companion.domain.activities.answers._shapes import WIDTH
from companion.domain.activities.answers.triangle import Triangle
from companion.domain.refusals import Problem
from tests.domain.activities.answers.by_chance import WRITTEN, fields
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample(
    "triangle",
    said=(
        *("What was happening", "It was still light.", "Thought", "I can do this again."),
        *("Feeling", "Calm.", "I walked to the bridge."),
    ),
    forms=lambda prompt: fields(**dict.fromkeys(prompt.asked, WRITTEN)),
    settings_by_chance=some.sampled_from([{}, {"situation": False}]),
)

QUESTION = Triangle(id="p", ask="What was it like?")
WITHOUT = Triangle(id="p", ask="What was it like?", situation=False)
SAID = {
    "situation": "Home after a long shift",
    "thought": "Nobody needs me",
    "feeling": "Flat, restless",
    "behaviour": "I went for a walk",
}


def test_a_triangle_answer_needs_every_part_that_its_question_asks_for() -> None:
    assert QUESTION.parse({name: [text] for name, text in SAID.items()}) == SAID
    for name in SAID:
        form = {other: [text] for other, text in SAID.items() if other != name}
        assert problem(QUESTION, form) == Problem("empty", field=name)


def test_a_thought_feeling_behaviour_question_does_not_have_to_ask_about_the_situation() -> None:
    form = {name: [text] for name, text in SAID.items()}
    value = WITHOUT.parse(form)
    assert list(value) == ["thought", "feeling", "behaviour"]
    assert WITHOUT.parse(WITHOUT.fill(value)) == value
    assert WITHOUT.picture(value).middle == ()


def test_the_thought_is_at_the_top_of_the_thought_feeling_behaviour_triangle() -> None:
    picture = QUESTION.picture(SAID)
    assert picture.thought.middle.x == WIDTH / 2
    assert picture.feeling.right.x < picture.behaviour.left.x
    for y, _ in picture.middle:
        assert picture.thought.bottom.y < y < picture.feeling.top.y
    assert picture.feeling.bottom.y < picture.height
    assert picture.whole


def test_answers_of_three_hundred_characters_fit_into_a_triangle_drawing() -> None:
    long = ("I went over the whole of the day again. " * 8)[:300]
    picture = QUESTION.picture(dict.fromkeys(SAID, long))
    assert not picture.whole
    assert picture.height < WIDTH * 1.3
