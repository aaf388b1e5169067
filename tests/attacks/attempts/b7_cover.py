"""A participant types something and walks away, and the page locks.

Somebody else then uses a second tab to sign in, and afterwards looks at the first tab. The typed text must
stay hidden until the participant returns. The attack runs in a real browser, whose clock is put forward.
"""

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.attacks.acts import sql
from tests.attacks.client import Browser
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place, moment
from tests.browser import launch_arguments

PLACES = EVERYWHERE
WORDS = "Nobody else may ever read these words of mine"
TYPED = "[...document.querySelectorAll('textarea, input')].map((each) => each.value).join()"
IDLE_MINUTES, AFTER_SECONDS = 16, 90


def attack(place: Place) -> Seen:
    owen = place.signs_in("Owen")
    arguments = launch_arguments()
    if place.proxy:
        arguments["args"] = [f"--host-resolver-rules=MAP {place.host} 127.0.0.1:{place.proxy.port}"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**arguments)
        try:
            return _tried(place, chromium, owen)
        finally:
            chromium.close()


def _tried(place: Place, chromium: Chromium, owen: Browser) -> Seen:
    context = chromium.new_context(base_url=place.origin, ignore_https_errors=True)
    context.set_default_timeout(30_000)
    context.clock.install()
    _signed_in(context, owen)
    first = context.new_page()
    first.goto("/my/tell")  # without a draft, the typed text is saved only when the form is sent
    first.locator("[name=words]").fill(WORDS)
    _ends(place, owen)
    first.clock.fast_forward(f"{IDLE_MINUTES}:00")
    first.locator("#locked[open]").wait_for()
    if _shows(first):
        return Seen(False, "the page never covered what was typed")
    _signed_in(context, place.signs_in("Sam"))
    for _ in range(3):
        first.clock.fast_forward(AFTER_SECONDS * 1000)
        first.wait_for_timeout(1_000)
        first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        first.wait_for_timeout(1_000)
    shown = _shows(first)
    seen = "came back" if shown else "stayed covered"
    return Seen(not shown, f"Owen's words {seen} in Sam's session")


def _signed_in(context: BrowserContext, person: Browser) -> None:
    """Replace the browser's session with this person's session."""
    context.clear_cookies()
    secure = person.place.proxy is not None
    context.add_cookies(
        [
            {"name": name, "value": value, "url": person.place.origin, "httpOnly": True, "secure": secure}
            for name, value in person.cookies.items()
        ]
    )


def _ends(place: Place, owen: Browser) -> None:
    over = "UPDATE web_sessions SET ended_at = :now WHERE id = :its"
    sql(place, over, now=moment(), its=owen.session)


def _shows(page: Page) -> bool:
    """Return whether the text can be read on the page."""
    return page.locator("main").is_visible() and WORDS in str(page.evaluate(TYPED))
