"""Test Companion over a slow or broken connection. Scripts and stylesheets arrive late or never."""

import re

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.trips.browsers import Way
from tests.trips.eyes_and_ears import Ears
from tests.trips.sam_and_others import Participant

NOT_SENT = re.compile("^No connection: not sent. What you typed stays here")
CHANGED = "This answer was changed in another window"
TITLE = "A week of choices"
WORDS = "That it was only one evening."


@pytest.fixture
def way() -> Way:
    return Way(390)


@pytest.mark.parametrize("lost", ["*", "draft.*", "send.*", "idle.*"])
def test_a_participant_can_answer_even_if_a_script_never_loads(owen: Participant, lost: str) -> None:
    """Without scripts, participants can answer, say *not sure yet* and ask for help."""
    asked: list[Dialog] = []
    owen.page.on("dialog", lambda dialog: asked.append(dialog) or dialog.accept())
    aborted = loses(owen, f"**/static/js/{lost}")
    owen.takes_up(TITLE, by="Carry on")
    owen.answers(WORDS)
    owen.types("Leave the")
    owen.is_not_sure()
    owen.presses("I need help now")
    owen.reads("Let's stop here for a moment.")
    assert asked == [] and aborted


def loses(person: Participant, pattern: str) -> list[str]:
    """Block all URLs that match this pattern. Return a list of the blocked URLs."""
    asked: list[str] = []
    person.page.context.route(pattern, lambda route: asked.append(route.request.url) or route.abort())
    return asked


def test_an_answer_is_sent_even_if_scripts_load_while_somebody_types(owen: Participant) -> None:
    slow: list[Route] = []
    owen.goes_home()
    owen.page.route("**/static/js/*", lambda route: slow.append(route))
    owen.presses(re.compile("^Carry on"))
    owen.page.wait_for_url("**/my/work/*", wait_until="commit")
    owen.types(WORDS)
    owen.page.unroute("**/static/js/*")
    owen.goes_on("Save and continue")
    owen.said("What did you tell yourself", WORDS)
    assert slow


def test_a_participant_can_answer_even_if_the_stylesheet_never_loads(owen: Participant) -> None:
    """All buttons and links appear without the stylesheet, in reading order."""
    aborted = loses(owen, "**/static/css/*")
    owen.goes_home()
    owen.reads("Hello Owen.", "Get help", "Leave this site")
    owen.takes_up(TITLE, by="Carry on")
    assert owen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    owen.answers(WORDS)
    owen.presses("Get help")
    Ears(owen.page).hears("Companion", "Get help", "Leave", "Nobody is told that you opened this page.")
    owen.leaves()
    assert aborted


@pytest.mark.parametrize("way", [Way(390), Way(390, javascript=False)], ids=str)
def test_a_button_pressed_twice_sends_its_form_only_once(owen: Participant, way: Way) -> None:
    owen.takes_up(TITLE, by="Carry on")
    before = owen.turns.count()
    owen.types(WORDS)
    owen.page.get_by_role("button", name="Save and continue").dblclick()
    expect(owen.turns).to_have_count(before + 1)
    owen.reads_nothing_of(CHANGED)
    for _ in range(2):
        owen.is_not_sure()
    owen.checks()
    owen.page.get_by_role("button", name="Send to Priya").dblclick()
    owen.is_at("/my/work/[0-9a-f-]+/receipt")
    owen.reads("Thank you. You've sent your answers.")


@pytest.mark.parametrize("reached", [False, True], ids=["lost on the way", "its reply is lost"])
def test_an_answer_is_saved_once_after_a_lost_request_or_response(owen: Participant, reached: bool) -> None:
    owen.takes_up(TITLE, by="Carry on")
    before = owen.turns.count()

    def lose(route: Route) -> None:
        if reached:
            route.fetch()
        route.abort()

    owen.page.route("**/answers", lose, times=1)
    owen.types(WORDS)
    owen.presses("Save and continue")
    expect(owen.save_state).to_have_text(re.compile("not sent"))
    expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)
    expect(owen.page.get_by_role("button", name="Save and continue")).to_be_focused()
    owen.presses("Save and continue")
    expect(owen.turns).to_have_count(before + 1)
    owen.reads_nothing_of(CHANGED)


def test_a_text_that_is_refused_as_too_long_stays_on_the_page(owen: Participant) -> None:
    owen.takes_up(TITLE, by="Carry on")
    owen.types(WORDS)
    carried = owen.composer.locator("input[name=tab]")
    # a browser would take too long to draw a text this long
    carried.evaluate("(field) => { field.value = 'x'.repeat(1400000) }")
    owen.presses("Save and continue")
    expect(owen.save_state).to_have_text(re.compile("^Not saved: the text is too long"))
    expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)
    carried.evaluate("(field) => { field.value = 'one' }")
    owen.goes_on("Save and continue")
    owen.said("What did you tell yourself", WORDS)
