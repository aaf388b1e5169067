"""Test that an open page is hidden when somebody else signs in."""

import pytest
from playwright.sync_api import Locator, expect

from tests.trips.browsers import Browsers, Way
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant

WORDS = "I am worried about next week."
NO_SCRIPT = Way(390, javascript=False)


@pytest.fixture
def left(portal: Portal, browsers: Browsers) -> Participant:
    """Return the participant Owen, who has walked away from the device. Owen has left an unsent message about
    something that can't wait.

    Owen's page is locked and covered by a dialog.
    """
    owen = Participant(portal, browsers.open(), "Owen")
    owen.page.clock.install()
    owen.signs_in()
    owen.opens("/my/tell")
    with owen.page.expect_response("**/still-here"):
        box(owen).fill(WORDS)
    portal.moves_on(minutes=16)
    owen.page.clock.run_for("16:00")
    expect(covering(owen)).to_be_visible()
    return owen


def box(owen: Participant) -> Locator:
    return owen.page.locator("main textarea")


def covering(owen: Participant) -> Locator:
    return owen.page.get_by_role("dialog", name="This page is locked")


def looks_at(owen: Participant) -> None:
    """Bring the participant's page to the front of the browser."""
    with owen.page.expect_response("**/still-open"):
        owen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def in_a_second_tab(owen: Participant, name: str) -> Person:
    return Participant(owen.portal, owen.page.context.new_page(), name)


def test_a_locked_page_stays_hidden_when_somebody_else_signs_in(left: Participant) -> None:
    sam = in_a_second_tab(left, "Sam")
    sam.opens("/sign-in")
    sam.gives_passphrase()
    sam.reads("Hello Sam.")
    looks_at(left)
    with left.page.expect_response("**/still-open"):
        left.page.clock.run_for("01:10")
    expect(covering(left)).to_be_visible()
    expect(box(left)).to_be_hidden()
    expect(left.page.locator("body > :visible:not(dialog)")).to_have_count(0)

    sam.presses("Sign out")
    owen = in_a_second_tab(left, "Owen")
    owen.opens("/sign-in")
    owen.gives_passphrase()
    owen.reads("Hello Owen.")
    with left.page.expect_response("**/still-here"):
        looks_at(left)
    expect(covering(left)).to_be_hidden()
    left.page.clock.run_for("01:10")
    # the covered page shows no timeout warning
    expect(left.page.get_by_role("dialog")).to_have_count(0)
    expect(box(left)).to_be_visible()
    expect(box(left)).to_have_value(WORDS)


def test_a_page_closes_when_another_person_signs_in_from_another_tab(
    portal: Portal, browsers: Browsers
) -> None:
    owen = Participant(portal, browsers.open(), "Owen")
    owen.signs_in()
    owen.takes_up("A week of choices", by="Carry on")
    sam = in_a_second_tab(owen, "Sam")
    owen.page.context.clear_cookies()  # without its cookies, the browser is signed out
    sam.signs_in()
    owen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    owen.page.wait_for_url("**/my/")
    owen.reads_nothing_of("called my sister")


def test_a_cached_page_stays_hidden_until_the_server_answers(
    left: Participant,
) -> None:
    sam = in_a_second_tab(left, "Sam")
    sam.opens("/sign-in")
    sam.gives_passphrase()
    sam.reads("Hello Sam.")
    with left.page.expect_response("**/still-open"):
        left.page.evaluate(
            "() => { document.querySelectorAll('body > *').forEach((part) => (part.hidden = false));"
            "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) }"
        )
    expect(covering(left)).to_be_visible()
    expect(box(left)).to_be_hidden()


@pytest.mark.parametrize("way", [NO_SCRIPT], ids=str)
def test_without_javascript_nobody_can_save_from_another_persons_open_page(
    owen: Participant, portal: Portal, way: Way
) -> None:
    """Without JavaScript, the page stays visible, because no dialog can cover it. The portal refuses
    everything that is sent from the page.
    """
    owen.takes_up("A week of choices", by="Carry on")
    owen.types(WORDS)
    portal.moves_on(minutes=16)
    sam = in_a_second_tab(owen, "Sam")
    sam.opens("/sign-in")
    sam.gives_passphrase()
    sam.reads("Hello Sam.")
    owen.presses("Save for later")
    owen.reads("We couldn't send this")
    owen.reads_nothing_of(WORDS)
    assert not owen.page.locator("textarea").count()
    sam.opens("/my/messages")
    sam.reads_nothing_of(WORDS)
