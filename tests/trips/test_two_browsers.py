"""Test that somebody can use one browser to sign out another browser. Text typed in the browser that is
signed out isn't lost.
"""

import re

from playwright.sync_api import expect

from tests.trips.browsers import Browsers
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant

WORDS = "I went for a walk by the river."


def test_signing_out_another_browser_loses_no_text_typed_in_that_browser(
    owen: Participant, portal: Portal, browsers: Browsers
) -> None:
    left_open = Participant(portal, browsers.open(), "Owen")
    left_open.signs_in()
    left_open.takes_up("A week of choices", by="Carry on")
    left_open.types(WORDS)
    owen.opens("/account")
    owen.presses("Where I'm signed in")
    there = owen.page.get_by_role("button", name=re.compile("Sign out there"))
    expect(there).to_have_count(1)
    there.click()
    owen.reads("You're now signed out of the browser you chose.")
    expect(there).to_have_count(0)

    left_open.page.get_by_role("button", name="Save and continue").click()
    left_open.reads("You were signed out")
    expect(left_open.page.get_by_label("What you typed")).to_have_value(re.compile(WORDS))
    left_open.opens("/my/")
    left_open.is_at("/sign-in")

    owen.presses("This is my own device")
    owen.reads("Companion will now recognise this device.")
    marks = [each for each in owen.page.context.cookies() if each["name"] == "companion-device"]
    assert [(each["httpOnly"], each["sameSite"]) for each in marks] == [(True, "Strict")]
    owen.presses("Sign out everywhere", exact=True)
    owen.is_at("/sign-in")
    assert "companion-device" not in {each["name"] for each in owen.page.context.cookies()}
