"""Test pages with long names or a hundred pieces of work on the narrowest screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec
import pytest

from companion.cli.demo.acts import set_work
from companion.cli.demo.people import People, a_session, at_hour
from companion.cli.demo.plan import write_plan
from companion.config import Settings
from companion.services.act import Actor
from companion.store import people
from companion.store.accounts.passphrases import Hasher
from companion.store.activities import activities
from companion.store.base import Store
from companion.store.operations.open_databases import open_store
from tests.domain.activities.answers.samples import every_kind
from tests.trips.browsers import Browsers, Way
from tests.trips.demo import Portals
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.reading import TOO_WIDE
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

NAME = "Bartholomewalexanderconstantineferdinand"
TITLE = "Wednesdayeveningsandeverythingthatcomesafterthem and " + "what comes after that " * 2
WORDS = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2
PASSPHRASE = "green bicycle behind the bakery"
MANY = 100


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    with contextmanager(portals.lend)() as lent:
        home = {"COMPANION_MODE": "demo", "COMPANION_HOME": str(lent.home)}
        store = open_store(Settings.from_environment(home))
        comes_with_much(store, lent.now)
        store.close()
        yield lent


@pytest.fixture
def way() -> Way:
    return Way(320)


def comes_with_much(store: Store, now: datetime) -> None:
    """Add a participant with long names, titles and answers, who meets Priya tomorrow."""
    with store.writing(now) as tx:
        activities.add_version(tx, msgspec.structs.replace(every_kind(), id="long", title=TITLE.strip()))
        found = people.account_signing_in(tx, "priya")
        assert found
        priya = people.viewer(tx, people.account(tx, found.id))
        tx.commit()
    cast = People(store, Hasher(cheap=True), now - timedelta(days=14))
    enrolment, him = cast.participant(priya, NAME, PASSPHRASE, a_session(at_hour(now, 1, 9)))
    for number in range(MANY):
        set_work(
            Actor(store, priya, now - timedelta(days=1)), enrolment, "long" if number % 2 else "warning-signs"
        )
    rows = [("signs", WORDS, "", "red"), ("first", WORDS, "", "red"), ("people", WORDS, "01632 960 123", "")]
    write_plan(store, him, rows, now)


class Bartholomew(Participant):
    @property
    def account(self) -> dict[str, str]:
        return {"sign_in_name": NAME.lower(), "passphrase": PASSPHRASE}


def breaks(person: Person, path: str) -> list[str]:
    """Return the elements that are wider than the screen."""
    assert person.opens(path) == 200, path
    return [f"{path}: {fault}" for fault in person.page.evaluate(TOO_WIDE)]


def test_long_names_and_many_pieces_of_work_fit_the_narrowest_screen(
    portal: Portal, browsers: Browsers, priya: Practitioner
) -> None:
    him = Bartholomew(portal, browsers.open(), NAME)
    him.signs_in()
    assert him.page.get_by_role("article").count() == 1
    him.page.get_by_text(f"{MANY - 1} more for you").click()
    assert him.page.locator("details a").count() == MANY - 1
    work = him.page.get_by_role("link", name="Start Wednesdayevenings").first.get_attribute("href")
    plan = ["/my/plan", "/my/plan/today#red", "/my/plan/printed", "/my/plan/built"]
    faults = [
        fault
        for path in ("/my/", f"{work}", *plan, "/my/appointments", "/my/messages", "/account", "/help")
        for fault in breaks(him, path)
    ]
    faults += breaks(priya, "/caseload")
    his = priya.page.get_by_role("link", name=NAME, exact=True).get_attribute("href")
    for path in ("", "/brief", "/plan", "/work/new", "/messages", "/topics"):
        faults += breaks(priya, f"{his}{path}")
    assert faults == []
