"""Planning topics with and without a mouse, and setting work for somebody who has no device."""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.people import Person
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

LAST, FIRST = "Criminal justice system", "Relationships"


def reads_well(person: Person, way: Way) -> None:
    """Axe is a script itself."""
    if way.javascript:
        is_readable(person.page)


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_topics_and_paper(priya: Practitioner, owen: Participant, way: Way) -> None:
    priya.opens_page_of("Owen")
    person = priya.page.url
    priya.presses("Plan the topics")
    reads_well(priya, way)
    session = priya.page.get_by_role("region", name="Session 5", exact=True)
    if way.javascript:
        topic = priya.page.get_by_role("listitem").filter(has=priya.page.get_by_text(LAST, exact=True))
        topic.drag_to(session.locator("b").filter(has_text=FIRST), target_position={"x": 5, "y": 2})
    else:
        row = priya.page.get_by_role("listitem").filter(has=priya.page.get_by_text(LAST, exact=True))
        row.locator("summary").click()
        row.get_by_role("combobox").select_option(label="Session 5")
        priya.presses(f"Move there {LAST}")
    priya.reads(f"“{LAST}” stands in session 5 now.")
    titles = session.get_by_role("listitem").locator("b").all_inner_texts()
    assert titles.index(LAST) == (0 if way.javascript else 4)
    priya.presses(f"Covered {LAST}")
    priya.reads(f"“{LAST}” is marked.", "18 topics are not covered yet")
    expect(priya.page.get_by_role("button", name=f"Covered {LAST}")).to_have_attribute("aria-pressed", "true")

    priya.sets("Hopes and fears", "Owen", "To look back")
    priya.page.get_by_role("main").get_by_role(
        "link", name=re.compile("^Print as blank sheets")
    ).first.click()
    reads_well(priya, way)
    priya.page.emulate_media(media="print")
    expect(priya.page.locator(".sheets-reference")).to_be_visible()
    expect(priya.page.get_by_role("banner")).to_be_hidden()
    expect(priya.page.get_by_role("link", name="Done on paper")).to_be_hidden()
    priya.page.emulate_media(media="screen")
    priya.presses("Done on paper")
    reads_well(priya, way)
    priya.fills(What_you_want_to_keep="He would like to begin with the evenings.")
    priya.presses("Mark as done on paper")
    assert priya.page.url == person
    priya.reads("The work is marked as done on paper.")
    priya.presses("What you kept of it Hopes and fears")
    reads_well(priya, way)

    owen.goes_home()
    owen.unfolds()
    owen.presses("Hopes and fears")
    owen.reads("You did this on paper and gave it in on")
    owen.reads_nothing_of("begin with the evenings")
    reads_well(owen, way)
