"""Clients that save as fast as possible while the portal is killed. The clients remember every save that was
reported as successful.
"""

import http.client
import itertools
import os
import random
import re
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from companion.cli.audit import seal_now
from companion.config import Settings
from companion.store.audit import AuditEntry, Event, verify
from companion.store.base import Store
from companion.store.operations.open_databases import open_store
from companion.store.operations.sample_check import sample
from companion.store.work.rows import WorkRow
from tests.fields import value_of
from tests.trips.demo import Demo
from tests.trips.people import Door
from tests.trips.portal import Portal

PATIENCE_SECONDS = 60


@dataclass
class Caller:
    """A signed-in client that sends each HTTP request over a new connection."""

    portal: Portal
    door: Door
    faults: list[int] = field(default_factory=list, kw_only=True)
    """The HTTP status codes of unexpected error responses."""

    def asks(self, path: str, form: Mapping[str, object] | None = None) -> tuple[int, str]:
        """Send a request, and return the response's status and text.

        Raise ``OSError`` or ``HTTPException`` if no response comes.
        """
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
        """Return the text of the page at this path.

        Raise ``ConnectionError`` if the response is a server error. Raise ``OSError`` or ``HTTPException`` if
        no response comes.
        """
        status, text = self.asks(path)
        if status >= 500:
            self.faults += [status] * (status != 503)
            raise ConnectionError(status)
        assert status == 200, (path, status)
        return text


@dataclass
class Saver(Caller):
    """A client that saves texts numbered 1, 2, 3 and so on until the test stops."""

    page_of: str
    to: str
    name: str
    mark: str
    fixed: dict[str, str] = field(default_factory=dict)
    saved: int = 0
    """The serial number of the last text that was reported as saved."""
    acknowledged: int = 0
    """The number of saves that were reported as successful."""
    missing: list[str] = field(default_factory=list)
    """Descriptions of saves that the server reported as successful but then lost. An error that stopped the
    client is listed too.
    """
    stopped: bool = False
    _seen: tuple[int, int] = (0, 0)
    """The page's revision, and the number of successful saves, when the client last opened it."""

    def begins(self) -> threading.Thread:
        thread = threading.Thread(target=self._goes_on)
        thread.start()
        return thread

    def looks(self) -> None:
        """Open the page that this client edits, and check its text. The page must show the last text that was
        reported as saved, or a later text.
        """
        page = self.page(self.page_of)
        found = [int(number) for number in re.findall(rf"{self.mark} (\d+)\.", page)]
        if max(found, default=0) < self.saved:
            self.missing.append(f"{self.mark} {self.saved} was called saved, and the page shows {found}")
        names = ("csrf_token", "prompt", "seen", "draft_seen")
        self._carried: dict[str, Any] = {
            name: value_of(name, page) for name in names if f'name="{name}"' in page
        }
        self._sent = max(found, default=0)
        revision, (before, told) = int(self._carried.get("seen", self._carried["draft_seen"])), self._seen
        if revision - before < self.acknowledged - told:
            self.missing.append(
                f"{self.acknowledged - told} saves of {self.mark} were called saved since the page was opened last, "
                f"and it counts {revision - before}"
            )
        self._seen = revision, self.acknowledged

    def looks_again(self) -> None:
        """Open the page that this client edits, and check its text. If there is no response, try again.

        After a crash, an idle worker may fail once.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self.looks()
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < deadline, f"{self.mark} is not answered"

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
                knows = False  # the portal was killed, and may not be running again yet
                time.sleep(0.02)
            except Exception as error:
                self.missing.append(f"{self.mark} saves no more: {error!r}")
                return

    def saves(self, number: int) -> tuple[int, str]:
        """Save a text that contains this number, and return the response's status and text."""
        words = {self.name: f"{self.mark} {number}.", "beat": number}
        status, text = self.asks(
            self.to, {**self._carried, "tab": self.mark.replace(" ", "-"), **self.fixed, **words}
        )
        if status in (200, 303):
            self.saved = number
            self.acknowledged += 1
        if status == 303:  # sending an answer increases the answer's revision
            self._carried["seen"] = int(self._carried["seen"]) + 1
        return status, text

    def _saves_the_next(self) -> None:
        self._sent += 1
        status, _ = self.saves(self._sent)
        if status >= 500:
            self.faults += [status] * (status != 503)
            raise ConnectionError(status)
        assert status in (200, 303), (self.to, status)


def savers(portal: Portal, demo: Demo) -> list[Saver]:
    """Return one client that keeps sending an answer, and three clients that keep typing."""
    doors, mark = demo.doors, secrets.token_hex(4)
    owen, priya = Caller(portal, doors["Owen"]), Caller(portal, doors["Priya"])
    pieces = re.findall("/my/work/[0-9a-f-]{36}", owen.page("/my/"))
    work = next(each for each in pieces if re.search('<textarea [^>]*name="answer"', owen.page(each)))
    again = f"{work}?change={value_of('prompt', owen.page(work))}"
    sam = re.search("/participants/[0-9a-f-]{36}", priya.page("/caseload"))
    assert sam
    hers, typing = f"{sam[0]}/messages", {"then": "typing"}
    return [
        Saver(portal, doors["Owen"], again, f"{work}/answers", "answer", f"owen {mark}"),
        Saver(portal, doors["Sam"], "/my/messages", "/my/messages/draft", "words", f"sam {mark}", typing),
        Saver(portal, doors["Idris"], "/my/messages", "/my/messages/draft", "words", f"idris {mark}", typing),
        Saver(portal, doors["Priya"], hers, f"{hers}/draft", "words", f"priya {mark}", typing),
    ]


def strike(savers: list[Saver], blows: list[Callable[[], None]], times: int) -> None:
    """Cause these failures one after another while the clients save.

    After each failure, every client must manage to save again. Raise ``AssertionError`` if a page is missing
    text that Companion said it had saved. Raise ``AssertionError`` if a client is signed out or gets an error
    response. Don't count a response as an error if it says that the records are unavailable.
    """
    threads = [each.begins() for each in savers]
    try:
        for blow in itertools.islice(itertools.cycle(blows), times):
            _until(savers, 2)
            time.sleep(random.uniform(0, 0.02))
            blow()
        _until(savers, 1)
    finally:
        for each in savers:
            each.stopped = True
        for thread in threads:
            thread.join()
    for each in savers:
        each.looks_again()
    assert not wrong(savers), "\n".join(wrong(savers))
    acknowledged = [each.acknowledged for each in savers]
    assert min(acknowledged) > 2 * times
    print(f"{times} blows, {sum(acknowledged)} saves that were acknowledged, none missing")


def wrong(savers: list[Saver]) -> list[str]:
    """Return descriptions of everything that went wrong: lost saves and unexpected error responses."""
    faults = [f"{each.mark} was answered with {status}" for each in savers for status in each.faults]
    return [*(said for each in savers for said in each.missing), *faults]


def _until(savers: list[Saver], more: int) -> None:
    """Wait until each client has saved this many more times."""
    before = [each.acknowledged for each in savers]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(each.acknowledged < least + more for each, least in zip(savers, before, strict=True)):
        assert not wrong(savers), "\n".join(wrong(savers))
        assert time.monotonic() < deadline, [each.acknowledged for each in savers]
        time.sleep(0.005)


def all_at_once(portal: Portal) -> None:
    portal.kill()
    portal.start()


def one_worker(portal: Portal) -> None:
    """Kill one of the portal's workers."""
    os.kill(random.choice(portal.workers_running()), signal.SIGKILL)


@contextmanager
def opened(portal: Portal) -> Iterator[Store]:
    """Open the portal's databases in the test's own process."""
    store = open_store(Settings.from_environment(portal.environment()))
    yield store
    store.close()


def turns(portal: Portal) -> int:
    """Check the number of stored answers against the audit, and return the number."""
    with opened(portal) as store, store.reading() as tx:
        recorded = dict(
            tx.execute(
                select(AuditEntry.subject_id, func.count())
                .where(AuditEntry.event == Event.ANSWER_SAVED)
                .group_by(AuditEntry.subject_id)
            ).all()
        )
        counted = dict(tx.execute(select(WorkRow.id, WorkRow.revision).where(WorkRow.revision > 0)).all())
    assert recorded == counted, "an answer stands without its line in the record, or the reverse"
    return sum(counted.values())


def assert_holds_together(portal: Portal, before: int, savers: list[Saver]) -> None:
    """Check that every answer reported as saved is stored and audited. Check that all data is intact.

    ``before`` is the number of answers stored before the clients began. The first client sends answers.
    """
    there, said = turns(portal) - before, savers[0].acknowledged
    assert there >= said, f"{said} answers were called saved, and {there} turns are there"
    with opened(portal) as store:
        seal_now(store)
        with store.reading() as tx:
            verdict, sampled = verify(tx), sample(tx)
    assert (verdict.loose, verdict.broken_at, sampled.shut) == (0, None, ())
