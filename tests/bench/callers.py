"""Start the same set of questions in Companion, and in each library that we compare Companion with."""

import functools
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.bench import peers
from tests.bench.activity import said, taken_in, walks
from tests.bench.frame import NotMeasured
from tests.bench.line import Traffic, opened, usable_after
from tests.bench.portal import Portal
from tests.bench.saving import signed_in

BOX = ".composer textarea"
ICON = "fetch(document.querySelector('link[rel=icon]').href).then((reply) => reply.text())"
"""A script to load the site's icon, which headless browsers don't do automatically."""
RUNS = 'document.readyState !== "loading" && typeof draft === "object" && document.querySelector("#locked")'
"""A JavaScript expression that is true once every script on the page has run."""


class Ours:
    """A running Companion, and a browser in which a participant is signed in."""

    def __init__(self, place: Portal, port: int, chromium: Chromium) -> None:
        self._place, self._port, self._chromium = place, port, chromium
        self._activity = taken_in(place, walks(peers.QUESTIONS))
        self._cookies = signed_in(place, port, place.cast.sam).cookies
        self.first_load = functools.cache(self._first_load)
        self.ten_answers = functools.cache(self._ten_answers)

    def set_work(self) -> UUID:
        """Set the activity for Sam, and return the work's id."""
        return self._place.cast.priya.sets(self._place.cast.sam, self._activity.id)

    def _first_load(self) -> Traffic:
        """Return the network traffic when a participant opens an activity with an empty browser cache."""
        traffic = Traffic()
        with opened(self._chromium, self._port, self._cookies) as page:
            traffic.watch(page)
            page.goto(self._address(self.set_work()))
            page.evaluate(ICON)
            traffic.settle(page)
        return traffic

    def _ten_answers(self, scripts: bool) -> Traffic:
        """Count the bytes that a browser sends and receives for ten answers, starting at the start page.

        The cache already contains the files that pages share.
        """
        traffic, work_id = Traffic(), self.set_work()
        with opened(self._chromium, self._port, self._cookies, scripts=scripts) as page:
            page.goto(self._address(), wait_until="networkidle")
            traffic.watch(page)
            _unfold(page, f'a[href*="{work_id}"]')
            page.locator(f'a[href*="{work_id}"]').first.click()
            for form in said(self._activity).values():
                _answers(page, form["answer"])
            page.get_by_role("link", name="Check your answers").wait_for()
            traffic.settle(page)
        return traffic

    def usable(self) -> float:
        """Return how many milliseconds pass until somebody can answer the first question on Companion's
        page.
        """
        with opened(self._chromium, self._port, self._cookies) as page:
            return usable_after(page, self._address(self.set_work()), BOX, RUNS)

    def _address(self, work_id: UUID | None = None) -> str:
        return f"http://localhost:{self._port}/my/{f'work/{work_id}' if work_id else ''}"


def _unfold(page: Page, link: str) -> None:
    """Open all folded sections that contain this link."""
    for folded in page.locator("details:not([open])", has=page.locator(link)).all():
        folded.locator("summary").first.click()


def _answers(page: Page, texts: list[str]) -> None:
    number = page.locator("article.turn").count()
    fields = page.locator(".composer [name=answer]")
    if fields.first.get_attribute("type") == "radio":
        page.locator(f'.composer [name=answer][value="{texts[0]}"]').check(force=True)
    else:
        while fields.count() > 1 and not fields.nth(len(texts) - 1).is_visible():
            page.locator(".composer .sheet summary").click()
        for place, text in enumerate(texts):
            fields.nth(place).fill(text)
    page.get_by_role("button", name="Save and continue").click()
    page.locator("article.turn").nth(number).wait_for()


class Others:
    """The conversation libraries that Companion is compared with. Creating this object raises ``NotMeasured``
    if npm isn't available.
    """

    def __init__(self, port: int, modules: Path | None, chromium: Chromium) -> None:
        self._port, self._modules, self._chromium = port, modules, chromium
        self.first_load = functools.cache(self._first_load)
        self.viewer = functools.cache(self._viewer)

    def _first_load(self, name: str) -> Traffic:
        traffic = Traffic()
        with self._opened() as page:
            traffic.watch(page)
            page.goto(f"http://localhost:{self._port}/{name}")
            traffic.settle(page)
        return traffic

    def usable(self, name: str) -> float:
        """Return how many milliseconds pass until somebody can answer the first question on this library's
        page.
        """
        with self._opened() as page:
            return usable_after(page, f"http://localhost:{self._port}/{name}", peers.BOXES[name], "true")

    def _viewer(self) -> int:
        return len(peers.packed(self._folder() / peers.VIEWER))

    def _folder(self) -> Path:
        if self._modules is None:
            raise NotMeasured("npm cannot be had here")
        return self._modules

    def _opened(self) -> AbstractContextManager[Page]:
        self._folder()
        return opened(self._chromium, self._port)
