"""Test that a submission can be reviewed with buttons or with single keys. Saved phrases can be inserted, and
one press opens the next submission.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, EVERY_WAY, Way
from tests.trips.staff import Practitioner

WEEK = "What could you do when a moment like that"


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_a_practitioner_sends_feedback_in_two_presses(
    priya: Practitioner,
) -> None:
    priya.takes_up("A week of choices", "Sam")
    before = priya.pressed
    priya.comments(WEEK, "A clear picture.")
    priya.presses("Send feedback and open next")
    assert priya.pressed - before == 2
    priya.reads("Feedback sent.")
    expect(priya.page).to_have_url(re.compile("/submissions/|/caseload"))


@pytest.mark.parametrize("way", [Way(1280)], ids=str)
def test_typing_the_first_word_of_feedback_does_not_move_the_buttons(priya: Practitioner) -> None:
    priya.takes_up("A week of choices", "Sam")
    send = priya.page.get_by_role("button", name="Send feedback", exact=True)
    priya.page.get_by_label("Overall comment").focus()
    before = send.bounding_box()
    priya.page.keyboard.type("Well")
    expect(priya.page.locator(".save-state")).not_to_be_empty()
    assert send.bounding_box() == before


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_practitioner_saves_a_phrase_and_inserts_it_into_feedback(priya: Practitioner) -> None:
    priya.takes_up("A week of choices", "Sam")
    priya.says_of_the_whole("Let us begin with the walk.")
    priya.presses_this(priya.page.locator("#keys summary"))
    priya.presses("Your phrases and keys")
    priya.fills(New_phrase="You noticed a lot.")
    priya.presses("Save phrase")
    priya.reads("Phrase saved.")
    priya.presses("Back to the feedback")
    expect(priya.page.get_by_label("Overall comment").first).to_have_value("Let us begin with the walk.")
    whole = priya.page.locator(".comment.whole")
    priya.picks(whole.get_by_label("Your phrases"), "You noticed a lot.")
    priya.presses("Insert", within=whole)
    expect(whole.get_by_role("textbox")).to_have_value("Let us begin with the walk.\nYou noticed a lot.")


@pytest.mark.parametrize("way", [Way(1280)], ids=str)
def test_a_submission_can_be_reviewed_with_keyboard_shortcuts(
    priya: Practitioner,
) -> None:
    priya.takes_up("A week of choices", "Sam")
    keys, turns = priya.page.keyboard, priya.page.locator("#feedback .turn")
    keys.press("j")
    expect(turns.nth(0)).to_be_focused()
    keys.press("j")
    expect(turns.nth(1)).to_be_focused()
    keys.press("k")
    expect(turns.nth(0)).to_be_focused()
    keys.press("c")
    box = turns.nth(0).get_by_role("textbox")
    expect(box).to_be_focused()
    keys.type("Jack can kick?")
    expect(box).to_have_value("Jack can kick?")
    keys.press("Escape")
    expect(turns.nth(0)).to_be_focused()
    keys.press("?")
    expect(priya.page.get_by_text("Next answer")).to_be_visible()
    priya.presses("Your phrases and keys")
    priya.presses("Switch single keys off")
    priya.reads("Single keys are off.")
    priya.presses("Back to the feedback")
    expect(turns.nth(0).get_by_role("textbox")).to_have_value("Jack can kick?")
    keys.press("j")
    expect(turns.nth(0)).not_to_be_focused()
