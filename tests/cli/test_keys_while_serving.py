"""Test that every key can be rotated while gunicorn keeps answering requests."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from companion.config import Settings
from companion.services.operations import rotate_keys
from companion.store import keysets
from companion.store.keys import WORDS, DataKey, participant
from tests.cast import Cast
from tests.fixtures import Clock
from tests.rotated import rotates, rotates_wrapping, sealed_with, worker
from tests.trips.portal import Portal
from tests.visitor import Page
from tests.wire import Remote

NEW = {"word": "lighthouse", "kind": "session", "time": "14:00", "site": "epsom"}


@pytest.fixture
def portal(
    settings: Settings, cast: Cast, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """Yield a portal with two processes, and with the test's databases and clock."""
    assert cast.sam and cast.alex
    made = Portal(
        tmp_path_factory.mktemp("portal"),
        "http://localhost/weather",
        COMPANION_DATABASE_URL=settings.database_url,
        COMPANION_KEYS_URL=settings.keys_url,
        COMPANION_WRAPPING_KEY_FILE=str(settings.wrapping_key_file),
    )
    made.workers = 2
    made.moved = clock.now - time_machine.escape_hatch.datetime.datetime.now(UTC)
    made.start()
    yield made
    made.kill()


class Day(threading.Thread):
    """A background thread that uses the portal all the time: Sam types and reads, Priya reads and adds
    people.
    """

    def __init__(self, portal: Portal, cast: Cast) -> None:
        super().__init__()
        self.sam, self.priya = Remote(portal.address), Remote(portal.address)
        self.sam.sign_in(cast, cast.sam)
        self.priya.sign_in(cast, cast.priya)
        self.rounds, self.typed, self.added, self.stop = 0, "", [], threading.Event()
        self.failed: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set() and not self.failed:
            self.comes_round()

    def comes_round(self) -> None:
        typed = f"draft number {self.rounds}"
        form = {"words": typed, "then": "typing", "tab": "one"}
        self.expects(200, self.sam.post("/my/messages/draft", form, of="/my/messages"))
        self.expects(200, self.sam.get("/my/messages"), typed)
        self.typed = typed
        if self.rounds % 3 == 0:
            name, day = f"Robin {self.rounds}", date(2026, 12, 1) + timedelta(weeks=len(self.added))
            self.expects(200, self.priya.post("/caseload/new", {**NEW, "name": name, "day": day}))
            self.added.append(name)
        self.expects(200, self.priya.get("/caseload"), *self.added[:5], "Sam")
        self.rounds += 1

    def expects(self, status: int, page: Page, *words: str) -> None:
        ok = page.status == status and all(each in page for each in words)
        if not ok:
            self.failed.append(f"{page.status} {page.path}: {words}")

    def lingers(self) -> None:
        """Wait until the thread has sent two more rounds of requests."""
        enough = self.rounds + 2
        while self.rounds < enough and not self.failed:
            self.stop.wait(0.01)


def test_key_rotation_interrupts_nobody_who_is_using_the_portal(
    portal: Portal, cast: Cast, settings: Settings
) -> None:
    sams = participant(cast.sam.viewer.account_id)
    old = [keysets.primary(cast.store.keys.keyset(owner)) for owner in (sams, WORDS)]
    day = Day(portal, cast)
    day.start()
    try:
        day.lingers()
        rotate_keys.begin_wrapping(cast.alex.actor)
        day.lingers()
        rotates_wrapping(cast)
        day.lingers()
        for owner in (sams, WORDS):
            rotates(cast, owner, linger=day.lingers)
        day.lingers()
    finally:
        day.stop.set()
        day.join()
    assert day.failed == [] and portal.errors() == []
    assert [sealed_with(cast.store, each) for each in old] == [{}, {}]
    with worker(settings) as store, store.keys.engine.connect() as keys:
        owners = list(keys.scalars(select(DataKey.owner).where(DataKey.owner.startswith("participant:"))))
        assert store.keys.boxes(owners).keys() == set(owners) and len(owners) == len(day.added) + 1
    assert day.typed in day.sam.get("/my/messages")
