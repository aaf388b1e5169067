"""Test that a practitioner can record a whole session with one press."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from companion.config import Settings
from companion.store.operations.open_databases import open_store
from tests.trips.browsers import EVERY_WAY, Way
from tests.trips.demo import Demo
from tests.trips.hands import Keyboard
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner
from tests.trips.test_brief import OfTheDemo

WORDS = "Phone stays downstairs after ten."


class ByKeyboard(Practitioner):
    hands = Keyboard()


@pytest.fixture
def met(portal: Portal, demo: Demo) -> None:
    """Add a session between Owen and Priya. The session has just taken place."""
    assert demo
    home = {"COMPANION_MODE": "demo", "COMPANION_HOME": str(portal.home), "COMPANION_CHEAP_HASHES": "1"}
    everybody = OfTheDemo(open_store(Settings.from_environment(home)), portal)
    everybody.met(everybody.his.enrolment_id, days=0)
    everybody.store.close()


def goes_to_owen(priya: Practitioner) -> None:
    priya.goes_to_board()
    priya.presses("Owen", exact=True)
    priya.pressed = 0


def fills_in(priya: Practitioner) -> None:
    main = priya.page.get_by_role("main")
    priya.presses(re.compile("^After the session"))
    priya.ticks(main.get_by_label("Attended", exact=True))
    priya.ticks(main.get_by_role("group", name="Introduction").get_by_label("Covered", exact=True))
    priya.hands.write(main.get_by_label(re.compile("^Your note")), "Spoke more easily today.")
    priya.hands.write(main.get_by_label(re.compile("^What you agreed")), WORDS)
    priya.ticks(main.get_by_role("group", name="Next work").get_by_role("radio").first)
    priya.hands.write(main.get_by_label(re.compile("^Why")), "It showed what helps you.")
    priya.ticks(main.get_by_role("group", name="Tomorrow").get_by_label("Evening", exact=True))
    priya.hands.write(main.get_by_label(re.compile("^Where")), "At the kitchen table")


@pytest.mark.usefixtures("met")
@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
def test_everything_after_a_session_can_be_recorded_in_six_presses(
    priya: Practitioner, owen: Participant
) -> None:
    goes_to_owen(priya)
    fills_in(priya)
    priya.presses("Save", exact=True)
    priya.reads("Saved: attendance")
    assert priya.pressed == 6
    owen.goes_home()
    owen.reads(WORDS)
    owen.reads_nothing_of("Spoke more easily today.")
    priya.presses("Open the notes")
    priya.reads("Spoke more easily today.")


@pytest.mark.usefixtures("met")
@pytest.mark.parametrize("way", [Way(1280), Way(390, javascript=False)], ids=str)
def test_the_after_session_page_shows_what_the_participant_will_see(
    enter: Callable[..., Any],
) -> None:
    priya = enter(ByKeyboard, "Priya")
    goes_to_owen(priya)
    fills_in(priya)
    priya.presses("See what Owen will see")
    look = priya.page.locator("#look")
    expect(look).to_contain_text(WORDS)
    expect(look).not_to_contain_text("Spoke more easily today.")
    priya.presses("Save", exact=True)
    priya.reads("Saved: attendance")


@pytest.mark.usefixtures("met")
@pytest.mark.parametrize("way", [Way(390)], ids=str)
def test_the_after_session_page_saves_a_draft_while_somebody_types(priya: Practitioner) -> None:
    goes_to_owen(priya)
    fills_in(priya)
    page = priya.place
    expect(priya.page.locator(".save-state")).to_contain_text(re.compile(r"^Saved \d"))
    priya.goes_to_board()
    priya.opens(page)
    main = priya.page.get_by_role("main")
    expect(main.get_by_label(re.compile("^What you agreed"))).to_have_value(WORDS)
    expect(main.get_by_label("Attended", exact=True)).to_be_checked()
    priya.presses("Save", exact=True)
    priya.reads("Saved: attendance")
