"""People who save as fast as they can while the portal is killed under them, and remember what was called saved."""

import http.client
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from tests.trips.people import Door
from tests.trips.portal import Portal

PATIENCE_SECONDS = 60


@dataclass
class Caller:
    """Somebody signed in who speaks HTTP himself, on a new connection each time."""

    portal: Portal
    door: Door

    def asks(self, path: str, form: Mapping[str, object] | None = None) -> tuple[int, str]:
        """The status and the text of the answer. Raises ``OSError`` or ``HTTPException`` where none comes."""
        connection = http.client.HTTPConnection("localhost", self.portal.port, timeout=20)
        cookies = "; ".join(f"{each['name']}={each['value']}" for each in self.door.cookies)
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            body = None if form is None else urlencode(form)
            connection.request("GET" if form is None else "POST", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def page(self, path: str) -> str:
        """The page at this path, which is there. Raises what ``asks`` does, also where the server could not."""
        status, text = self.asks(path)
        if status >= 500:
            raise ConnectionError(status)
        assert status == 200, (path, status)
        return text


def value_of(name: str, page: str) -> str:
    """What the first field of this name holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])


@dataclass
class Saver(Caller):
    """Saves one number after another in one place, until he is told to stop."""

    page_of: str
    to: str
    name: str
    mark: str
    fixed: dict[str, str] = field(default_factory=dict)
    saved: int = 0
    """The last number that was called saved."""
    missing: list[str] = field(default_factory=list)
    """What was called saved and is not there."""
    stopped: bool = False

    def begins(self) -> threading.Thread:
        """Save in a thread of his own."""
        thread = threading.Thread(target=self._goes_on)
        thread.start()
        return thread

    def looks(self) -> None:
        """Open the page: it holds what was called saved last, or what was sent after it."""
        page = self.page(self.page_of)
        found = [int(number) for number in re.findall(rf"{self.mark} (\d+)\.", page)]
        if max(found, default=0) < self.saved:
            self.missing.append(f"{self.mark}: {found}, not {self.saved}")
        names = ("csrf_token", "prompt", "seen", "draft_seen")
        self._carried: dict[str, Any] = {
            name: value_of(name, page) for name in names if f'name="{name}"' in page
        }
        self._sent = max(found, default=0)

    def _goes_on(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        knows = False
        while not self.stopped and time.monotonic() < deadline:
            try:
                if not knows:
                    self.looks()
                    knows = True
                self._saves_the_next()
                deadline = time.monotonic() + PATIENCE_SECONDS
            except (OSError, http.client.HTTPException):
                knows = False  # killed, and perhaps not there again yet
                time.sleep(0.02)

    def saves(self, number: int) -> tuple[int, str]:
        """Send this number; the status and the text of the answer."""
        words = {self.name: f"{self.mark} {number}.", "beat": number}
        status, text = self.asks(self.to, {**self._carried, "tab": "storm", **self.fixed, **words})
        if status in (200, 303):
            self.saved = number
        if status == 303:  # an answer that was sent has a new revision
            self._carried["seen"] = int(self._carried["seen"]) + 1
        return status, text

    def _saves_the_next(self) -> None:
        self._sent += 1
        status, _ = self.saves(self._sent)
        if status >= 500:
            raise ConnectionError(status)
        assert status in (200, 303), (self.to, status)
