"""Test the help page while the database is down. Test an administrator's edits of the help page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from companion.content import shipped_directory
from companion.domain.signposts.editing import find
from companion.domain.signposts.signposts import opening
from tests.trips.away import Embedded
from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.demo import Demo
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Staff


@pytest.fixture
def database(portal: Portal) -> Iterator[Embedded]:
    database = Embedded(portal.home)
    yield database
    database.comes_back()


def verdict(portal: Portal) -> str:
    """Return the sentence that the help page should now show about the Helpline's hours."""
    helpline = find(shipped_directory(), "helpline")
    assert helpline
    return "open now" if opening(helpline, portal.now).state == "open" else "Closed now."


def reads_the_right_hours(person: Person) -> None:
    before, card = (
        verdict(person.portal),
        person.page.locator(
            ".signpost[id]", has=person.page.get_by_role("heading", name="Stop It Now! Helpline", exact=True)
        ),
    )
    expect(card.get_by_role("link", name="Call 0808 1000 900")).to_have_attribute("href", "tel:+448081000900")
    expect(card).to_contain_text(re.compile(f"{before}|{verdict(person.portal)}", re.IGNORECASE))


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_help_is_available_without_signing_in_during_a_database_outage(
    stranger: Person, database: Embedded, way: Way
) -> None:
    database.goes_away()
    stranger.opens("/help")
    reads_the_right_hours(stranger)
    stranger.presses("A child is in danger now")
    expect(stranger.page.locator("#part-1").get_by_role("link", name="Call 999")).to_be_in_viewport()
    assert not stranger.page.context.cookies()
    stranger.leaves()


def test_help_is_available_to_a_participant_during_a_database_outage(
    browser: Browser, portal: Portal, demo: Demo, database: Embedded
) -> None:
    sam = Participant(portal, browser.new_page(base_url=portal.address), "Sam")
    sam.comes_in(demo.doors["Sam"])
    database.goes_away()
    assert sam.opens("/my/") == 503
    sam.reads("Everything you've saved is safe. Please try again in a few minutes.")
    sam.presses("Get help", within=sam.page.get_by_role("main"))
    reads_the_right_hours(sam)
    sam.leaves()
    assert not sam.page.context.cookies(portal.address)
    sam.page.close()


def test_a_changed_helpline_number_is_on_the_help_page_within_a_minute(alex: Staff, stranger: Person) -> None:
    new_number = stranger.page.get_by_role("link", name="Call 0808 808 8001")
    stranger.opens("/help")
    stranger.reads("Call 0808 808 8000")
    alex.presses("Signposts", within=alex.page.get_by_role("navigation", name="Main"))
    alex.presses("Lifeline", exact=True)
    first = alex.page.get_by_role("group", name="Telephone number 1")
    first.get_by_label("Number as shown").fill("0808 808 8001")
    alex.presses("Preview")
    alex.reads("This number isn't the same as the number shown, 0808 808 8001.")
    is_readable(alex.page)
    first.get_by_label("Number dialled").fill("+448088088001")
    alex.presses("Preview")
    alex.reads("Not saved yet.", "Call 0808 808 8001", "Open day and night.")
    is_readable(alex.page)
    stranger.page.reload()
    stranger.reads("Call 0808 808 8000")
    alex.presses("Save")
    alex.reads("Signpost saved. The help page shows it within a minute.")

    response = stranger.page.reload()
    kept = re.fullmatch(r"public, max-age=(\d+)", response.headers["cache-control"]) if response else None
    assert kept and int(kept[1]) <= 60
    for _ in range(8):  # reload often enough to reach each of the portal's processes
        stranger.page.reload()
        expect(new_number).to_have_attribute("href", "tel:+448088088001")
    alex.presses("Changes to signposts")
    alex.reads("by Alex. Version 1.")
    is_readable(alex.page)
