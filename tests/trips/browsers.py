"""Browsers for browser tests, which check every page that they open."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from companion.content import programme
from companion.translations import ENGLISH

NEUTRAL_TITLE = re.compile(r"(?:.+ - )?Companion|Notes")
NEUTRAL_ICON = re.compile(r"/static/icon\.svg\?v=[0-9a-f]{8}")
TOPICS = " ".join(topic.title for meeting in programme().meetings for topic in meeting.topics)
TELLING = re.compile("|".join({*re.findall(r"\w{6,}", TOPICS), "Sam", "Owen", "Idris", "Kit"}), re.IGNORECASE)
"""Words that no page title or URL may contain, according to the content rules."""
WHAT_IT_IS = """() => [
  document.readyState, document.URL, document.title,
  document.querySelector("link[rel=icon]")?.getAttribute("href") ?? ""
]"""
"""A script that returns a document's URL, title and icon in one call."""
FAR_FROM_A_FAULT = re.compile(r"Failed to load resource: ")
"""A log message that isn't a fault.

Chromium logs this message for every 404 and every cut connection (see ``Watch._answered``).
"""


@dataclass(frozen=True)
class Way:
    """A browser's settings: the screen's width in pixels, whether scripts run, and the language."""

    width: int = 1280
    javascript: bool = True
    language: str = ENGLISH

    def __str__(self) -> str:
        language = "" if self.language == ENGLISH else f"-{self.language}"
        return f"{self.width}px{language}{'' if self.javascript else '-without-javascript'}"


BOTH_WAYS = [Way(1280, javascript=True), Way(390, javascript=False)]
OTHER_WAYS = [Way(390, javascript=True), Way(1280, javascript=False)]
EVERY_WAY = BOTH_WAYS + [*OTHER_WAYS] * ("COMPANION_TEST_FULL" in os.environ)
"""The browser settings that tests use: all four with ``--full``, and otherwise two."""


@dataclass
class Watch:
    """The faults found on pages, and the titles of the checked pages."""

    origin: str
    faults: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch everything that happens in this browser."""
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"script failed: {error.error}"))
        context.on("response", self._answered)
        context.on("page", lambda page: page.on("domcontentloaded", self._opened))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not FAR_FROM_A_FAULT.match(message.text):
            self.faults.append(f"console on {message.page.url if message.page else '?'}: {message.text}")

    def _answered(self, response: Response) -> None:
        part = response.request.resource_type in ("stylesheet", "script", "image", "font")
        if response.status >= 500 or (part and response.status >= 400):
            self.faults.append(f"{response.status} from {response.url}")

    def _opened(self, page: Page) -> None:
        try:
            state, address, title, icon = page.evaluate(WHAT_IT_IS)
        except Error:
            return  # the browser had already started to load the next page
        if state == "loading" or not address.startswith(self.origin):
            return  # a document that is loading will be checked once it has loaded
        self.titles.append(title)
        if not NEUTRAL_TITLE.fullmatch(title) or TELLING.search(title + urlsplit(address).path):
            self.faults.append(f"not neutral: “{title}” at {address}")
        if not NEUTRAL_ICON.fullmatch(icon):
            self.faults.append(f"another icon at {address}: {icon}")


@dataclass
class Browsers:
    """The browsers of one test, each watched for faults."""

    browser: Browser
    watch: Watch
    way: Way

    def open(self, way: Way | None = None) -> Page:
        """Return an empty page in a new browser.

        The settings in ``way`` replace the test's default browser settings.
        """
        way = way or self.way
        context = self.browser.new_context(
            base_url=self.watch.origin,
            viewport={"width": way.width, "height": 800},
            java_script_enabled=way.javascript,
            locale=f"{way.language}-GB",
        )
        context.set_default_timeout(10_000)
        self.watch.over(context)
        return context.new_page()
