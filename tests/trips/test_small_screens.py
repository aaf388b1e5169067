"""Test the narrowest phone, and a phone whose keyboard leaves little space."""

import pytest

from tests.trips.browsers import Way
from tests.trips.sam_and_others import Participant

IN_A_ROW = """(several) => {
  const boxes = [...document.querySelectorAll(several)].map((each) => each.getBoundingClientRect())
  return boxes.length > 1 && Math.max(...boxes.map((box) => box.top)) < Math.min(...boxes.map((box) => box.bottom))
}"""
BELOW_THE_TOP = """() => document.querySelector(".top progress").getBoundingClientRect().bottom
  - document.querySelector(".top").getBoundingClientRect().bottom"""
WHOLE = """(one) => {
  const box = document.querySelector(one).getBoundingClientRect()
  return box.top >= 0 && box.bottom <= innerHeight
}"""


@pytest.fixture
def way() -> Way:
    return Way(320)


def test_rows_of_buttons_stay_in_one_row_on_a_narrow_screen(owen: Participant) -> None:
    for path in ("/my/", "/account", "/help", "/cy/help", "/cy/accessibility"):
        owen.opens(path)
        assert owen.page.evaluate(IN_A_ROW, "header :is(a, button)"), path
    owen.goes_home()
    owen.reads("Hello Owen.")
    assert owen.page.evaluate(IN_A_ROW, ".stage-links a")


def test_the_question_stays_visible_above_an_open_phone_keyboard(
    owen: Participant,
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.page.set_viewport_size({"width": 390, "height": 420})
    owen.page.evaluate("scrollTo(0, 0)")
    owen.composer.get_by_role("textbox").evaluate("(box) => box.focus()")
    assert owen.page.evaluate(BELOW_THE_TOP) < 5
    for part in (".composer textarea", ".save-state", ".composer .primary"):
        assert owen.page.evaluate(WHOLE, part), part
