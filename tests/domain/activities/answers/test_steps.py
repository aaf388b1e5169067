from typing import Any

import pytest
from hypothesis import strategies as some

from companion.domain.activities.answers._shapes import WIDTH
from companion.domain.activities.answers.steps import Steps
from companion.domain.forms import Form
from companion.domain.refusals import Problem
from tests.domain.activities.answers.by_chance import ITEMS, fields, one, up_to
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import Sample


def _forms(prompt: Any) -> some.SearchStrategy[Form]:
    rows = some.lists(some.sampled_from(ITEMS), min_size=2, max_size=prompt.most)
    return rows.flatmap(
        lambda steps: fields(
            step=some.just(steps),
            out=one(some.sampled_from(["", *(str(n) for n in range(1, len(steps) + 1))])),
        )
    )


SAMPLE = Sample(
    "steps",
    said=(
        *("I called my sister back.", "I put my shoes on.", "I took the keys."),
        *("I could step out here", "I walked to the bridge."),
    ),
    forms=_forms,
    settings_by_chance=some.tuples(up_to(2, 4), some.sampled_from([{}, {"shape": "ring"}])).map(
        lambda pair: {**pair[0], **pair[1]}
    ),
    values=lambda prompt: [
        {"steps": ["I take a walk."] * many, "out": out} for many in prompt.numbers() for out in (None, 1)
    ],
)

CHAIN = Steps(id="p", ask="Which decisions led up to it?")
RING = Steps(id="p", ask="What are the steps?", shape="ring")


def test_leaving_out_empty_rows_does_not_change_which_step_is_chosen() -> None:
    value = CHAIN.parse({"step": ["I stayed late", "", " I did not ring ", "I went online"], "out": ["3"]})
    assert value == {"steps": ["I stayed late", "I did not ring", "I went online"], "out": 2}
    assert CHAIN.fill(value) == {"step": value["steps"], "out": ["2"]}
    assert CHAIN.chosen(value) == {"out"}
    assert CHAIN.number(value) == 3


def test_participants_need_not_say_at_which_step_they_could_have_stopped() -> None:
    value = CHAIN.parse({"step": ["one", "two"], "out": [""]})
    assert value == {"steps": ["one", "two"], "out": None}
    assert CHAIN.parse(CHAIN.fill(value)) == value
    assert CHAIN.chosen(value) == frozenset()


def test_a_chain_of_steps_needs_at_least_two_steps() -> None:
    assert problem(CHAIN, {}) == Problem("empty", {"row": 1}, "step")
    assert problem(CHAIN, {"step": ["one", " "]}) == Problem("empty", {"row": 2}, "step")
    assert problem(CHAIN, {"step": ["", "", "three"]}) == Problem("empty", {"row": 1}, "step")


def test_an_error_in_a_step_is_reported_at_the_row_of_that_step() -> None:
    assert problem(CHAIN, {"step": ["one", "two"], "out": ["4"]}) == Problem("empty", {"row": 4}, "step")
    assert problem(CHAIN, {"step": ["one", "two"], "out": ["9"]}) == Problem("not_offered", field="out")
    few = Steps(id="p", ask="?", most=2)
    assert problem(few, {"step": ["1", "", "2", "3"]}) == Problem(
        "too_many", {"most": 2, "many": 3, "row": 4}, "step"
    )
    assert problem(CHAIN, {"step": ["one", "", "x" * 301]}).values["row"] == 3


@pytest.mark.parametrize("many", range(2, 9))
def test_steps_in_a_ring_are_drawn_without_overlapping_boxes(many: int) -> None:
    picture = RING.picture({"steps": [f"step {n}" for n in range(many)], "out": None})
    assert len(picture.boxes) == len(picture.links) == many
    for place, box in enumerate(picture.boxes):
        assert box.left.x > 0
        assert box.right.x < WIDTH
        assert box.bottom.y < picture.height
        for other in picture.boxes[place + 1 :]:
            beside = box.right.x < other.left.x or other.right.x < box.left.x
            assert beside or box.bottom.y < other.top.y or other.bottom.y < box.top.y


def test_steps_drawn_in_a_circle_are_in_clockwise_order() -> None:
    first, second, third, fourth = RING.picture({"steps": ["a", "b", "c", "d"], "out": None}).boxes
    assert second.left.x > first.right.x - first.width / 2 > fourth.right.x
    assert third.top.y > second.bottom.y
    assert second.middle.y == fourth.middle.y


def test_a_chain_of_steps_is_drawn_downwards_without_a_link_back_to_the_start() -> None:
    picture = CHAIN.picture({"steps": ["a", "b", "c"], "out": None})
    assert [box.y for box in picture.boxes] == sorted(box.y for box in picture.boxes)
    assert len(picture.links) == 2


@pytest.mark.parametrize(("question", "beyond"), [(CHAIN, [False, True]), (RING, [False, True, True])])
def test_arrows_after_the_chosen_step_look_different_from_earlier_arrows(
    question: Steps, beyond: list[bool]
) -> None:
    picture = question.picture({"steps": ["a", "b", "c"], "out": 2})
    assert [box.marked for box in picture.boxes] == [False, True, False]
    assert [link.beyond for link in picture.links] == beyond


def test_a_long_step_is_shortened_in_the_diagram_but_nowhere_else() -> None:
    long = "word " * 59 + "word"
    for question, lines in ((CHAIN, 4), (RING, 6)):
        picture = question.picture({"steps": [long, "two"], "out": None})
        assert not picture.whole
        assert len(picture.boxes[0].lines) == lines
