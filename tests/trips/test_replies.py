"""Test that an answer, the reply and the next question fit a phone's screen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import Way
from tests.trips.path import Walker
from tests.trips.sam_and_others import Participant
from tests.trips.tongues import Tongue

ON_A_PHONE = [Way(390, javascript) for javascript in (True, False)]
IN_SIGHT = """(several) => {
  const boxes = several.map((each) => [...document.querySelectorAll(each)].pop().getBoundingClientRect())
  const top = document.querySelector(".top").getBoundingClientRect().bottom
  return boxes.every((box) => box.top >= top - 1 && box.bottom <= innerHeight + 1)
}"""
SAID, REPLY, ASKED = "article.turn > .said", "article.turn > .reply", "#now .ask"


def hears(participant: Participant, *words: str) -> None:
    """Check that the last reply contains these words. Check that the answer, the reply and the next question
    are visible.
    """
    reply = participant.page.locator(REPLY).last
    for each in words:
        expect(reply).to_contain_text(participant.tongue.says(each))
    participant.page.wait_for_function(IN_SIGHT, arg=[SAID, REPLY, ASKED])


@pytest.mark.parametrize("way", ON_A_PHONE, ids=str)
def test_the_answer_the_reply_and_the_next_question_are_all_visible_on_a_phone(owen: Participant) -> None:
    owen.page.set_viewport_size({"width": 390, "height": 700})
    owen.takes_up("Control continuum", by="Start")
    owen.answers("2")
    hears(owen, "Control can come back in small steps.", "“I need help now”")
    owen.is_asked("Who could you talk to today or tomorrow?")
    owen.answers("Nobody yet")
    hears(owen, "You can still talk to somebody:", "“I need help now”")
    owen.is_not_sure()
    hears(owen, "The numbers are always there", "“I need help now”")
    owen.would_rather_talk()
    hears(owen, "You can look at it together when you meet.")


@pytest.mark.parametrize("way", ON_A_PHONE, ids=str)
def test_changing_an_answer_changes_the_later_reply_that_quotes_the_answer(owen: Participant) -> None:
    owen.page.set_viewport_size({"width": 390, "height": 700})
    owen.takes_up("A week of choices", by="Carry on")
    owen.would_rather_talk()
    hears(owen, "It can be easier to say it when you meet.")
    owen.answers("I put the kettle on.")
    hears(owen, "Now from that moment to the days ahead.")
    owen.answers("I go out at eight.")
    last = owen.turn("one choice you want to make").locator("> .reply")
    expect(last).to_contain_text("And for a hard moment, you wrote this down.")
    expect(last.locator(".recalled")).to_contain_text("I put the kettle on.")

    owen.changes("What could you do when a moment like that comes again?", "I ring my brother.")
    expect(last.locator(".recalled")).to_contain_text("I ring my brother.")
    owen.checks()
    expect(owen.page.locator(".reply")).to_have_count(0)
    expect(owen.page.get_by_text(re.compile("I go out at eight."))).to_be_visible()


@pytest.mark.parametrize("way", [Way(390)], ids=str)
def test_question_and_help_stay_visible_above_a_phones_keyboard(
    owen: Participant,
) -> None:
    owen.page.set_viewport_size({"width": 390, "height": 844})
    owen.takes_up("A week of choices", by="Carry on")
    owen.would_rather_talk()
    owen.composer.get_by_role("textbox").click()
    owen.page.set_viewport_size({"width": 390, "height": 470})
    help_now = owen.composer.get_by_role("button", name="I need help now")
    for each in (owen.page.locator(ASKED), owen.composer.get_by_role("textbox"), help_now):
        expect(each).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("way", ON_A_PHONE, ids=str)
def test_the_first_question_of_a_piece_of_work_is_visible_without_scrolling(sam: Participant) -> None:
    sam.page.set_viewport_size({"width": 390, "height": 844})
    sam.takes_up("Warning signs")
    expect(sam.page.locator(ASKED)).to_be_in_viewport(ratio=1)


class InWelsh(Walker):
    tongue = Tongue("cy")


@pytest.mark.parametrize("way", [Way(390, javascript=False)], ids=str)
def test_on_welsh_pages_companion_replies_in_welsh(enter: Callable[..., Any]) -> None:
    emyr: Walker = enter(InWelsh, "Emyr")
    emyr.opens("/my/")
    emyr.presses(re.compile(re.escape(emyr.tongue.says("Carry on"))))
    emyr.is_not_sure()
    expect(emyr.page.locator(REPLY).last).to_have_text(
        re.compile(r"Mae hynny'n iawn\. Efallai y daw'n ôl i chi")
    )
    expect(emyr.page.locator(f"{REPLY} [lang]")).to_have_count(0)
