"""Test a practitioner's Monday with a caseload of thirteen participants."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from companion.config import Settings
from companion.store.operations.open_databases import open_store
from tests.trips.browsers import EVERY_WAY, Browsers, Way
from tests.trips.demo import Demo
from tests.trips.hands import Keyboard
from tests.trips.portal import Portal
from tests.trips.staff import Practitioner
from tests.trips.test_after_session import fills_in
from tests.trips.test_brief import OfTheDemo
from tests.trips.test_queue import on_a_monday, walks_the_queue

CASELOAD = 13
PRESSES_AFTER = 6


class ByKeyboard(Practitioner):
    hands = Keyboard()


@pytest.fixture(autouse=True)
def next_session(portal: Portal, demo: Demo) -> None:
    """Book a session for Owen a week after the Monday that the tests are about."""
    assert demo
    home = {"COMPANION_MODE": "demo", "COMPANION_HOME": str(portal.home), "COMPANION_CHEAP_HASHES": "1"}
    everybody = OfTheDemo(open_store(Settings.from_environment(home)), portal)
    everybody.met(everybody.his.enrolment_id, days=-21)
    everybody.store.close()


def goes_through_monday(priya: Practitioner) -> None:
    """Work through a Monday's tasks, from the queue to recording a session."""
    priya.goes_to_board()
    priya.reads("Monday.", "Participants by next session", f"Everyone {CASELOAD}")
    walks_the_queue(priya)
    finds_by_name(priya)
    records_what_followed_a_session(priya)
    priya.presses("Sam", within=priya.page.get_by_role("main"), exact=True)
    priya.presses("Brief for the next meeting")
    priya.reads("To talk about", "Set work")
    priya.presses("Open together")
    priya.is_at("/participants/[0-9a-f-]+/together")
    priya.reads("This page is for you both.")
    priya.page.go_back()
    priya.reads_nothing_of("Set work", "Notes")


def finds_by_name(priya: Practitioner) -> None:
    """Find a participant by part of a name, and return to the caseload page."""
    priya.fills(Find_a_name="owe")
    priya.presses("Find", exact=True)
    priya.is_at("/participants/[0-9a-f-]+")
    priya.reads("Owen")
    priya.goes_to_board()


def records_what_followed_a_session(priya: Practitioner) -> None:
    """In the queue, open the row about the meeting with Owen, and record the meeting. Check that the
    meeting's row disappears.
    """
    row = priya.page.locator("ol.queue > li").filter(has_text="Owen").filter(has_text="After the session")
    expect(row).to_have_count(1)
    priya.presses("Owen", within=priya.page.get_by_role("main"), exact=True)
    priya.pressed = 0
    fills_in(priya)
    priya.presses("Save", exact=True)
    priya.reads("Saved: attendance")
    assert priya.pressed == PRESSES_AFTER
    priya.goes_to_board()
    expect(row).to_have_count(0)


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_a_practitioner_works_through_a_monday_with_thirteen_participants(
    portal: Portal, enter: Callable[..., Any], way: Way
) -> None:
    assert way
    priya = enter(Practitioner, "Priya")
    on_a_monday(portal)
    priya.signs_in()
    goes_through_monday(priya)


@pytest.mark.parametrize("way", [Way(1280), Way(390, javascript=False)], ids=str)
def test_a_practitioner_works_through_a_monday_by_keyboard_alone(
    portal: Portal, demo: Demo, browsers: Browsers, way: Way
) -> None:
    on_a_monday(portal)
    priya = ByKeyboard(portal, browsers.open(way), "Priya")
    priya.last_step = demo.doors["Priya"].last_step
    priya.signs_in()
    goes_through_monday(priya)
