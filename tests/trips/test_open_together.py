"""Test the shared screen, on which two people tick items off during a session.

Leaving the shared screen needs the practitioner's passphrase and code. The browser's *Back* button doesn't
leave the shared screen.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import EVERY_WAY
from tests.trips.staff import Practitioner


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_a_shared_screen_cannot_be_left_with_the_back_button_or_a_url(
    priya: Practitioner,
) -> None:
    priya.presses("Sam", exact=True)
    priya.presses("Brief for the next meeting")
    before = priya.pressed
    priya.presses("Open together")
    priya.is_at("/participants/[0-9a-f-]+/together")
    assert priya.pressed - before == 1
    priya.reads("This page is for you both.")
    priya.reads_nothing_of("My caseload", "kitchen drawer")
    marked = priya.page.get_by_role("region", name="Marked for the session").get_by_role("listitem").first
    priya.presses_this(marked.get_by_role("button", name=re.compile("^Mark as talked about")))
    expect(priya.page.get_by_text("Talked about", exact=True).first).to_be_visible()
    priya.page.go_back()
    priya.page.go_back()
    priya.reads_nothing_of("Set work", "Notes")
    priya.opens("/caseload")
    priya.reads("You're looking at this screen together with the person you're meeting")
