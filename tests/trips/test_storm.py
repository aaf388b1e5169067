"""Kills in a storm of saves, and a full disk: what was called saved is there, and what was not is said and kept."""

import os
import random
import re
import resource
import secrets
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.security.stolen import is_there
from tests.trips.demo import Demo, Portals
from tests.trips.portal import Portal
from tests.trips.storm import PATIENCE_SECONDS, Caller, Saver, value_of

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
    """An answer that is sent again and again, and what three others are typing."""
    portal.start()
    doors, mark = demo.doors, secrets.token_hex(4)
    owen, priya = Caller(portal, doors["Owen"]), Caller(portal, doors["Priya"])
    pieces = re.findall("/my/work/[0-9a-f-]{36}", owen.page("/my/"))
    work = next(each for each in pieces if re.search('<textarea [^>]*name="answer"', owen.page(each)))
    again = f"{work}?change={value_of('prompt', owen.page(work))}"
    sam = first("/participants/[0-9a-f-]{36}", priya.page("/caseload"))
    typing = {"then": "typing"}
    return [
        Saver(portal, doors["Owen"], again, f"{work}/answers", "answer", f"owen {mark}"),
        Saver(portal, doors["Sam"], "/my/messages", "/my/messages/draft", "words", f"sam {mark}", typing),
        Saver(portal, doors["Idris"], "/my/messages", "/my/messages/draft", "words", f"idris {mark}", typing),
        Saver(
            portal,
            doors["Priya"],
            f"{sam}/messages",
            f"{sam}/messages/draft",
            "words",
            f"priya {mark}",
            typing,
        ),
    ]


def first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found[0]


def until(savers: list[Saver], more: int) -> None:
    """Wait until each of them has been told so many times more that his words are saved."""
    before = [each.saved for each in savers]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(each.saved < least + more for each, least in zip(savers, before, strict=True)):
        assert time.monotonic() < deadline, [each.saved for each in savers]
        time.sleep(0.005)


def test_nothing_that_was_called_saved_is_missing_after_a_kill(
    portal: Portal, savers: list[Saver], request: pytest.FixtureRequest
) -> None:
    kills = KILLS_IN_FULL if request.config.getoption("full") else KILLS
    threads = [each.begins() for each in savers]
    try:
        for number in range(kills):
            until(savers, 2)
            time.sleep(random.uniform(0, 0.02))
            if number % 2:
                os.kill(random.choice(portal.workers_running()), signal.SIGKILL)
            else:
                portal.kill()
                portal.start()
        until(savers, 1)
    finally:
        for each in savers:
            each.stopped = True
        for thread in threads:
            thread.join()
    for each in savers:
        each.looks()
    assert [each.missing for each in savers] == [[]] * len(savers)
    assert min(each.saved for each in savers) > 2 * kills
    assert is_whole(portal)


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
