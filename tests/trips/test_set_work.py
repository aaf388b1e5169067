"""Test that a practitioner can see, change and withdraw set work."""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import EVERY_WAY
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_changing_or_withdrawing_set_work_takes_two_presses(priya: Practitioner, sam: Participant) -> None:
    priya.presses("Sam", exact=True)
    before = priya.pressed
    priya.presses("Warning signs", exact=True)
    priya.is_at("/participants/[0-9a-f-]+/work/[0-9a-f-]+")
    priya.reads("As Sam sees it")
    priya.fills(Why="You asked for it.")
    priya.presses("Save changes")
    assert priya.pressed - before == 2
    sam.takes_up("Warning signs", by="Start")
    sam.reads("You asked for it.")
    before = priya.pressed
    priya.presses_this(priya.page.locator("#withdraw summary"))
    priya.fills(Your_reason_for_withdrawing_it="We did this together.")
    priya.presses("Withdraw it")
    assert priya.pressed - before == 2
    sam.goes_home()
    sam.reads("Priya has taken this work back, so you don't need to do it.")
    sam.presses(re.compile("Read why"))
    sam.reads("We did this together.")
    expect(sam.page.get_by_role("button", name="Save and continue")).to_have_count(0)
