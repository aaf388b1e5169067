"""Test that six pieces of work fit on two screens of a small phone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from companion.cli.demo.acts import set_work
from companion.config import Settings
from companion.services.act import Actor
from companion.store import people
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.operations.open_databases import open_store
from tests.trips.browsers import Way
from tests.trips.demo import Portals
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant

PHONE = {"width": 360, "height": 640}
MORE = ("hopes-and-fears", "urge-and-choice-diary", "warning-signs", "what-i-needed")
"""The activities that the test sets for Owen."""
OF_THE_DEMO = ".foot p:has([href='/_demo'])"
BOTTOM = "(one) => document.querySelector(one).getBoundingClientRect().bottom"
WITHOUT = """(left_out) => {
  document.querySelector(left_out).remove()
  return document.documentElement.scrollHeight
}"""


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def way(request: pytest.FixtureRequest) -> Way:
    return Way(360, request.param)


@pytest.fixture
def portal(portals: Portals) -> Iterator[Portal]:
    with contextmanager(portals.lend)() as lent:
        home = {"COMPANION_MODE": "demo", "COMPANION_HOME": str(lent.home)}
        store = open_store(Settings.from_environment(home))
        sets_more(store, lent)
        store.close()
        yield lent


def sets_more(store: Store, portal: Portal) -> None:
    with store.reading() as tx:
        viewers = []
        for name in ("priya", "owen"):
            found = people.account_signing_in(tx, name)
            assert found
            viewers.append(people.viewer(tx, people.account(tx, found.id)))
        priya, owen = viewers
        enrolment = enrolments.enrolment(tx, owen).id
    for activity in MORE:
        set_work(Actor(store, priya, portal.now), enrolment, activity)


def test_six_pieces_of_work_need_at_most_two_screenfuls_on_a_small_phone(owen: Participant) -> None:
    owen.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    owen.goes_home()
    owen.reads("Carry on A week of choices", "5 more for you")
    assert owen.page.evaluate(BOTTOM, ".stage-links") <= PHONE["height"] / 2
    assert owen.page.evaluate(BOTTOM, ".lead .primary") <= PHONE["height"]
    assert owen.page.locator("main .primary").count() == 1
    assert owen.page.evaluate(WITHOUT, OF_THE_DEMO) <= 2 * PHONE["height"]
