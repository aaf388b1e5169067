"""Test the narrowest phone, and a phone whose keyboard leaves little space."""

import pytest

from tests.trips.browsers import Way
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

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

BEFORE_THE_BOX = """() => {
  const sheet = document.querySelector(".composer > .sheet")
  const others = [...document.querySelectorAll(".composer > :not(.sheet, .confide)")]
  const shown = others.filter((each) => each.checkVisibility())
  const before = shown.filter((each) => each.compareDocumentPosition(sheet) & Node.DOCUMENT_POSITION_FOLLOWING)
  const top = sheet.getBoundingClientRect().top
  return [before.length, before.every((each) => each.getBoundingClientRect().top < top)]
}"""
"""A script that counts the visible elements above a form's fields."""


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


def test_labels_and_questions_stay_above_their_fields_in_a_short_window(priya: Practitioner) -> None:
    priya.page.set_viewport_size({"width": 640, "height": 450})
    priya.opens("/caseload")
    priya.opens_page_of("Sam")
    priya.page.goto(f"{priya.page.url}/messages")
    priya.reads("Your message to Sam")
    assert priya.page.evaluate(BEFORE_THE_BOX) == [1, True], "the label of a message"
    priya.opens("/activities")
    priya.page.get_by_role("link", name="A week of choices").first.click()
    priya.page.get_by_role("link", name="Preview").first.click()
    priya.reads("This is a preview.")
    count, above = priya.page.evaluate(BEFORE_THE_BOX)
    assert count and above, "the question of a preview"
