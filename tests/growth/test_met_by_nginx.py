"""Test nginx's limits and pages in a real browser, as a signed-in person."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.bench.activity import taken_in, walks
from tests.browser import launch_arguments
from tests.growth.load import cookies_of
from tests.growth.older_machine import BEFORE
from tests.growth.proxy import HOST, Browser, Proxy
from tests.growth.service import Service, service
from tests.people import Participant

EXIT = "https://www.bbc.co.uk/weather"
COOKIE = "__Host-companion"
MOST = 60
"""The maximum number of simultaneous requests from an address."""
WORDS = "A heron by the pond."


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with service(workers=1, migrates=False) as made:
        yield made


@pytest.fixture
def proxy(running: Service, tmp_path: Path) -> Iterator[Proxy]:
    """Yield a proxy whose rate limits haven't counted any request yet."""
    made = Proxy(tmp_path / "proxy", [each.port for each in running.machines])
    yield made
    made.ends()


@contextmanager
def crowd(proxy: Proxy) -> Iterator[None]:
    """Keep as many incomplete requests open as nginx allows from one address."""
    lines: list[Browser] = []
    while len(lines) < MOST or not waits(proxy):
        lines.append(Browser(proxy))
        lines[-1].sends("/sign-in", "POST", Content_Length="10")
    yield
    for each in lines:
        each.close()
    while waits(proxy):
        time.sleep(0.1)


def waits(proxy: Proxy) -> bool:
    """Return whether nginx tells a new client to wait."""
    return Browser(proxy).get("/sign-in").status == 429


@contextmanager
def looks_at(browser_type: BrowserType, proxy: Proxy) -> Iterator[Page]:
    """Yield a page in a browser.

    In this browser, the portal's host name leads to this nginx server, and no other host name works.
    """
    rules = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{proxy.port}, MAP * ~NOTFOUND"
    browser = browser_type.launch(**launch_arguments(), args=[rules])
    context = browser.new_context(base_url=f"https://{HOST}", ignore_https_errors=True)
    context.set_default_timeout(10_000)
    yield context.new_page()
    browser.close()


def signs_in(page: Page, who: Participant) -> dict[str, str]:
    """Sign in, and return the cookies that a thief could steal."""
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill(who.sign_in_name)
    page.get_by_label("Passphrase", exact=True).fill(who.passphrase)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/my/")
    return cookies(page)


def cookies(page: Page) -> dict[str, str]:
    return {each["name"]: each["value"] for each in page.context.cookies()}


def leaves(page: Page) -> None:
    with page.expect_request(EXIT):
        page.get_by_role("button", name="Leave this site").click(no_wait_after=True)
    assert COOKIE not in cookies(page)


def test_the_leave_this_site_button_works_while_nginx_refuses_other_requests(
    running: Service, proxy: Proxy
) -> None:
    him = Browser(proxy, cookies=cookies_of(running.place, running.place.cast.sam))
    taken = dict(him.cookies)
    (style, *_) = re.findall(r'href="(/static/css/[^"]+)"', him.get("/my/").text)
    with crowd(proxy):
        assert him.get("/my/").status == 429
        assert him.get(style).status == 200
        left = him.post("/leave", {})
    assert (left.status, left.headers["Location"]) == (303, EXIT)
    assert Browser(proxy, cookies=taken).get("/my/").status == 302


def test_leaving_the_site_from_the_please_wait_page_that_nginx_serves_ends_the_session(
    running: Service, proxy: Proxy, browser_type: BrowserType
) -> None:
    with looks_at(browser_type, proxy) as page:
        taken = signs_in(page, running.place.cast.sam)
        with crowd(proxy):
            page.goto("/my/")
            expect(page).to_have_title("Please wait a moment - Companion")
            leaves(page)
    assert Browser(proxy, cookies=taken).get("/my/").status == 302


def test_the_page_sends_an_answer_again_after_nginx_has_refused_it(
    running: Service, proxy: Proxy, browser_type: BrowserType
) -> None:
    place, activity = running.place, taken_in(running.place, walks(3))
    owen = place.cast.owen
    work_id = place.cast.priya.sets(owen, activity.id)
    with looks_at(browser_type, proxy) as page:
        signs_in(page, owen)
        page.goto(f"/my/work/{work_id}")
        field, state = page.locator(".composer textarea"), page.locator(".save-state")
        send = page.get_by_role("button", name="Save and continue")
        with crowd(proxy):
            field.fill(WORDS)
            expect(state).to_have_text(re.compile("^No connection: not saved yet."))
            send.click()
            expect(state).to_have_text(re.compile("^No connection: not sent."))
            expect(field).to_have_value(WORDS)
        expect(state).to_have_text(re.compile(r"^Saved \d\d:\d\d, but not sent yet."), timeout=10_000)
        send.click()
        expect(page.locator("article.turn")).to_contain_text(WORDS)


def test_the_leave_this_site_button_on_the_outage_page_deletes_the_session_cookie(
    running: Service, proxy: Proxy, browser_type: BrowserType
) -> None:
    with looks_at(browser_type, proxy) as page:
        signs_in(page, running.place.cast.sam)
        for machine in running.machines:
            machine.is_lost()
        page.goto("/my/")
        expect(page).to_have_title("Companion can't be reached at the moment - Companion")
        leaves(page)
    for machine in running.machines:
        machine.is_back()


def test_the_leave_this_site_button_works_with_the_previous_versions_nginx_configuration(
    running: Service, tmp_path: Path, browser_type: BrowserType
) -> None:
    proxy = Proxy(
        tmp_path / "proxy", [each.port for each in running.machines], BEFORE / "nginx/companion.conf"
    )
    with looks_at(browser_type, proxy) as page:
        signs_in(page, running.place.cast.sam)
        with crowd(proxy):
            page.goto("/my/")
            expect(page).to_have_title("Please wait a moment - Companion")
            leaves(page)
    proxy.ends()
