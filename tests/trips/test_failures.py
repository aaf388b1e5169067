"""Test pages while a disk, a database or a worker fails. The page must keep the typed text and recover."""

import fcntl
import http.client
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from itertools import repeat
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.trips.away import Embedded
from tests.trips.browsers import Browsers, Watch, Way
from tests.trips.demo import Portals
from tests.trips.portal import Portal
from tests.trips.reading import everything
from tests.trips.sam_and_others import Participant

WORDS = "That it was only one evening."
AWAY = "No connection: not saved yet. What you typed stays here while this page is open. Trying again."
NOT_SENT = re.compile("^No connection: not sent. What you typed stays here while this page is open.")
SAVED_NOT_SENT = re.compile(r"^Saved \d\d:\d\d, but not sent yet. Press the button again.")
TOLD = re.compile("503 from |console on .* 503 ")
PATIENCE_SECONDS = 30
KINDS_OF_THREADS = 4
"""How many threads a worker has once it has started, including the main thread."""
THREADS = 4
"""How many requests one worker can answer at the same time."""
IMPATIENT = """
const signal = AbortSignal.timeout.bind(AbortSignal), timer = setTimeout;
AbortSignal.timeout = (milliseconds) => signal(milliseconds / 5);
globalThis.setTimeout = (call, milliseconds) => timer(call, milliseconds < 60000 ? milliseconds / 5 : milliseconds);
"""
"""A script that makes a page's retry interval and timeout five times shorter."""
LONG = f"words={'x' * 140_000}"


@pytest.fixture
def at_rest(portals: Portals) -> Portal:
    """Return a portal that has two workers and hasn't been started."""
    made = portals.make()
    made.workers = 2
    return made


@pytest.fixture
def portal(at_rest: Portal) -> Iterator[Portal]:
    """Yield a running portal. The portal's log may contain errors."""
    at_rest.start()
    yield at_rest
    at_rest.kill()


@pytest.fixture
def browsers(browser: Browser, portal: Portal) -> Iterator[Browsers]:
    """Yield watched browsers. The only allowed error is that the records can't be reached."""
    watch = Watch(portal.address)
    yield Browsers(browser, watch, Way())
    for context in browser.contexts:
        context.close()
    assert [fault for fault in watch.faults if not TOLD.match(fault)] == []


@pytest.fixture
def owen(enter: Callable[..., Participant]) -> Participant:
    """Return Owen, in a browser whose pages retry sooner than usual."""
    he = enter(Participant, "Owen")
    he.page.add_init_script(IMPATIENT)
    return he


def ready(portal: Portal) -> int:
    """Return the status of ``/readyz``."""
    connection = http.client.HTTPConnection("localhost", portal.port, timeout=20)
    connection.request("GET", "/readyz")
    reply = connection.getresponse()
    assert json.loads(reply.read()) == {"ready": reply.status == 200}
    connection.close()
    return reply.status


def may_mount() -> bool:
    """Return whether this account may mount a disk on a folder."""
    with (
        suppress(OSError, subprocess.CalledProcessError),
        small_disk(Path(f"/dev/shm/companion-{os.getpid()}")),
    ):
        return True
    return False


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Inside this context, move a folder's contents to a small separate disk in memory."""
    held = folder.with_name(f"{folder.name}-before")
    folder.mkdir(exist_ok=True)
    folder.rename(held)
    folder.mkdir(0o700)
    try:
        mounts("-t", "tmpfs", "-o", "size=32m,mode=700", "tmpfs", str(folder))
        try:
            shutil.copytree(held, folder, dirs_exist_ok=True)
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        shutil.rmtree(held)
        folder.rmdir()


def mounts(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)


@contextmanager
def full(portal: Portal) -> Iterator[None]:
    """Inside this context, fill the portal's disk completely."""
    with closing(sqlite3.connect(portal.home / "data/companion.db")) as database:
        # after emptying the write-ahead log, the next write needs more space
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filler = portal.home / "data/filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    yield
    filler.unlink()


@contextmanager
def read_only(portal: Portal) -> Iterator[None]:
    """Make the disk read-only, as the system does after a disk error.

    While the disk is read-only, people can still read saved data.
    """
    disk = str(portal.home / "data")
    portal.kill()
    mounts("-o", "remount,ro", disk)
    portal.start()
    assert (asks(portal, "/sign-in"), asks(portal, "/help")) == (200, 200)
    yield
    mounts("-o", "remount,rw", disk)


@contextmanager
def no_longer(portal: Portal) -> Iterator[None]:
    """Simulate a full disk: the portal's processes can't make any file longer.

    ``readyz`` doesn't detect the simulated full disk, and reports that the portal is ready.
    """
    for number in portal.workers_running():
        resource.prlimit(number, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    yield
    for number in portal.workers_running():
        resource.prlimit(number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def away(portal: Portal) -> Iterator[None]:
    """Inside this context, make the database unavailable."""
    database = Embedded(portal.home)
    database.goes_away()
    yield
    database.comes_back()


MOUNTED = may_mount()


@pytest.fixture
def own_disk(at_rest: Portal) -> Iterator[None]:
    """Move the portal's data to a separate disk. Tests must use this fixture before the portal starts."""
    with small_disk(at_rest.home / "data"):
        yield


def goes_through(
    owen: Participant, portal: Portal, fails: AbstractContextManager[None], seen: int = 503
) -> None:
    """Type and send an answer during the failure. ``seen`` is the HTTP status expected from ``readyz``."""
    owen.takes_up("A week of choices", by="Carry on")
    owen.types("That it")
    owen.saves()
    with fails:
        assert ready(portal) == seen
        owen.types("That it was only")
        expect(owen.save_state).to_have_text(AWAY)
        owen.types(WORDS)
        owen.presses("Save and continue")
        expect(owen.save_state).to_have_text(NOT_SENT)
        expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)
    expect(owen.save_state).to_have_text(SAVED_NOT_SENT)
    assert ready(portal) == 200
    sends(owen)


def sends(owen: Participant) -> None:
    owen.goes_on("Save and continue")
    owen.said("What did you tell yourself", WORDS)


if MOUNTED:

    @pytest.mark.usefixtures("own_disk")
    def test_an_answer_typed_while_the_disk_is_full_is_saved_later(portal: Portal, owen: Participant) -> None:
        goes_through(owen, portal, full(portal))

else:

    def test_an_answer_typed_while_the_disk_is_full_is_saved_later(portal: Portal, owen: Participant) -> None:
        goes_through(owen, portal, no_longer(portal), seen=200)


if everything():

    def test_an_answer_typed_during_a_database_outage_is_saved_later(
        portal: Portal, owen: Participant
    ) -> None:
        goes_through(owen, portal, away(portal))

    def test_an_answer_sent_while_the_server_hangs_is_saved_only_once(
        portal: Portal, owen: Participant
    ) -> None:
        """Workers that are paused act like a server whose database doesn't respond."""
        owen.takes_up("A week of choices", by="Carry on")
        before = owen.turns.count()
        owen.types(WORDS)
        owen.saves()
        workers = portal.workers_running()
        try:
            for number in workers:
                os.kill(number, signal.SIGSTOP)
            owen.presses("Save and continue")
            expect(owen.save_state).to_have_text(NOT_SENT)
            expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)
        finally:
            for number in workers:
                os.kill(number, signal.SIGCONT)
        expect(owen.save_state).to_have_text(SAVED_NOT_SENT)
        owen.presses("Save and continue")
        expect(owen.turns).to_have_count(before + 1)
        owen.said("What did you tell yourself", WORDS)


if everything() and MOUNTED:

    @pytest.mark.usefixtures("own_disk")
    def test_an_answer_typed_while_the_disk_is_read_only_is_saved_later(
        portal: Portal, owen: Participant
    ) -> None:
        goes_through(owen, portal, read_only(portal))


@contextmanager
def held(portal: Portal) -> Iterator[None]:
    """Hold the lock that every writer needs."""
    with (portal.home / "data/companion.db.lock").open("w") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield


def test_an_answer_is_saved_later_if_the_database_is_slow(portal: Portal, owen: Participant) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    with held(portal):
        with owen.page.expect_request("**/draft"):
            owen.types(WORDS)
        expect(owen.save_state).to_have_text("Not saved yet.")
        assert (ready(portal), asks(portal, "/help"), asks(portal, "/sign-in")) == (200, 200, 200)
    owen.saves()
    sends(owen)


def test_an_answer_sent_to_a_worker_that_dies_is_saved_later(portal: Portal, owen: Participant) -> None:
    """The test kills the worker, as the system does when memory runs out."""
    owen.takes_up("A week of choices", by="Carry on")
    owen.types(WORDS)
    owen.saves()
    # on an open connection, Chromium would repeat the request by itself
    owen.page.wait_for_timeout(2500)
    with held(portal):
        owen.page.get_by_role("button", name="Save and continue").click(no_wait_after=True)
        victim = waiting(portal)
        os.kill(victim, signal.SIGKILL)
        expect(owen.save_state).to_have_text(NOT_SENT)
        expect(owen.composer.get_by_role("textbox")).to_have_value(WORDS)
        assert (ready(portal), asks(portal, "/help")) == (200, 200)
    expect(owen.save_state).to_have_text(SAVED_NOT_SENT)
    sends(owen)
    is_replaced(portal, victim)


def waiting(portal: Portal) -> int:
    """Return the worker that is waiting to write."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for number in portal.workers_running():
            with suppress(OSError):
                files = [path.readlink().name for path in Path(f"/proc/{number}/fd").iterdir()]
                if "companion.db.lock" in files:
                    return number
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def is_replaced(portal: Portal, worker: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while worker in portal.workers_running() or len(portal.workers_running()) < portal.workers:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_worker_that_runs_out_of_memory_is_replaced(portal: Portal) -> None:
    victim = portal.workers_running()[0]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (
        stands(victim, "Threads") < KINDS_OF_THREADS
    ):  # if a worker failed while starting, the whole server would stop
        assert time.monotonic() < deadline
        time.sleep(0.05)
    resource.prlimit(victim, resource.RLIMIT_AS, (stands(victim, "VmSize") * 1024, resource.RLIM_INFINITY))
    with ThreadPoolExecutor(portal.workers * THREADS) as several:
        while victim in portal.workers_running():
            answers = set(
                several.map(asks, [portal] * portal.workers * THREADS, repeat("/sign-in"), repeat(LONG))
            )
            assert answers <= {0, 400, 503} and time.monotonic() < deadline
    is_replaced(portal, victim)
    assert (ready(portal), asks(portal, "/help"), asks(portal, "/sign-in")) == (200, 200, 200)


def stands(process: int, what: str) -> int:
    """Return a figure that Linux reports about a process, such as the number of its threads."""
    found = re.search(rf"^{what}:\s+(\d+)", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def asks(portal: Portal, path: str, form: str | None = None) -> int:
    """Send a request, and return the response's status, or 0 if the connection breaks."""
    connection = http.client.HTTPConnection("localhost", portal.port, timeout=20)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("GET" if form is None else "POST", path, form, kind)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
