from companion.domain.activities.answers.if_then import IfThen
from companion.domain.refusals import Problem
from tests.domain.activities.answers.by_chance import WRITTEN, fields
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import Sample

SAMPLE = Sample(
    "if_then",
    said=("If this happens", "If it rains in the morning.", "Then I will", "Walk after lunch."),
    forms=lambda prompt: fields(situation=WRITTEN, plan=WRITTEN),
)

QUESTION = IfThen(id="p", ask="What will you do?")
SAID = {"situation": "I am alone in the evening", "plan": "walk to the bridge and back"}


def test_an_if_then_answer_needs_both_a_situation_and_a_plan() -> None:
    assert QUESTION.parse({name: [text] for name, text in SAID.items()}) == SAID
    assert problem(QUESTION, {"plan": ["walk"]}) == Problem("empty", field="situation")
    assert problem(QUESTION, {"situation": ["alone"], "plan": [" "]}) == Problem("empty", field="plan")


def test_an_if_then_drawing_has_an_arrow_from_situation_to_plan() -> None:
    picture = QUESTION.picture(SAID)
    above, below = picture.boxes
    assert above.bottom.y < below.top.y
    assert below.bottom.y < picture.height
    assert picture.arrow.shaft == f"M{above.bottom.x:g} {above.bottom.y:g}L{below.top.x:g} {below.top.y:g}"
    assert picture.whole


def test_a_long_if_then_answer_is_shortened_in_its_diagram_but_nowhere_else() -> None:
    long = "word " * 59 + "word"
    value = QUESTION.parse({"situation": [long], "plan": ["walk"]})
    assert value["situation"] == long
    assert not QUESTION.picture(value).whole
    assert len(QUESTION.picture(value).boxes[0].lines) == 5
