"""Fixtures for browser tests: the running portal, a neutral exit page, and signed-in people."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import launch_arguments
from tests.trips.browsers import Browsers, Watch, Way
from tests.trips.demo import Demo, Portals, load_demo, next_tuesday
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff
from tests.trips.weather import Weather

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], pytestconfig: pytest.Config
) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_arguments(pytestconfig.getoption("fonts"))}


@pytest.fixture(scope="session")
def exit_url() -> Iterator[str]:
    """Yield the URL of a page outside the portal, on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Weather) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/weather"
        server.shutdown()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, browser: Browser, exit_url: str) -> Demo:
    """Load the demo once for all parallel tests."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home, loaded = folder / "demo", folder / "demo.json"
        if not loaded.exists():
            home.mkdir()
            portal = Portal(home, exit_url)
            portal.moved = next_tuesday(portal.now) - portal.now
            loaded.write_bytes(msgspec.json.encode(load_demo(portal, browser), enc_hook=str))
        return msgspec.json.decode(loaded.read_bytes(), type=Demo, dec_hook=lambda kind, said: kind(said))


@pytest.fixture(scope="session")
def portals(demo: Demo, exit_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portals]:
    """Yield an object that makes separate portals for browser tests."""
    made = Portals(demo, exit_url, tmp_path_factory.mktemp("portals"))
    yield made
    made.stop()


@pytest.fixture
def portal(portals: Portals) -> Iterator[Portal]:
    """Yield a running portal with a fresh copy of the demo.

    Tests that don't disturb each other can share one portal.
    """
    yield from portals.lend()


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """Return how many times the test makes the server fail while clients save."""
    return 200 if request.config.getoption("full") else 10


@pytest.fixture
def way() -> Way:
    """Return the default browser settings."""
    return Way()


@pytest.fixture
def browsers(browser: Browser, portal: Portal, way: Way) -> Iterator[Browsers]:
    """Yield watched browsers. At the end, check that no page showed an error, wrong title or wrong icon."""
    watch = Watch(portal.address)
    yield Browsers(browser, watch, way)
    for context in browser.contexts:
        context.close()
    assert not watch.faults
    assert watch.titles, "no page was looked at"


@pytest.fixture
def enter(browsers: Browsers, portal: Portal, demo: Demo) -> Callable[..., Any]:
    """Return a function that signs somebody in with a browser of their own.

    For example, ``enter(Participant, "Sam")`` signs Sam in.
    """

    def enters(kind: type[Person], name: str, way: Way | None = None) -> Person:
        somebody = kind(portal, browsers.open(way), name)
        somebody.comes_in(demo.doors[name])
        return somebody

    return enters


@pytest.fixture
def stranger(browsers: Browsers, portal: Portal) -> Person:
    """Return somebody who isn't signed in."""
    return Person(portal, browsers.open())


@pytest.fixture
def sam(enter: Callable[..., Participant]) -> Participant:
    """Return Sam, who has submitted *A week of choices* but hasn't started *Warning signs*."""
    return enter(Participant, "Sam")


@pytest.fixture
def owen(enter: Callable[..., Participant]) -> Participant:
    """Return Owen, who is in the middle of *A week of choices*."""
    return enter(Participant, "Owen")


@pytest.fixture
def idris(enter: Callable[..., Participant]) -> Participant:
    """Return Idris, Daniel's participant, who has feedback to read."""
    return enter(Participant, "Idris")


@pytest.fixture
def priya(enter: Callable[..., Practitioner]) -> Practitioner:
    """Return Priya, who is Sam's, Owen's and Kit's practitioner."""
    return enter(Practitioner, "Priya")


@pytest.fixture
def daniel(enter: Callable[..., Practitioner]) -> Practitioner:
    """Return Daniel, who is Idris's practitioner."""
    return enter(Practitioner, "Daniel")


@pytest.fixture
def margaret(enter: Callable[..., Staff]) -> Staff:
    """Return Margaret, the lead."""
    return enter(Staff, "Margaret")


@pytest.fixture
def alex(enter: Callable[..., Staff]) -> Staff:
    """Return Alex, the administrator."""
    return enter(Staff, "Alex")
