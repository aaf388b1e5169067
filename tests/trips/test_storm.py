"""Kills in a storm of saves, and a full disk: what was called saved is there, and what was not is said and kept."""

import os
import random
import resource
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from companion.cli.audit import seal_now
from companion.config import Settings
from companion.store.audit import Entry, Event, verify
from companion.store.base import Store
from companion.store.opening import open_store
from companion.store.sampling import sample
from companion.store.work import WorkRow
from tests.security.stolen import is_there
from tests.trips import storm
from tests.trips.away import server
from tests.trips.demo import SINCE_LOADED, Demo, Portals
from tests.trips.portal import Portal
from tests.trips.storm import Saver, strike

KILLS, KILLS_IN_FULL = 10, 200
SOME_BYTES = 4096
"""What a file may be long at most while the disk is full: less than any of the databases is."""


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    """One for all, that says all it can. Its log may hold errors: it has every reason to."""
    taken = portals.take()
    taken.kill()
    taken.workers, taken.log_level = 2, "debug"
    yield taken
    taken.kill()


@pytest.fixture(scope="module")
def savers(portal: Portal, demo: Demo) -> list[Saver]:
    """Four who save."""
    portal.start()
    return storm.savers(portal, demo)


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return KILLS_IN_FULL if request.config.getoption("full") else KILLS


def all_at_once(portal: Portal) -> None:
    portal.kill()
    portal.start()


def one_worker(portal: Portal) -> None:
    os.kill(random.choice(portal.workers_running()), signal.SIGKILL)


def test_nothing_that_was_called_saved_is_missing_after_a_kill(
    portal: Portal, savers: list[Saver], kills: int
) -> None:
    before = turns(portal)
    strike(savers, [partial(all_at_once, portal), partial(one_worker, portal)], kills)
    assert is_whole(portal)
    assert_holds_together(portal, before)


def test_nothing_is_missing_after_a_kill_or_a_crash_of_a_server(
    portal: Portal, demo: Demo, kills: int, tmp_path: Path
) -> None:
    """PostgreSQL, which writes through to the disk: of the portal, of a connection's process, of all of it."""
    with server(durable=True) as database:
        database.takes_over(demo.home)
        served = Portal(shutil.copytree(demo.home, tmp_path / "home"), portal.exit_url, **database.settings)
        ahead = demo.loaded_at + SINCE_LOADED - served.now
        served.workers, served.moved = 2, timedelta(seconds=round(ahead.total_seconds()))
        served.start()

        def crash() -> None:
            database.crashes()
            database.comes_back()

        app, worker = partial(all_at_once, served), partial(one_worker, served)
        before = turns(served)
        try:
            strike(storm.savers(served, demo), [app, worker, database.loses_one, worker, crash], kills)
            assert_holds_together(served, before)
        finally:
            served.kill()


@contextmanager
def opened(portal: Portal) -> Iterator[Store]:
    """The portal's store, for the test itself."""
    store = open_store(Settings.from_environment(portal.environment()))
    yield store
    store.close()


def turns(portal: Portal) -> int:
    """How many answers were given, by the pieces of work; it is the same as by the record."""
    with opened(portal) as store, store.reading() as tx:
        recorded = dict(
            tx.execute(
                select(Entry.subject_id, func.count())
                .where(Entry.event == Event.ANSWER_SAVED)
                .group_by(Entry.subject_id)
            ).all()
        )
        counted = dict(tx.execute(select(WorkRow.id, WorkRow.revision).where(WorkRow.revision > 0)).all())
    assert recorded == counted, "an answer stands without its line in the record, or the reverse"
    return sum(counted.values())


def assert_holds_together(portal: Portal, before: int) -> None:
    """No turn is there by halves, the chain of the audit holds, and what is sealed opens."""
    assert turns(portal) > before
    with opened(portal) as store:
        seal_now(store)
        with store.reading() as tx:
            verdict, sampled = verify(tx), sample(tx)
    assert (verdict.loose, verdict.broken_at, sampled.shut) == (0, None, ())


def is_whole(portal: Portal) -> bool:
    with closing(sqlite3.connect(portal.home / "data/companion.db")) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


@contextmanager
def full_disk(portal: Portal) -> Iterator[None]:
    """No process of the portal can make a file longer, as where no space is left."""
    running, what = portal.workers_running(), resource.RLIMIT_FSIZE
    before = [resource.prlimit(number, what) for number in running]
    for number, (_, most) in zip(running, before, strict=True):
        resource.prlimit(number, what, (SOME_BYTES, most))
    yield
    for number, limits in zip(running, before, strict=True):
        resource.prlimit(number, what, limits)


def test_a_full_disk_is_said_and_what_was_typed_stays_in_sight(portal: Portal, savers: list[Saver]) -> None:
    for each in savers:
        each.looks()
        number = each.saved + 1
        with full_disk(portal):
            status, page = each.saves(number)
            assert status == 503 and f"{each.mark} {number}." in page
            assert "What is saved is safe." in page
            assert each.page("/help")
        each.looks()
        assert each.missing == [] and each.saves(number)[0] in (200, 303)
    assert is_whole(portal)


def test_no_word_of_the_storm_lies_in_a_file_or_was_said(portal: Portal, savers: list[Saver]) -> None:
    """Also not where a table is away, and the server says in full what it met."""
    sam = savers[1]
    sam.looks()
    with without_table(portal, "message_drafts"):
        assert sam.saves(sam.saved + 1)[0] >= 500
    said = portal.said()
    assert '"code":"SQLITE_ERROR"' in said and '"trace":[' in said and '"level":"debug"' in said
    files = [path for path in portal.home.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    assert len(files) > 5
    held = b"\n".join(path.read_bytes() for path in files)
    for each in savers:
        assert not is_there(each.mark, held, held.lower()), each.mark


@contextmanager
def without_table(portal: Portal, table: str) -> Iterator[None]:
    with closing(sqlite3.connect(portal.home / "data/companion.db")) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
        yield
        database.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
