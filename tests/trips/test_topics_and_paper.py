"""Test planning topics with and without a mouse. Test that work can be set for somebody without a
device.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Position, expect

from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.hands import Keyboard
from tests.trips.people import Person
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

LAST, FIRST = "Criminal justice system", "Relationships"
EDGE: Position = {"x": 5, "y": 2}


def reads_well(person: Person, way: Way) -> None:
    """Check that the page is readable if scripts are on."""
    if way.javascript:
        is_readable(person.page)


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_topic_is_planned_for_a_session_and_marked_as_covered(priya: Practitioner, way: Way) -> None:
    priya.opens_page_of("Owen")
    priya.presses("Plan the topics")
    reads_well(priya, way)
    session = priya.page.get_by_role("region", name="Session 5", exact=True)
    topic = priya.page.get_by_role("listitem").filter(has=priya.page.get_by_role("group", name=LAST))
    if way.javascript:
        target = session.get_by_role("listitem").filter(has_text=FIRST)
        topic.drag_to(target, source_position=EDGE, target_position=EDGE)
        expect(priya.page.get_by_role("status")).to_have_text(
            f"{LAST} moves to Session 5, position 1. Press Save to keep this."
        )
    else:
        priya.picks(topic.get_by_label("Session"), "Session 5")
        priya.picks(topic.get_by_label("Place"), "1")
    priya.ticks(topic.get_by_label("Covered", exact=True))
    priya.presses("Save", exact=True)
    priya.reads(f"“{LAST}” is in session 5 now.", "One topic covered, 18 to go.")
    titles = session.get_by_role("listitem").locator("legend").all_inner_texts()
    assert titles[0] == LAST
    expect(topic.get_by_label("Covered", exact=True)).to_be_checked()


class ByKeyboard(Practitioner):
    hands = Keyboard()


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_moving_a_topic_with_the_keyboard_announces_the_new_position(
    enter: Callable[..., Any], way: Way
) -> None:
    priya = enter(ByKeyboard, "Priya")
    priya.opens_page_of("Owen")
    priya.presses("Plan the topics")
    topic = priya.page.get_by_role("listitem").filter(has=priya.page.get_by_role("group", name=LAST))
    priya.picks(topic.get_by_label("Session"), "Additional session")
    if way.javascript:
        expect(priya.page.get_by_role("status")).to_contain_text(f"{LAST} moves to Additional session")
        expect(topic.get_by_label("Session")).to_be_focused()
    priya.presses("Save", exact=True)
    priya.reads(f"“{LAST}” is in the additional session now.")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_blank_sheets_can_be_printed_and_work_done_on_them_can_be_recorded(
    priya: Practitioner, owen: Participant, way: Way
) -> None:
    priya.opens_page_of("Owen")
    person = priya.page.url
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
    priya.reads("Work marked as done on paper.")
    priya.presses("Your record of this work Hopes and fears")
    reads_well(priya, way)

    owen.goes_home()
    owen.unfolds()
    owen.presses("Hopes and fears")
    owen.reads("You did this work on paper and brought it in on")
    owen.reads_nothing_of("begin with the evenings")
    reads_well(owen, way)
