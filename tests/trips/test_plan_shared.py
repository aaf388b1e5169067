"""Test a plan that several people work on."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from companion.config import Settings
from companion.domain.people import Role
from companion.services.act import Actor
from companion.services.plan import items
from companion.store import people
from companion.store.operations.open_databases import open_store
from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.reading import is_readable, look_at
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff

OUTSIDE = """() => {
  const fold = document.querySelector('.card-outside').getBoundingClientRect().top
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), outside = []
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const range = document.createRange()
    range.selectNodeContents(text)
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height)
    if (boxes.some((box) => box.bottom > fold + 1)) outside.push(text.data.trim())
  }
  return outside.filter(Boolean)
}"""
"""JavaScript that returns the text printed below the line where the card is folded."""
FALLS_OFF = """() => [...document.querySelectorAll('.card-page')]
  .filter((page) => page.scrollHeight > page.clientHeight || page.scrollWidth > page.clientWidth)
  .map((page) => page.innerText)"""
LONG = "I put the phone down and walk to the bridge and back. " * 18


@pytest.fixture
def owen(owen: Participant) -> Participant:
    """Return Owen, whose plan has been reworded once."""
    portal = owen.portal
    environment = {
        "COMPANION_MODE": "demo",
        "COMPANION_HOME": str(portal.home),
        "COMPANION_CHEAP_HASHES": "1",
    }
    store = open_store(Settings.from_environment(environment))
    with store.reading() as tx:
        rows = people.accounts(tx, Role.PARTICIPANT)
        viewer = next(people.viewer(tx, row) for row in rows if people.name(tx, row) == "Owen")
    then, river = portal.now - timedelta(days=2), uuid4()
    items.add(Actor(store, viewer, then), river, "good", [("Walking by the river", "", "")], None)
    items.change(Actor(store, viewer, then), river, 1, ("Walking by the wide river", "", ""))
    for part, rows_of_it in {
        "first": [(LONG, "", "red"), ("I go outside.", "", "red"), ("I ring my sister.", "", "amber")],
        "people": [("My sister", "020 7946 0018", "")],
    }.items():
        items.add(Actor(store, viewer, then), uuid4(), part, rows_of_it, None)
    store.close()
    return owen


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_practitioner_and_participant_review_a_plan_together(
    priya: Practitioner, owen: Participant, way: Way
) -> None:
    priya.opens_page_of("Owen")
    priya.presses("Open the plan")
    priya.reads("Walking by the wide river")
    priya.presses("Suggest something", exact=True)
    priya.page.get_by_label("Part of the plan").select_option(label="What I do first")
    priya.fills(Your_suggestion="Open the window and count ten cars.")
    priya.presses("Send suggestion")
    priya.reads("You haven't chosen anything yet.")
    priya.page.get_by_label("Amber: slipping").check()
    priya.presses("Send suggestion")
    priya.reads("One suggestion for them to decide on", "Open the window and count ten cars.")

    priya.fills(Date_of_the_next_review=f"{priya.portal.now.date() + timedelta(days=28)}")
    priya.presses("We reviewed it together")
    priya.reads("Review recorded.", "Nothing has changed since then.")

    owen.opens("/my/plan/versions")
    owen.reads("Priya noted that you both looked at your plan again.")
    owen.reads_nothing_of("count ten cars")
    owen.page.get_by_label("Compare version").select_option("1")
    owen.page.get_by_label("with version").select_option("2")
    owen.presses("Compare these two")
    expect(owen.page.locator("ins").get_by_text("wide")).to_be_visible()
    expect(owen.page.get_by_role("heading", name="What makes my life good").first).to_be_visible()
    owen.reads("Before", "After")


def test_a_printed_plan_card_reveals_nothing_on_its_outside(owen: Participant, tmp_path: Path) -> None:
    owen.opens("/my/plan/printed")
    owen.presses("A card to fold instead")
    owen.reads("What didn't fit", "On the outside, the card only says “Notes”.")
    page = owen.page
    page.emulate_media(media="print")
    assert page.evaluate(OUTSIDE) == ["Notes"]
    assert page.evaluate(FALLS_OFF) == []
    inside = page.locator(".card-inside")
    for said in ("I put the phone down", "I ring my sister.", "My sister", "0808 1000 900", "116 123", "999"):
        expect(inside).to_contain_text(said)
    for paper in ("A4", "Letter"):
        assert sheets(page, paper, tmp_path) == 1
    owen.opens("/my/plan/printed")
    expect(page.locator(".paper h1")).to_be_visible()
    for gone in ("header", "footer", ".screen", ".skip"):
        expect(page.locator(gone).filter(visible=True)).to_have_count(0)
    assert sheets(page, "A4", tmp_path) <= 2


def sheets(page: Page, paper: str, folder: Path) -> int:
    """Print the page, and return the number of sheets."""
    printed = page.pdf(path=folder / "notes.pdf", format=paper, display_header_footer=True)
    return printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ")


def test_pages_of_a_shared_plan_are_readable(priya: Practitioner, owen: Participant, margaret: Staff) -> None:
    pages = ("versions", "versions/2", "compared?first=0&last=4", "printed", "card")
    look_at(owen, [f"/my/plan/{page}" for page in pages])
    priya.opens_page_of("Owen")
    is_readable(priya.page)
    place = priya.place
    pages = ("", "/suggestions", "/versions", "/versions/2", "/compared?first=0&last=4")
    look_at(priya, [f"{place}/plan{page}" for page in pages])
    look_at(margaret, ("/lead/plan", "/lead/plan/parts/good", "/lead/plan/new"))


def test_two_windows_that_change_one_plan_part_lose_no_text(margaret: Staff) -> None:
    margaret.opens("/lead/plan/parts/good")
    second = Staff(margaret.portal, margaret.page.context.new_page(), "Margaret")
    second.opens("/lead/plan/parts/good")
    margaret.fills(Title="What is good")
    margaret.presses("Save", exact=True)
    margaret.reads("Part saved.", "“What is good” was reworded")
    second.fills(Title="What I like")
    second.presses("Save", exact=True)
    second.reads("It now says", "What is good")
    expect(second.page.get_by_label("Title")).to_have_value("What I like")
    is_readable(second.page)
