"""Test pressing *I need help now* while typing. Test that the help page links back to the question that the
participant was answering.
"""

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.people import Person
from tests.trips.sam_and_others import Participant


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_the_help_page_leads_back_to_the_question_that_was_on_the_screen(owen: Participant, way: Way) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.is_asked("What did you tell yourself at that moment?")
    owen.types("That it was only")
    owen.presses("I need help now")
    owen.is_at("/my/work/[0-9a-f-]+/pause")
    owen.reads("We've saved what you typed.", "Nobody is told that you opened this page")
    numbers = owen.page.get_by_role("main").locator("a[href^='tel:']")
    expect(numbers.first).to_be_visible()
    owen.presses("Back to the same question")
    owen.is_asked("What did you tell yourself at that moment?")
    expect(owen.composer.get_by_role("textbox")).to_have_value("That it was only")
    owen.answers("That it was only one evening.")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_participant_can_go_back_from_the_help_page_to_the_answer_they_were_changing(
    owen: Participant, way: Way
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.presses("Change: How was this week for you")
    owen.is_asked("How was this week for you")
    owen.types("8")
    owen.presses("I need help now")
    owen.presses("Back to the same question")
    owen.is_asked("How was this week for you")
    expect(owen.composer.get_by_role("radio", name="8")).to_be_checked()


def test_anybody_can_open_the_help_page_without_signing_in(stranger: Person) -> None:
    stranger.opens("/help")
    stranger.reads("Nobody is told that you opened this page.", "999")
    assert not stranger.page.context.cookies()
    for path in ("/sign-in", "/join"):
        stranger.opens(path)
        stranger.presses("Get help")
        stranger.is_at("/help")
