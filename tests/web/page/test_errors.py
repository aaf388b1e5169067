"""Test that every error page says what happened and what to do."""

import html
import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask, abort

from companion.store.activities.activities import Damaged
from companion.store.base import DatabaseUnavailable, Store
from companion.web.gate import access
from companion.web.server import memory
from tests.cast import Cast
from tests.security.renamed import renamed
from tests.visitor import Page, Visitor

WORDS = "I walked to the bridge & home"
SAFE = re.compile(r"is safe|Nothing was changed|[Nn]othing was done")
NOW = {
    400: "Reload the page",
    401: "Sign in to continue.",
    403: "Your start page shows what you can open.",
    404: "Try to find the page from your start page.",
    405: "Go back to the page and try again from there.",
    410: "The service can restore the record from a copy",
    413: "send it in smaller parts",
    429: "Try again in",
    500: "Please try again.",
    503: "Please try again in a few minutes.",
}


def test_a_worker_that_runs_out_of_memory_shows_the_typed_text_again(
    app: Flask, enter: SimpleNamespace
) -> None:
    def view() -> str:
        raise MemoryError

    app.add_url_rule("/spent", "spent", access.public(view), methods=["POST"])
    try:
        page = enter.sam.post("/spent", {"words": WORDS}, of="/my/messages")
        assert page.status == 503 and WORDS in page and memory.SPENT.is_set()
    finally:
        memory.SPENT.clear()


def breaks(what: int) -> Callable[[], str]:
    def view() -> str:
        if what == 500:
            raise ArithmeticError
        if what == 503:
            raise DatabaseUnavailable("The database does not answer.")
        if what == 410:
            raise Damaged("x", "en", 1)
        abort(what)

    return access.public(view)


@pytest.fixture(params=[*NOW, "another site", "forged"], ids=str)
def met(request: pytest.FixtureRequest, app: Flask, enter: SimpleNamespace) -> tuple[int, Page]:
    """Return an HTTP status, and the error page for this status.

    Real pages cause some of the errors, and views that exist only in this test cause the others.
    """
    what, sam = request.param, Visitor(app)
    for number in (400, 403, 410, 500, 503):
        app.add_url_rule(f"/meets/{number}", f"meets-{number}", breaks(number), methods=["GET", "POST"])
    if what == 401:
        return 401, sam.post("/my/messages", {"words": WORDS, "page": "/my/messages"}, of="/sign-in")
    if what == 404:
        return 404, sam.get("/nowhere")
    if what == 405:
        return 405, sam.get("/leave")
    if what == 413:
        return 413, sam.post("/sign-in", {"sign_in_name": "x" * 400_000})
    if what == 429:
        pages = [enter.sam.post("/my/held/download", {"form": "json"}, of="/my/held") for _ in range(6)]
        return 429, pages[-1]
    if what == "forged":
        return 400, sam.post("/meets/400", {"csrf_token": "", "words": WORDS}, of="/sign-in")
    if what == "another site":
        return 400, sam.post("/meets/400", {"words": WORDS}, of="/sign-in", Sec_Fetch_Site="cross-site")
    return what, sam.post(f"/meets/{what}", {"words": WORDS, "page": "/help"}, of="/sign-in")


def main_of(page: Page) -> str:
    return page.text.partition("<main")[2].partition("</main>")[0]


def test_an_error_page_says_whether_anything_was_lost(
    met: tuple[int, Page],
) -> None:
    status, page = met
    assert page.status == status
    main = main_of(page)
    assert SAFE.search(html.unescape(main))
    assert NOW[status] in page or "reload the page" in page or "Please open Companion" in page
    assert main.count("btn primary") == 1 and 'href="/help"' in main
    assert 'action="/leave"' in page.text
    assert (html.escape(WORDS) in main) == ("What you typed" in main)


def test_the_page_for_an_internal_error_shows_typed_text_again(app: Flask, visitor: Visitor) -> None:
    app.add_url_rule("/meets/500", "meets-500", breaks(500), methods=["POST"])
    page = visitor.post("/meets/500", {"words": WORDS, "page": "/join"}, of="/sign-in")
    assert page.status == 500 and "Sorry, this is our fault." in page
    assert html.escape(WORDS) in page.text and '<a class="btn primary" href="/join">' in page.text
    elsewhere = visitor.post("/meets/500", {"page": "https://example.com/"}, of="/sign-in")
    assert "example.com" not in elsewhere.text


def test_an_error_page_shows_the_text_that_the_person_had_typed(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    work = f"/my/work/{cast.priya.sets(cast.sam, 'a-week-of-choices')}"
    page = enter.sam.get(work)
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    with renamed(store, "drafts"):
        reply = enter.sam.client.post(f"{work}/answers", data={**form, "answer": WORDS})
    assert reply.status_code in (500, 503) and "What you typed" in reply.text
    assert html.escape(WORDS) in reply.text


def test_error_pages_do_not_show_which_options_were_chosen(enter: SimpleNamespace) -> None:
    """The sixth download of a participant's records is refused."""
    pages = [enter.sam.post("/my/held/download", {"form": "json"}, of="/my/held") for _ in range(6)]
    assert pages[-1].status == 429 and "What you typed" not in main_of(pages[-1])
