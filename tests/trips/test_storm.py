"""Test that everything that was reported as saved survives killed processes and a full disk."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial

import pytest

from tests.security.stolen import is_there
from tests.trips import storm
from tests.trips.demo import Demo, Portals
from tests.trips.portal import Portal
from tests.trips.storm import Saver, all_at_once, assert_holds_together, one_worker, strike, turns

SOME_BYTES = 4096
"""The maximum file size in bytes while a full disk is simulated."""


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    """Yield one portal for all tests in this file, with the most detailed log.

    The log may contain the errors that the tests cause.
    """
    made = portals.make()
    made.workers, made.log_level = 2, "debug"
    yield made
    made.kill()


@pytest.fixture(scope="module")
def savers(portal: Portal, demo: Demo) -> list[Saver]:
    """Return four clients that save repeatedly."""
    portal.start()
    return storm.savers(portal, demo)


def test_killed_processes_lose_no_answer_reported_as_saved(
    portal: Portal, savers: list[Saver], kills: int
) -> None:
    before = turns(portal)
    strike(savers, [partial(all_at_once, portal), partial(one_worker, portal)], kills)
    assert is_whole(portal)
    assert_holds_together(portal, before, savers)


def test_the_crash_test_notices_a_client_that_can_never_save(savers: list[Saver]) -> None:
    refused = replace(savers[1], to="/my/nowhere", missing=[], stopped=False)
    with pytest.raises(AssertionError, match=f"{refused.mark} saves no more: AssertionError.*404"):
        strike([refused], [], 0)


def is_whole(portal: Portal) -> bool:
    with closing(sqlite3.connect(portal.home / "data/companion.db")) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


@contextmanager
def full_disk(portal: Portal) -> Iterator[None]:
    """Simulate a full disk for the portal's processes."""
    running, what = portal.workers_running(), resource.RLIMIT_FSIZE
    before = [resource.prlimit(number, what) for number in running]
    for number, (_, most) in zip(running, before, strict=True):
        resource.prlimit(number, what, (SOME_BYTES, most))
    try:
        yield
    finally:
        for number, limits in zip(running, before, strict=True):
            resource.prlimit(number, what, limits)


def test_the_page_keeps_the_typed_text_if_the_servers_disk_is_full(
    portal: Portal, savers: list[Saver]
) -> None:
    for each in savers:
        each.looks()
        number = each.saved + 1
        with full_disk(portal):
            status, page = each.saves(number)
            assert status == 503 and f"{each.mark} {number}." in page
            assert "Everything you've saved is safe." in page
            assert each.page("/help")
        each.looks()
        assert each.missing == [] and each.saves(number)[0] in (200, 303)
    assert is_whole(portal)


def test_no_typed_word_is_readable_in_a_file_or_log_after_errors(portal: Portal, savers: list[Saver]) -> None:
    """No file or log may contain a typed word, even after a database error."""
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
