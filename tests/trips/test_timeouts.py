"""Test that people who sign in again after a timeout get back their page and text. Test that, after a
timeout, nobody else can see the page that was open or the text that was typed.
"""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.trips.browsers import BOTH_WAYS, Browsers, Way
from tests.trips.eyes_and_ears import Ears
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

WORDS = "That it was only one evening."
COMMENT, WHOLE = "A clear picture.", "Let us begin with the walk."
AWAY_FOR_A_WHILE = "You were away for a while, so we locked this page."
NO_SCRIPT = Way(390, javascript=False)


def has_the_ways_out(covering: Locator) -> None:
    """Check that help opens in a new tab. Check that a button for leaving the site is visible."""
    helps = covering.get_by_role("link", name="Get help")
    expect(helps).to_be_in_viewport()
    expect(helps).to_have_attribute("href", "/help")
    expect(helps).to_have_attribute("target", "_blank")
    expect(covering.get_by_role("button", name="Leave this site")).to_be_in_viewport()


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_an_answer_sent_after_a_timeout_is_kept(owen: Participant, portal: Portal, way: Way) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    portal.moves_on(minutes=16)
    owen.types(WORDS)
    owen.presses("Save and continue")
    owen.reads(AWAY_FOR_A_WHILE)
    owen.reads_nothing_of(WORDS, "called my sister", "A week of choices")
    owen.gives_passphrase()
    owen.is_at("/my/work/[0-9a-f-]+")
    owen.is_asked("What did you tell yourself at that moment?")
    expect(owen.page.locator("#now .ask")).to_be_in_viewport()
    expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)
    owen.goes_on("Save and continue")
    owen.said("What did you tell yourself", WORDS)


@pytest.mark.parametrize("way", [NO_SCRIPT], ids=str)
@pytest.mark.parametrize("button", ["I need help now", "Save for later", "I'd rather talk about this"])
def test_an_answer_sent_after_a_timeout_is_kept_whichever_button_is_pressed(
    owen: Participant, portal: Portal, button: str, way: Way
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    portal.moves_on(minutes=16)
    owen.types(WORDS)
    owen.presses(button)
    if "help" in button:
        owen.is_at("/help")
        owen.opens("/sign-in")
    owen.gives_passphrase()
    owen.takes_up("A week of choices", by="Carry on")
    expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)


@pytest.mark.parametrize("way", [NO_SCRIPT], ids=str)
@pytest.mark.parametrize("button", ["Save for later", "Send feedback"])
def test_feedback_sent_after_a_timeout_is_kept(
    priya: Practitioner, portal: Portal, button: str, way: Way
) -> None:
    priya.takes_up("A week of choices", "Sam")
    priya.comments("What could you do when a moment like that", COMMENT)
    priya.says_of_the_whole(WHOLE)
    priya.page.get_by_label("Your reasons").fill(WORDS)
    portal.moves_on(minutes=31)
    priya.presses(button, exact=True)
    priya.reads(AWAY_FOR_A_WHILE, "We've kept what you typed, but it hasn't been sent yet.")
    priya.reads_nothing_of(COMMENT, WHOLE, WORDS, "kitchen drawer")
    priya.gives_passphrase()
    priya.is_at("/submissions/[0-9a-f-]+")
    comment = priya.turn("What could you do when a moment like that").get_by_role("textbox")
    expect(comment).to_have_value(COMMENT)
    expect(priya.page.get_by_label("Overall comment")).to_have_value(WHOLE)
    expect(priya.page.get_by_label("Your reasons")).to_have_value(WORDS)
    priya.releases()
    priya.reads(COMMENT, WHOLE)


@pytest.mark.parametrize("way", [NO_SCRIPT], ids=str)
def test_a_form_for_setting_work_is_kept_after_a_timeout(
    priya: Practitioner, portal: Portal, way: Way
) -> None:
    priya.presses("Set work for Owen")
    priya.presses("Warning signs")
    priya.fills(Why=WORDS)
    portal.moves_on(minutes=31)
    priya.presses("Set this work")
    priya.gives_passphrase()
    expect(priya.page.get_by_label("Why")).to_have_value(WORDS)
    priya.presses("Set this work")
    priya.reads("Work set.")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_locked_session_shows_nothing_to_somebody_else(owen: Participant, portal: Portal, way: Way) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    work = owen.place
    portal.moves_on(minutes=16)
    owen.types(WORDS)
    owen.presses("Save and continue")
    owen.reads(AWAY_FOR_A_WHILE)
    for path in ("/my/", work, f"{work}/check", "/account"):
        owen.opens(path)
        owen.is_at("/sign-in")

    sam = Participant(portal, owen.page, "Sam")
    sam.opens(work)
    sam.gives_passphrase()
    sam.reads("There's nothing here")
    sam.reads_nothing_of(WORDS, "called my sister")
    sam.goes_home()
    sam.reads("Hello Sam.")
    sam.page.go_back()
    sam.reads_nothing_of(WORDS, "called my sister")


def test_a_form_sent_after_a_timeout_is_not_shown_to_the_next_person(
    priya: Practitioner, portal: Portal
) -> None:
    """Priya sent feedback after her session had locked, and Companion kept the feedback. Daniel then signs in
    with the same browser.
    """
    priya.takes_up("A week of choices", "Sam")
    priya.says_of_the_whole(WHOLE)
    portal.moves_on(minutes=31)
    priya.presses("Save for later")
    daniel = Practitioner(portal, priya.page, "Daniel")
    daniel.gives_passphrase()
    daniel.reads("There's nothing here")
    daniel.reads_nothing_of(WHOLE, "kitchen drawer")


def test_a_page_warns_before_the_timeout_and_then_asks_to_sign_in(portal: Portal, browsers: Browsers) -> None:
    owen = Participant(portal, browsers.open(), "Owen")
    owen.page.clock.install()
    owen.signs_in()
    owen.takes_up("A week of choices", by="Carry on")
    dialog = owen.page.get_by_role("dialog", name="Are you still there?")
    owen.page.clock.run_for("12:50")
    expect(dialog).to_have_count(0)
    owen.page.clock.run_for("00:20")
    expect(dialog).to_be_visible()
    has_the_ways_out(dialog)
    with owen.page.expect_response("**/still-here") as reply:
        owen.presses("Stay signed in")
    assert reply.value.status == 204
    owen.page.clock.run_for("13:10")
    expect(dialog).to_be_visible()
    portal.moves_on(minutes=16)
    owen.page.clock.run_for("03:00")
    owen.is_at("/sign-in")
    owen.reads_nothing_of("called my sister")
    owen.gives_passphrase()
    owen.is_asked("What did you tell yourself at that moment?")
    expect(owen.page.locator("#now .ask")).to_be_in_viewport()


def test_a_dismissed_timeout_warning_does_not_reappear_if_the_response_is_slow(
    portal: Portal, browsers: Browsers
) -> None:
    owen = Participant(portal, browsers.open(), "Owen")
    owen.page.clock.install()
    owen.signs_in()
    owen.takes_up("A week of choices", by="Carry on")
    dialog = owen.page.get_by_role("dialog", name="Are you still there?")
    owen.page.clock.run_for("13:10")
    expect(dialog).to_be_visible()
    slow: list[Route] = []
    owen.page.route("**/still-here", lambda route: slow.append(route))
    with owen.page.expect_request("**/still-here"):
        owen.presses("Stay signed in")
    owen.page.clock.run_for("00:30")
    expect(dialog).to_have_count(0)
    with owen.page.expect_response("**/still-here"):
        slow[0].continue_()
    owen.page.clock.run_for("10:00")
    expect(dialog).to_have_count(0)


def test_the_timeout_warning_can_be_answered_with_the_keyboard(portal: Portal, browsers: Browsers) -> None:
    owen = Participant(portal, browsers.open(), "Owen")
    owen.page.clock.install()
    owen.signs_in()
    owen.takes_up("A week of choices", by="Carry on")
    owen.types(WORDS)
    dialog = owen.page.get_by_role("dialog")
    for key in ("Escape", "Enter"):
        # the server's last response may not have arrived yet
        for _ in range(60):
            if not dialog.count():
                owen.page.clock.run_for("00:30")
        asking = Ears(owen.page).the("dialog")
        assert asking.name == "Are you still there?" and "lock in two minutes" in asking.description
        expect(owen.page.get_by_role("button", name="Stay signed in")).to_be_focused()
        with owen.page.expect_response("**/still-here"):
            owen.page.keyboard.press(key)
        expect(dialog).to_have_count(0)
        expect(owen.composer.get_by_role("textbox")).to_be_focused()
        expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)


def test_the_contents_of_a_locked_page_stay_hidden_even_if_the_stylesheet_is_removed(
    portal: Portal, browsers: Browsers
) -> None:
    priya = Practitioner(portal, browsers.open(), "Priya")
    priya.page.clock.install()
    priya.signs_in()
    priya.presses("Set work for Owen")
    priya.presses("Warning signs")
    with priya.page.expect_response("**/still-here"):
        priya.fills(Why=WORDS)
    portal.moves_on(minutes=31)
    priya.page.clock.run_for("31:00")
    locked = priya.page.get_by_role("dialog", name="This page is locked")
    expect(locked).to_be_visible()
    has_the_ways_out(locked)
    for _ in range(5):
        priya.page.keyboard.press("Escape")
        expect(locked).to_be_visible()
    for _ in range(2):
        expect(priya.page.locator("body > :visible")).to_have_count(1)
        priya.page.evaluate(
            "document.querySelectorAll('link[rel=stylesheet]').forEach((link) => link.remove())"
        )
    expect(locked.get_by_role("link", name="Sign in")).to_be_visible()
    locked.get_by_role("button", name="Leave this site").click()
    priya.page.wait_for_url(re.compile("^(?!.*/participants)"))
    assert not [each for each in priya.page.context.cookies(portal.address) if "session" in each["name"]]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_locked_page_offers_help_while_it_checks_who_is_signed_in(
    portal: Portal, browsers: Browsers, width: int
) -> None:
    """Somebody goes back to a cached page on a slow connection."""
    owen = Participant(portal, browsers.open(), "Owen")
    owen.page.set_viewport_size({"width": width, "height": 700})
    owen.signs_in()
    owen.takes_up("A week of choices", by="Carry on")
    slow: list[Route] = []
    owen.page.route("**/still-open", lambda route: slow.append(route))
    owen.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    cover = owen.page.get_by_role("navigation", name="Get help")
    has_the_ways_out(cover)
    expect(owen.page.locator("body > :visible")).to_have_count(1)
    for route in slow:
        route.continue_()
    expect(cover).to_have_count(0)
    expect(owen.page.get_by_role("main")).to_be_visible()


def test_text_typed_before_a_twelve_hour_timeout_is_shown_again(owen: Participant, portal: Portal) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    portal.moves_on(hours=12, minutes=1)
    owen.types(WORDS)
    owen.page.get_by_role("button", name="Save and continue").click()
    owen.reads("You were signed out")
    expect(owen.page.get_by_label("What you typed")).to_have_value(re.compile(WORDS))
    Person.signs_in(owen)
