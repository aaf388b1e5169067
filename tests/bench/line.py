"""Measure a page's network traffic, and how soon people can type on a slow connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""The connection that WebPageTest calls *3G Slow*: 400 milliseconds per round trip, 400 kbit per second."""
SLOWER = 4
"""The factor by which the processor is slowed down."""
PATIENCE = 120_000
"""The maximum wait for anything in the browser, in milliseconds."""
LOOK = """(ready) => {
  globalThis.usable = new Promise((tell) => {
    const look = () => ready() ? tell(performance.now()) : requestAnimationFrame(look);
    look();
  });
}"""
"""A script that repeatedly checks whether a person could type into the page's text box.

The browser draws the page only after the stylesheets have loaded.
"""


@contextmanager
def opened(chromium: Chromium, port: int, cookies: str = "", *, scripts: bool = True) -> Iterator[Page]:
    """Yield a page in a browser with an empty profile and a phone-sized screen."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    context.set_default_timeout(PATIENCE)
    for cookie in filter(None, cookies.split("; ")):
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": f"http://localhost:{port}"}])
    try:
        yield context.new_page()
    finally:
        context.close()


@dataclass
class Traffic:
    """The numbers of bytes that a page received and sent over the network."""

    received: int = 0
    scripts: int = 0
    """How many of the ``received`` bytes were scripts."""
    sent: int = 0
    """The number of bytes that the page sent in forms."""
    heads: int = 0
    """The size of the HTTP/1.1 response headers in bytes.

    HTTP/2 would compress these headers.
    """
    elsewhere: int = 0
    """The number of requests to servers other than the one being measured."""

    def watch(self, page: Page) -> None:
        """Start counting the traffic of this page."""
        self._where = ""
        self._open: set[str] = set()
        self._answers: dict[str, tuple[str, int]] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", lambda event: self._open.discard(event["requestId"]))
        session.send("Network.enable")

    def settle(self, page: Page) -> None:
        """Wait until all the page's requests have finished."""
        page.wait_for_load_state("networkidle")
        while self._open:
            page.wait_for_timeout(50)

    def _asked(self, event: dict[str, Any]) -> None:
        asked, redirect = event["request"], event.get("redirectResponse")
        self._open.add(event["requestId"])
        self._where = self._where or urlsplit(asked["url"]).netloc
        self.elsewhere += urlsplit(asked["url"]).netloc != self._where
        self.sent += 0 if redirect else len(asked.get("postData", "").encode())
        if redirect:
            self.heads += redirect["encodedDataLength"]

    def _answered(self, event: dict[str, Any]) -> None:
        heads = {name.lower(): value for name, value in event["response"]["headers"].items()}
        self._answers[event["requestId"]] = event["type"], int(heads.get("content-length", 0))

    def _finished(self, event: dict[str, Any]) -> None:
        self._open.discard(event["requestId"])
        kind, length = self._answers[event["requestId"]]
        if event["encodedDataLength"]:  # the length is 0 for responses from the browser's own cache
            self.received += length
            self.scripts += length if kind == "Script" else 0
            self.heads += event["encodedDataLength"] - length


def usable_after(page: Page, address: str, box: str, ready: str) -> float:
    """Return how many milliseconds pass until the text box on the page at this URL accepts typing.

    ``ready`` is an extra JavaScript condition to wait for before the text box is usable. Raise
    ``ValueError`` if the page is ready but a typed letter doesn't appear in the text box.
    """
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    seen = (
        f"const box = document.querySelector('{box}'); return box?.getClientRects().length && !box.disabled"
    )
    page.add_init_script(f"({LOOK})(() => {{ {seen} && ({ready}) }})")
    page.goto(address, wait_until="commit")
    usable = float(page.evaluate("usable"))
    page.locator(box).first.focus()
    page.keyboard.type("a")
    if page.locator(box).first.input_value() != "a":
        raise ValueError(f"the box of {address} takes no letter")
    return usable
