"""Test saving on PostgreSQL while the portal or the database server is killed."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.trips import storm
from tests.trips.away import Server, server
from tests.trips.demo import Demo, Portals
from tests.trips.portal import Portal
from tests.trips.storm import all_at_once, assert_holds_together, one_worker, strike, turns, wrong


@pytest.fixture(scope="module")
def database(demo: Demo) -> Iterator[Server]:
    with server() as made:
        made.takes_over(demo.home)
        yield made


@pytest.fixture(scope="module")
def portal(portals: Portals, database: Server) -> Iterator[Portal]:
    made = portals.make(**database.settings)
    made.workers = 2
    made.start()
    yield made
    made.kill()


def crash(database: Server) -> None:
    database.crashes()
    database.comes_back()


def test_killing_postgresql_loses_no_answer_reported_as_saved(
    portal: Portal, database: Server, demo: Demo, kills: int
) -> None:
    """No test simulates a power cut."""
    app, worker = partial(all_at_once, portal), partial(one_worker, portal)
    before, savers = turns(portal), storm.savers(portal, demo)
    strike(savers, [app, worker, database.loses_one, worker, partial(crash, database)], kills)
    assert_holds_together(portal, before, savers)


@pytest.mark.full
def test_the_crash_test_fails_if_answers_are_reported_as_saved_before_they_are_stored(
    portal: Portal, database: Server, demo: Demo
) -> None:
    all_at_once(portal)
    sam = storm.savers(portal, demo)[1]
    sam.looks()
    assert sam.saves(1)[0] == 200
    sam.looks()
    database.forgets()
    assert [sam.saves(number)[0] for number in (2, 3)] == [200, 200]
    crash(database)
    # save once more as soon as the server has recovered
    assert any(sam.saves(4)[0] == 200 for _ in range(3000))
    sam.looks_again()
    assert sam.missing == [
        f"3 saves of {sam.mark} were called saved since the page was opened last, and it counts 1"
    ]
    all_at_once(portal)
    savers = storm.savers(portal, demo)
    with pytest.raises(AssertionError, match="called saved"):
        strike(savers, [partial(crash, database)], 2)
    for each in savers:
        each.looks_again()
    assert [said for said in wrong(savers) if "was called saved, and the page shows" in said]
