"""What every trip can ask for: the running portal, a neutral site to leave to, and the people, signed in."""

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import launch_arguments
from tests.trips.browsers import Browsers, Watch, Way
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_arguments()}


class Weather(BaseHTTPRequestHandler):
    """The neutral site that people leave to."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>The weather</title><h1>Rain at first, then sun</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def exit_url() -> Iterator[str]:
    """A page outside the portal, on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Weather) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/weather"
        server.shutdown()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, exit_url: str) -> Path:
    """The data folder of a demo that nobody has touched yet."""
    portal = Portal(tmp_path_factory.mktemp("demo"), exit_url)
    portal.run("migrate")
    portal.run("demo", "load")
    return portal.home


@pytest.fixture
def portal(loaded: Path, tmp_path: Path, exit_url: str) -> Iterator[Portal]:
    """A running portal with a fresh copy of the demo. It must not have logged an error at the end."""
    running = Portal(shutil.copytree(loaded, tmp_path / "home"), exit_url)
    running.start()
    yield running
    running.kill()
    assert not running.errors()


@pytest.fixture
def way() -> Way:
    """How people look at the portal, where the trip does not say otherwise."""
    return Way()


@pytest.fixture
def browsers(browser: Browser, portal: Portal, way: Way) -> Iterator[Browsers]:
    """Watched browsers. No page may have shown a fault, another title or another icon."""
    watch = Watch(portal.address)
    yield Browsers(browser, watch, way)
    for context in browser.contexts:
        context.close()
    assert not watch.faults
    assert watch.titles, "no page was looked at"


@pytest.fixture
def enter(browsers: Browsers, portal: Portal) -> Callable[..., Any]:
    """Signs somebody in, in a browser of his own: ``enter(Participant, "Sam")``."""

    def enters(kind: type[Person], name: str, way: Way | None = None) -> Person:
        somebody = kind(portal, browsers.open(way), name)
        somebody.signs_in()
        return somebody

    return enters


@pytest.fixture
def stranger(browsers: Browsers, portal: Portal) -> Person:
    """Somebody who is not signed in."""
    return Person(portal, browsers.open())


@pytest.fixture
def sam(enter: Callable[..., Participant]) -> Participant:
    """Priya's; has *A week of choices* handed in and *Warning signs* not started."""
    return enter(Participant, "Sam")


@pytest.fixture
def owen(enter: Callable[..., Participant]) -> Participant:
    """Priya's; stands in the middle of *A week of choices*, with half a sentence typed."""
    return enter(Participant, "Owen")


@pytest.fixture
def idris(enter: Callable[..., Participant]) -> Participant:
    """Daniel's; has feedback to read."""
    return enter(Participant, "Idris")


@pytest.fixture
def priya(enter: Callable[..., Practitioner]) -> Practitioner:
    """The practitioner of Sam, Owen and Kit."""
    return enter(Practitioner, "Priya")


@pytest.fixture
def daniel(enter: Callable[..., Practitioner]) -> Practitioner:
    """The practitioner of Idris."""
    return enter(Practitioner, "Daniel")


@pytest.fixture
def margaret(enter: Callable[..., Staff]) -> Staff:
    """The lead."""
    return enter(Staff, "Margaret")


@pytest.fixture
def alex(enter: Callable[..., Staff]) -> Staff:
    """The administrator."""
    return enter(Staff, "Alex")
