"""Test that people can show their typed passphrase. Test that people can turn off the Shift-key shortcut for
leaving the site.
"""

from playwright.sync_api import expect

from tests.trips.sam_and_others import Participant
from tests.trips.test_leaving import presses_shift_three_times

SENT_AS = """() => addEventListener("submit", ({ target }) =>
  sessionStorage.setItem("sent", target.elements.passphrase.type))"""


def test_a_passphrase_can_be_shown_while_typing(owen: Participant) -> None:
    owen.signs_out()
    field = owen.page.get_by_label("Passphrase", exact=True)
    field.fill("old maps and a cup")
    expect(field).to_have_attribute("type", "password")
    show = owen.page.get_by_role("button", name="Show what you type: Passphrase")
    show.click()
    expect(field).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.click()
    expect(field).to_have_attribute("type", "password")
    show.click()
    owen.page.evaluate(SENT_AS)
    owen.fills(Sign_in_name="owen")
    owen.presses("Sign in", exact=True)
    owen.reads("Capital letters and spaces matter in a passphrase.")
    assert owen.page.evaluate("sessionStorage.getItem('sent')") == "password"
    expect(field).to_have_value("")


def test_the_shift_key_shortcut_for_leaving_the_site_can_be_turned_off(owen: Participant) -> None:
    owen.opens("/account")
    owen.presses("Switch off the Shift key")
    owen.reads("The Shift key shortcut for leaving this site is now off.")
    for _ in range(4):
        owen.page.keyboard.press("Shift")
    owen.presses("Switch the Shift key on")
    owen.reads("From now on, pressing Shift three times will leave this site.")
    presses_shift_three_times(owen)
