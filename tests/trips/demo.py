"""Load the demo once, and copy it for each portal in browser tests."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser

from tests.trips.people import Door, Person
from tests.trips.portal import Portal

SINCE_LOADED = timedelta(minutes=2)
"""Each portal's clock starts two minutes after the demo was loaded.

Two minutes after the demo is loaded, its joining codes are still valid, but its one-time codes have expired.
"""


@dataclass(frozen=True)
class Demo:
    """A demo's data folder, and the cookies of signed-in people."""

    home: Path
    doors: dict[str, Door]
    loaded_at: datetime


def next_tuesday(now: datetime) -> datetime:
    """Return the next Tuesday at 2 pm.

    Tests need a fixed weekday, because the demo's meetings depend on the weekday.
    """
    return now.replace(hour=14, minute=0) + timedelta(days=7 - (now.weekday() - 1) % 7)


def load_demo(portal: Portal, browser: Browser) -> Demo:
    """Load the demo into the portal's folder, and sign in everybody who has joined."""
    portal.run("migrate")
    portal.run("demo", "load")
    portal.start()
    doors = {}
    for name, account in portal.accounts.items():
        if "sign_in_name" in account:
            person = Person(portal, browser.new_page(base_url=portal.address), name)
            person.signs_in()
            doors[name] = Door(person.page.context.cookies(), person.last_step)
            person.page.close()
    portal.kill()
    return Demo(portal.home, doors, portal.now)


class Portals:
    """Portals that each start from a copy of the same data folder.

    To save time, the next portal is started while a test still uses the previous one.
    """

    def __init__(self, demo: Demo, exit_url: str, folder: Path) -> None:
        self._demo, self._exit_url, self._folder = demo, exit_url, folder
        self._numbers = count()
        self._next = self._begin()

    def take(self) -> Portal:
        """Return a running portal that no test has used."""
        portal = self._next
        portal.wait()
        self._next = self._begin()
        return portal

    def make(self, **settings: str) -> Portal:
        """Return a portal with these settings, but don't start the portal."""
        home = shutil.copytree(self._demo.home, self._folder / str(next(self._numbers)))
        portal = Portal(home, self._exit_url, **settings)
        ahead = self._demo.loaded_at + SINCE_LOADED - portal.now
        # a clock can be moved only by whole seconds
        portal.moved = timedelta(seconds=round(ahead.total_seconds()))
        return portal

    def lend(self) -> Iterator[Portal]:
        """Yield a portal. At the end, check that the portal's log has no error."""
        portal = self.take()
        yield portal
        portal.kill()
        assert not portal.errors()

    def stop(self) -> None:
        """Stop the spare portal that was started for the next test but wasn't needed."""
        self._next.kill()

    def _begin(self) -> Portal:
        portal = self.make()
        portal.begin()
        return portal
