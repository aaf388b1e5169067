"""Test that hostile text in encrypted columns runs no script on any page."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error
from sqlalchemy import select, update
from werkzeug.serving import make_server

from companion.domain.people import Role
from companion.store.base import Store, Transaction
from companion.store.keys import Box
from companion.web.gate import access
from tests.cast import Cast
from tests.security.for_whom import ANYBODY, PEOPLE, WHOM, address, opens, rules
from tests.security.stolen import PLACES, SEALED
from tests.security.test_places import boxes
from tests.security.test_places import opens as fits
from tests.security.things import own
from tests.trips.test_leaving import STORED
from tests.visitor import Visitor

__all__ = ["boxes", "own"]  # the tests below use these fixtures
HOSTILE = (
    "=1+1|'<script>ran()</script>",
    "<img src=x onerror=ran()><svg/onload=ran()>",
    "\"'><a href=javascript:ran() autofocus onfocus=ran()>x</a>",
    "</textarea></title></option><style>*{display:none}</style>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "[x](javascript:ran()) ![x](x) <!-- &lt;b&gt; \\",
    "{{ 7 * 7 }} {% raw %} ${7*7} %s %(name)s",
    "'; DROP TABLE accounts; -- ../../etc/passwd %00",
    "A \u202e\u2066 a\u200bb e\u0301\u0327 \U0001f469\u200d\U0001f467",
)
"""Strings that attack the software or are hard to display."""
WATCH = """
  window.ran = () => { window.hasRun = true }
  window.reports = []
  document.addEventListener("securitypolicyviolation", (e) => reports.push(`${e.violatedDirective} ${e.blockedURI}`))
"""
FAULTS = """() => [
  ...(window.hasRun ? ["something ran"] : []), ...window.reports,
  ...[...document.querySelectorAll(
    "script:not([src]), style, iframe, img[src=x], [onload], [onerror], [onfocus], [href^='javascript:' i]"
  )].map((e) => e.outerHTML.slice(0, 99)),
]"""
BY_HAND = re.compile(r"(?!\d)(?=.*[A-Z ])", re.DOTALL)
"""A pattern for text that a person wrote.

The pattern doesn't match ids, dates, times or encrypted keys.
"""
SECRET = "one_time_codes.secret"
ASKED = {
    name
    for path in (Path(__file__).parents[2] / "companion/web").rglob("*.py")
    for name in re.findall(r"args(?:\.get\(|\[)\"([\w-]+)\"", path.read_text())
} | {"first", "last", "work", "question", "of", "show", "page", "state", "sort", "words", "kind"}
"""The parameters that a URL can have after the question mark."""


@pytest.fixture
def hostile_words(store: Store, own: dict[str, Any], boxes: dict[str, Box]) -> int:
    """Replace all text that people wrote with hostile text. Return the number of texts that were replaced."""
    with store.writing() as tx:
        changed = sum(spoils(tx, number, boxes) for number in range(len(SEALED)))
        tx.commit()
    return changed


def spoils(tx: Transaction, number: int, boxes: dict[str, Box]) -> int:
    place, column, turns = (
        PLACES[number],
        SEALED[number],
        cycle(HOSTILE[number % 9 :] + HOSTILE[: number % 9]),
    )

    def hostile(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: hostile(each) for name, each in value.items()}
        if isinstance(value, list):
            return [hostile(each) for each in value]
        return next(turns) if isinstance(value, str) and BY_HAND.match(value) else value

    rows = tx.execute(select(column.table.c.id, column).where(column.is_not(None))).all()
    for row, sealed in rows if place != SECRET else ():
        box = next(box for box in boxes.values() if fits(box, place, row, sealed))
        spoilt = box.seal(place, row, hostile(box.open(place, row, sealed)))
        tx.execute(update(column.table).where(column.table.c.id == row).values({column.name: spoilt}))
    return len(rows)


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Serve the application with an unsafe page, and yield the application's URL."""
    planted = access.public(lambda: f"<!doctype html><title>Companion</title><body>{' '.join(HOSTILE)}")
    app.add_url_rule("/planted", "planted", planted)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    serving.join()


@dataclass
class Looker:
    """A browser that opens pages as different people and records every fault."""

    browser: Browser
    site: str
    opened: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(base_url=self.site)
        self.context.add_init_script(WATCH)
        self.context.on("weberror", lambda error: self.faults.append(f"{self.where}: {error.error}"))
        self.context.on("console", lambda said: self._said(said.type, said.text))
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: self.faults.append(f"{self.where}: {dialog.message}"))

    def is_now(self, visitor: Visitor) -> None:
        """From now on, use the session cookie from this person's browser."""
        kept = visitor.client.get_cookie("companion")
        assert kept
        self.context.add_cookies([{"name": "companion", "value": kept.value, "url": self.site}])

    def opens(self, path: str) -> None:
        """Open this path, and look for faults if the response is a page."""
        self.where = path
        try:
            response = self.page.goto(path)
        except Error as error:
            if not re.search("Download is starting|ERR_ABORTED", error.message):
                raise
            return
        if response and response.status >= 500:
            self.faults.append(f"{path}: {response.status}")
        self.faults += [f"{path}: {fault}" for fault in self.page.evaluate(FAULTS)]
        self.opened += 1

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.faults.append(f"{self.where}: {text}")


def test_no_hostile_text_runs_as_a_script_on_any_page(
    site: str, app: Flask, cast: Cast, own: dict[str, Any], hostile_words: int, browser: Browser
) -> None:
    assert hostile_words > 50
    looker, faults = Looker(browser, site), []
    looker.opens("/planted")
    assert len(looker.faults) > 5  # check that the faults on the unsafe page are found
    looker.faults.clear()
    for role in ("nobody", *Role):
        visitor = Visitor(app)
        if role != "nobody":
            visitor.sign_in(cast, getattr(cast, PEOPLE[role]))
            looker.is_now(visitor)
        for rule in rules(app, "GET"):
            if (
                rule.endpoint in WHOM
                and opens(rule, role)
                and (role == "nobody" or WHOM[rule.endpoint] != ANYBODY)
            ):
                path = address(app, rule, own)
                looker.opens(path)
                faults += raw_in(visitor, path)
    assert looker.faults + faults == []
    assert looker.page.evaluate(STORED) == [0, 0, 0, 0, 0]
    assert looker.opened > 100


def raw_in(visitor: Visitor, path: str) -> list[str]:
    """Return a fault if text from the URL appears unescaped on the page.

    Accept any download, because browsers save downloads and never display them as pages.
    """
    reply = visitor.client.get(f"{path}?{urlencode(dict.fromkeys(ASKED, HOSTILE[1]))}")
    saved = reply.headers.get("Content-Disposition", "").startswith("attachment")
    if reply.status_code < 500 and (saved or HOSTILE[1] not in reply.text):
        return []
    return [f"{path} with all that it may be asked with: {reply.status_code}, {reply.mimetype}"]
