"""Test that leaving the site ends the session immediately. No text of the page may stay in the browser."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Error, expect

from tests.security.stolen import is_there
from tests.trips.browsers import BOTH_WAYS, Browsers, Way
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

WORDS = "Typed by Owen this evening"
STORED = """async () => {
  const bases = await indexedDB.databases(), workers = await navigator.serviceWorker.getRegistrations()
  return [localStorage.length, sessionStorage.length, bases.length, (await caches.keys()).length, workers.length]
}"""


@pytest.fixture(scope="module")
def browser_with_back(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """Yield a browser that caches pages for *Back*, as people's browsers do."""
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


def presses_shift_three_times(person: Person) -> None:
    for _ in range(3):
        person.page.keyboard.press("Shift")
    expect(person.page).to_have_url(person.portal.exit_url)


@pytest.mark.parametrize(
    ("way", "leave"),
    [
        (BOTH_WAYS[0], Person.leaves),
        (BOTH_WAYS[0], presses_shift_three_times),
        (BOTH_WAYS[1], Person.leaves),
    ],
    ids=["button", "shift", "button-without-javascript"],
)
def test_leaving_the_site_while_answering_a_question_ends_the_session(
    owen: Participant, browsers: Browsers, way: Way, leave: Callable[[Person], None]
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    work = owen.place
    cookies = owen.page.context.cookies()
    owen.types(WORDS)
    leave(owen)
    expect(owen.page).to_have_title("The weather")

    thief = Person(owen.portal, browsers.open(), "Owen")
    thief.page.context.add_cookies(cookies)
    for path in ("/my/", work):
        thief.opens(path)
        thief.is_at("/sign-in")
    owen.page.go_back()
    owen.is_at("/sign-in")
    owen.reads_nothing_of(WORDS, "called my sister", "A week of choices")


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_people_can_leave_the_site_from_every_public_page(stranger: Person, way: Way) -> None:
    for path in ("/help", "/accessibility", "/sign-in", "/join", "/nowhere"):
        stranger.opens(path)
        stranger.leaves()
        # the help page and the accessibility statement have no script
        if way.javascript and path not in ("/help", "/accessibility"):
            stranger.opens(path)
            presses_shift_three_times(stranger)


def test_the_sign_in_page_mentions_no_earlier_session_after_leaving_the_site(
    owen: Participant,
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.portal.moves_on(minutes=16)
    owen.leaves()
    owen.opens("/sign-in")
    expect(owen.page.get_by_text("You were away for a while")).to_have_count(0)


def test_going_back_after_leaving_the_site_shows_only_the_sign_in_page(
    priya: Practitioner,
) -> None:
    priya.takes_up("A week of choices", "Sam")
    priya.leaves()
    priya.page.go_back()
    priya.is_at("/sign-in")
    priya.reads_nothing_of("kitchen drawer", "Sam")


def test_pressing_shift_to_type_capitals_does_not_trigger_the_shortcut_for_leaving_the_site(
    owen: Participant,
) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.types("")
    owen.composer.get_by_role("textbox").press_sequentially("I Am Who I Am")
    owen.saves()


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
@pytest.mark.parametrize("act", [Person.leaves, Person.signs_out], ids=["leave", "sign out"])
def test_going_back_after_signing_out_shows_nothing_of_the_earlier_page(
    browser_with_back: Browser, browsers: Browsers, portal: Portal, act: Callable[[Person], None], way: Way
) -> None:
    browsers.browser = browser_with_back
    owen = Participant(portal, browsers.open(), "Owen")
    owen.signs_in()
    owen.takes_up("A week of choices", by="Carry on")
    work = owen.place
    owen.types(WORDS)
    if way.javascript:
        owen.saves()
        assert owen.page.evaluate(STORED) == [0, 0, 0, 0, 0]
    act(owen)
    for path in (work, "/my/"):
        with suppress(Error):  # the page may have been replaced before this call returns
            owen.page.evaluate("history.back()")
        expect(owen.page).to_have_url(re.compile(rf"/sign-in\?next={path}(?:#now)?$"))
        owen.reads("Forgotten your passphrase?")
        owen.reads_nothing_of(WORDS, "called my sister", "A week of choices", "Hello Owen")


def test_nothing_typed_stays_in_the_browsers_profile_after_leaving_the_site(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], portal: Portal, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    context = browser_type.launch_persistent_context(
        profile, **browser_type_launch_args, base_url=portal.address
    )
    owen = Participant(portal, context.pages[0], "Owen")
    held = (WORDS, WORDS[::-1], "called my sister", "A week of choices", "Hello Owen")
    for act in (owen.signs_out, owen.leaves):
        owen.signs_in()
        owen.takes_up("A week of choices", by="Carry on")
        owen.answers(WORDS)
        owen.types(WORDS[::-1])
        owen.saves()
        act()
        owen.page.go_back()
        owen.is_at("/sign-in")
        owen.reads_nothing_of(*held)
    context.close()
    files = [path for path in profile.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        written = path.read_bytes()
        for word in (*held, owen.account["passphrase"]):
            assert not is_there(word, written, written.lower()), path.name
