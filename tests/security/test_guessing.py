"""Test who can sign in and who has to wait while somebody guesses passphrases."""

import http.client
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from companion.config import Settings
from companion.store import rate_limits
from companion.store.accounts.sessions import WebSession
from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.renamed import renamed
from tests.security.test_own_sessions import comes_in
from tests.security.test_sessions import gives_passphrase
from tests.trips.portal import Portal
from tests.visitor import Page, Visitor

WORKERS, AT_ONCE = 4, 60
WRONG = "not this one at all"


class Guest:
    """A browser that keeps its cookies and sends requests to real worker processes."""

    def __init__(self, portal: Portal) -> None:
        self.port, self.cookies = portal.port, dict[str, str]()
        self.token = ""

    def asks(self, method: str, path: str, **fields: str) -> int:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(fields), headers)
        reply = connection.getresponse()
        for said in reply.headers.get_all("Set-Cookie") or ():
            name, _, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(r'name="csrf_token" value="([^"]+)"', reply.read().decode()):
            self.token = found[1]
        connection.close()
        return reply.status

    def tries(self, passphrase: str, **fields: str) -> int:
        """Try to sign in as Sam, and retry while the hashing queue is full."""
        while (status := self.signs_in("sam", passphrase, **fields)) == 503:
            pass
        return status

    def signs_in(self, name: str, passphrase: str, **fields: str) -> int:
        """Send the sign-in form on the current page, and return the response's status."""
        form = {"csrf_token": self.token, "sign_in_name": name, "passphrase": passphrase}
        return self.asks("POST", "/sign-in", **form, **fields)


@pytest.fixture
def portal(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Portal]:
    """Yield a portal with four worker processes on the test's databases."""
    assert cast.sam
    urls = {"COMPANION_DATABASE_URL": settings.database_url, "COMPANION_KEYS_URL": settings.keys_url}
    made = Portal(settings.home, "http://localhost/weather", COMPANION_MODE="test", **urls)
    made.workers = WORKERS
    made.start()
    yield made
    made.kill()


def test_sixty_simultaneous_guesses_cannot_exceed_the_limit_on_sign_in_attempts(
    portal: Portal, cast: Cast
) -> None:
    owner, guest, elsewhere = Guest(portal), Guest(portal), Guest(portal)
    for browser in (owner, guest, elsewhere):
        assert browser.asks("GET", "/sign-in") == 200
    assert owner.tries(cast.sam.passphrase, own_device="yes") == 303
    del owner.cookies["companion"]  # closing the browser would also delete this cookie
    gate = Barrier(AT_ONCE)

    def guesses(number: int) -> int:
        gate.wait()
        return guest.tries(f"{WRONG} {number}")

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answered = Counter(crowd.map(guesses, range(AT_ONCE)))
    assert answered == {
        422: rate_limits.LIMITS["sign-in.account"],
        429: AT_ONCE - rate_limits.LIMITS["sign-in.account"],
    }
    assert elsewhere.tries(cast.sam.passphrase) == 429
    owner.asks("GET", "/sign-in")
    assert owner.tries(cast.sam.passphrase) == 303


def test_an_accounts_owner_can_sign_in_on_a_known_device_while_strangers_guess_the_passphrase(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = comes_in(app, cast.sam, own_device="yes")
    owner.client.post("/leave")
    # the strangers' guesses also reach the overall limit
    monkeypatch.setitem(rate_limits.LIMITS, "sign-in.overall", 11)
    stranger = Visitor(app)
    assert [tries(stranger, WRONG).status for _ in range(12)] == [422] * 10 + [429] * 2
    for name in ("owen", "sam"):
        assert tries(Visitor(app), "orange tents along the river", name).status == 429
    for _ in range(3):
        assert gives_passphrase(owner, cast.sam).path == "/my/"
        owner.client.post("/leave")
    # when the owner signs in, the strangers' limit isn't reset
    assert tries(stranger, cast.sam.passphrase).status == 429


def tries(browser: Visitor, passphrase: str, name: str = "sam") -> Page:
    return browser.post("/sign-in", {"sign_in_name": name, "passphrase": passphrase})


def test_a_known_device_has_its_own_limit_for_attempts_to_sign_in(
    app: Flask, cast: Cast, clock: Clock
) -> None:
    his, other = (comes_in(app, cast.sam, own_device="yes") for _ in range(2))
    for browser in (his, other):
        browser.client.post("/leave")
    assert [tries(his, WRONG).status for _ in range(11)] == [422] * 10 + [429]
    assert tries(his, cast.sam.passphrase).status == 429
    assert tries(other, cast.sam.passphrase).path == "/my/"
    assert tries(Visitor(app), cast.sam.passphrase).path == "/my/"
    clock.forward(minutes=15)
    assert tries(his, cast.sam.passphrase).path == "/my/"


def test_a_known_device_gets_extra_sign_in_attempts_only_for_its_own_account(
    app: Flask, cast: Cast, clock: Clock
) -> None:
    owens = comes_in(app, cast.owen, own_device="yes")
    owens.client.post("/leave")
    made_up = Visitor(app)
    made_up.client.set_cookie("companion-device", "x" * 43)
    for _ in range(10):
        assert tries(Visitor(app), WRONG).status == 422
    for browser in (owens, made_up):
        assert tries(browser, cast.sam.passphrase).status == 429
    clock.forward(days=180)
    for _ in range(10):
        assert tries(Visitor(app), WRONG, "owen").status == 422
    # after this time, the service has forgotten the known device
    assert tries(owens, cast.owen.passphrase, "owen").status == 429


def test_repeated_guessing_lengthens_the_wait_up_to_a_maximum(app: Flask, cast: Cast, clock: Clock) -> None:
    stranger, waited = Visitor(app), []
    for _ in range(4):
        assert [tries(stranger, WRONG).status for _ in range(11)] == [422] * 10 + [429]
        waited.append(int(tries(stranger, WRONG).headers["Retry-After"]) // 60)
        clock.forward(minutes=waited[-1])
    assert waited == [15, 30, 60, 60]
    assert tries(stranger, cast.sam.passphrase).path == "/my/"
    assert [tries(Visitor(app), WRONG).status for _ in range(11)] == [422] * 10 + [429]
    clock.forward(minutes=75)  # after an hour without guesses, the wait is as short as at first
    assert [tries(Visitor(app), WRONG).status for _ in range(11)] == [422] * 10 + [429]
    assert tries(stranger, WRONG).headers["Retry-After"] == "900"


def test_nobody_can_sign_in_while_rate_limits_cannot_be_stored(app: Flask, cast: Cast, store: Store) -> None:
    known = comes_in(app, cast.sam, own_device="yes")
    known.client.post("/leave")

    def sessions() -> int:
        with store.reading() as tx:
            return tx.scalar(select(func.count()).select_from(WebSession)) or 0

    before = sessions()
    for browser in (Visitor(app), known):
        token = browser.token("/sign-in")
        with renamed(store, "tries"):
            for passphrase in (cast.sam.passphrase, WRONG):
                form = {"csrf_token": token, "sign_in_name": "sam", "passphrase": passphrase}
                assert browser.client.post("/sign-in", data=form).status_code in (500, 503)
        assert browser.client.get("/my/").location.startswith("/sign-in")
    assert sessions() == before
