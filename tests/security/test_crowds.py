"""Test that the portal says so when too many people sign in at once."""

import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from companion.config import Settings
from companion.domain.people import Role
from companion.store import people
from companion.store.accounts.passphrases import AGAIN, AT_ONCE, BEHIND, LINE, Hasher
from companion.store.base import Store
from companion.store.operations.counters import gathered
from companion.store.rate_limits import Try
from companion.web.gate import access
from companion.web.server import memory
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.slips import slip_for
from tests.visitor import Page, Visitor
from tests.web.page.test_errors import breaks

ROOT = Path(__file__).parents[2]
CROWD = 16
FULL = "Too many people are signing in at the moment"


SHORT = """
import resource, sys
from companion.store.accounts.passphrases import Hasher
hasher, (room, stored) = Hasher(), sys.argv[1:]
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + (int(room) << 20)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
with hasher.place() as place:
    for act in (place.hash, lambda text: place.fits(stored, text)):
        try:
            print(act("orange tents by the sea"))
        except Exception as error:
            print(type(error).__name__)
"""
"""A script that hashes a passphrase while little memory is free.

The script's argument ``room`` is the free memory in mebibytes.
"""


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """Inside this context, fill the hashing queue."""
    with ExitStack() as places:
        for _ in range(AT_ONCE + LINE):
            places.enter_context(app.extensions["hasher"].place())
        yield


def tries(store: Store) -> int:
    with store.reading() as tx:
        return tx.scalar(select(func.count()).select_from(Try)) or 0


def told(page: Page) -> None:
    """Check that the page says what happened, what is safe and when to try again.

    Check also that the page links to the help page and doesn't contain a passphrase that somebody typed.
    """
    assert page.status == 503 and page.headers["Retry-After"] == str(AGAIN)
    assert FULL in page and "everything you've saved is safe" in page and "wait a few seconds" in page
    assert 'href="/help"' in page.text
    assert "orange" not in page.text and "lighthouse" not in page.text


def kept(page: Page, field: str) -> str:
    found = re.search(rf'name="{field}"[^>]* value="([^"]*)"', page.text)
    return found[1] if found else ""


@pytest.mark.parametrize("name", ["sam", "somebody"])
def test_a_sign_in_refused_by_a_full_hashing_queue_is_not_an_attempt(
    app: Flask, cast: Cast, store: Store, name: str
) -> None:
    before, him = (cast.sam, tries(store))[1], Visitor(app)
    form: dict[str, object] = {"sign_in_name": name, "passphrase": cast.sam.passphrase, "own_device": "yes"}
    with full(app):
        page = him.post("/sign-in", form)
    told(page)
    assert "We won't count this as a failed attempt to sign in" in page and tries(store) == before
    assert kept(page, "sign_in_name") == name and re.search(r'name="own_device"[^>]* checked', page.text), (
        page.text
    )
    assert him.post("/sign-in", form).status == (200 if name == "sam" else 422), "the line is gone"


def test_somebody_who_is_joining_is_told_when_the_hashing_queue_is_full(
    app: Flask, cast: Cast, hasher: Hasher, store: Store
) -> None:
    him = Visitor(app)
    slip = slip_for(cast, hasher, Role.PARTICIPANT, "Kit")
    before = tries(store)
    door = {"code": slip.code, "word": "lighthouse"}
    with full(app):
        page = him.post("/join", door)
    told(page)
    assert kept(page, "code") == slip.code and tries(store) == before
    assert him.post("/join", door).path == "/join/statement"
    him.acknowledges()
    mine: dict[str, object] = {"sign_in_name": "kit", "passphrase": "orange tents by the sea"}
    with full(app):
        page = him.post("/join/account", mine)
    told(page)
    assert kept(page, "sign_in_name") == "kit"
    assert him.post("/join/account", mine).path == "/my/"


def test_text_typed_for_a_new_person_is_kept_when_the_server_is_too_busy_to_hash(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    form: dict[str, object] = {"name": "Robin", "role": "administrator", "word": "lighthouse"}
    alex = enter.alex
    with full(app):
        page = alex.post("/admin/staff/new", form)
    told(page)
    assert "Robin" in page and "Nothing was changed" in page
    assert "Robin" not in alex.get("/admin/staff")


def test_only_a_few_passphrases_are_hashed_at_once(hasher: Hasher, monkeypatch: pytest.MonkeyPatch) -> None:
    going, hashes = threading.Semaphore(AT_ONCE), PasswordHasher.hash

    def watched(self: PasswordHasher, text: str) -> str:
        assert going.acquire(blocking=False), "more at once than there are places"
        try:
            time.sleep(0.01)
            return hashes(self, text)
        finally:
            going.release()

    monkeypatch.setattr(PasswordHasher, "hash", watched)
    with ThreadPoolExecutor(AT_ONCE + LINE) as crowd:
        assert len(set(crowd.map(hasher.hash, map(str, range(AT_ONCE + LINE))))) == AT_ONCE + LINE


def test_hashing_runs_with_a_lower_priority_than_anything_else(
    hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands: list[int] = []
    runs_on: list[set[int]] = []
    hashes = PasswordHasher.hash

    def watched(self: PasswordHasher, text: str) -> str:
        # on Linux, getpriority returns the priority of the current thread
        stands.append(os.getpriority(os.PRIO_PROCESS, 0))
        runs_on.append(os.sched_getaffinity(0))
        return hashes(self, text)

    monkeypatch.setattr(PasswordHasher, "hash", watched)
    before, processors = os.getpriority(os.PRIO_PROCESS, 0), os.sched_getaffinity(0)
    hasher.hash("a walk")
    assert stands == [min(19, before + BEHIND)] and os.getpriority(os.PRIO_PROCESS, 0) == before
    assert runs_on == [processors - {min(processors)} or processors]
    assert os.sched_getaffinity(0) == processors


def test_a_full_hashing_queue_delays_nobody_who_is_signed_in(
    app: Flask, enter: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, crowd = enter.sam, [Visitor(app) for _ in range(CROWD)]
    for number, each in enumerate(crowd):
        each.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
    tokens = [each.token("/sign-in") for each in crowd]
    goes_on, verify = threading.Event(), PasswordHasher.verify

    def waits(self: PasswordHasher, stored: str, passphrase: str) -> bool:
        assert goes_on.wait(30)
        return verify(self, stored, passphrase)

    monkeypatch.setattr(PasswordHasher, "verify", waits)

    def comes(number: int) -> int:
        form = {
            "csrf_token": tokens[number],
            "sign_in_name": f"somebody {number}",
            "passphrase": "not this one",
        }
        return crowd[number].client.post("/sign-in", data=form).status_code

    with ThreadPoolExecutor(CROWD) as threads:
        coming = [threads.submit(comes, number) for number in range(CROWD)]
        sent_away = list(islice(as_completed(coming), CROWD - AT_ONCE - LINE))
        assert {each.result() for each in sent_away} == {503}
        assert sam.get("/my/").status == 200
        goes_on.set()
        assert Counter(each.result() for each in coming) == {503: len(sent_away), 422: AT_ONCE + LINE}


def test_a_full_hashing_queue_is_not_counted_as_a_database_outage(
    app: Flask, visitor: Visitor, settings: Settings
) -> None:
    def gone() -> str:
        raise OperationalError("SELECT 1", {}, OSError())

    app.add_url_rule("/meets/503", "meets-503", breaks(503))
    app.add_url_rule("/meets/gone", "meets-gone", access.public(gone))
    with full(app):
        assert visitor.post("/sign-in", {"sign_in_name": "sam", "passphrase": "not this one"}).status == 503
    assert visitor.get("/meets/503").status == visitor.get("/meets/gone").status == 503
    assert gathered(settings.home / "metrics")["companion_database_away_total"] == 2


@pytest.mark.parametrize("room", [4, 20, 100], ids=["no thread", "no memory", "no threads of Argon2's"])
def test_a_lack_of_memory_is_never_treated_as_a_wrong_passphrase(room: int) -> None:
    stored = Hasher().hash("orange tents by the sea")
    said = subprocess.run(
        [sys.executable, "-c", SHORT, str(room), stored], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert said.stdout.split() == ["MemoryError", "MemoryError"], said


def test_the_worker_restarts_if_there_is_too_little_memory_to_sign_somebody_in(
    app: Flask, cast: Cast
) -> None:
    him, form = Visitor(app), {"sign_in_name": cast.sam.sign_in_name, "passphrase": cast.sam.passphrase}
    with by_hand(cast.store) as tx:
        people.account(tx, cast.sam.viewer.account_id).passphrase_hash = Hasher().hash(cast.sam.passphrase)
        tx.commit()
    token, before = him.token("/sign-in"), resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (20 << 20), before[1]))
    try:
        answer = him.client.post("/sign-in", data={"csrf_token": token, **form})
        assert answer.status_code == 503 and memory.SPENT.is_set()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
        memory.SPENT.clear()
