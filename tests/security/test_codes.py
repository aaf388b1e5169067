"""Test one-time codes, recovery codes, joining codes and rate limits."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from companion.domain.people import Credentials, Role
from companion.domain.refusals import Rejected, SlowDown
from companion.services.accounts import join, one_time_codes
from companion.store import people, rate_limits
from companion.store.accounts import passphrases, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import WebSession
from companion.store.base import Store
from companion.store.people import Account, Invitation
from tests.cast import Cast
from tests.fixtures import Clock
from tests.slips import STATEMENT, slip_for
from tests.visitor import Page, Visitor

T = TypeVar("T")
PASSPHRASE = "seven pears in a row of robins"


def all_at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Run this function in many threads at once, and return the results."""
    gate = Barrier(count)

    def one(number: int) -> T:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


@pytest.fixture
def gives(visitor: Visitor, cast: Cast) -> Callable[[str], Page]:
    """Return a function that signs Priya in with her passphrase and a given code."""

    def signs_in(code: str) -> Page:
        fields = {"sign_in_name": "priya", "passphrase": cast.priya.passphrase}
        visitor.client.post("/sign-out", data={"csrf_token": visitor.token("/sign-in")})
        visitor.client.delete_cookie("companion")
        visitor.post("/sign-in", fields)
        return visitor.post("/second-factor", {"code": code})

    return signs_in


def test_a_used_one_time_code_is_still_refused_after_newer_codes_were_used(
    gives: Callable[[str], Page], cast: Cast, clock: Clock
) -> None:
    totp = pyotp.TOTP(cast.priya.totp_secret)
    first, second = (totp.at(int(cast.now.timestamp()) + later) for later in (0, 30))
    assert gives(first).path == "/caseload"
    assert "has already been used" in gives(first)
    clock.forward(seconds=30)
    # a phone's clock may be 30 seconds slow, so that it shows the previous code
    assert "has already been used" in gives(first)
    assert gives(second).path == "/caseload"
    for again in (first, second):
        page = gives(again)
        assert page.status == 422 and "has already been used" in page
    clock.forward(seconds=90)
    for again in (first, second, "000000", "", "x"):
        page = gives(again)
        assert page.status == 422 and "This code isn't right" in page


def test_using_the_next_one_time_code_makes_the_current_code_invalid(
    gives: Callable[[str], Page], cast: Cast
) -> None:
    totp = pyotp.TOTP(cast.priya.totp_secret)
    assert gives(totp.at(int(cast.now.timestamp()) + 30)).path == "/caseload"
    assert "has already been used" in gives(totp.at(int(cast.now.timestamp())))


def test_a_recovery_code_can_replace_a_one_time_code_but_only_once(
    visitor: Visitor, gives: Callable[[str], Page], cast: Cast, hasher: Hasher, clock: Clock
) -> None:
    token = joins(cast, hasher, Role.PRACTITIONER)
    with cast.store.reading() as tx:
        signed_in = sessions.find(tx, token, cast.now)
    assert signed_in
    offered = one_time_codes.offered(cast.store, signed_in.viewer)
    assert offered
    secret = offered[0]
    visitor.post("/sign-in", {"sign_in_name": "robin", "passphrase": PASSPHRASE})
    page = visitor.post("/second-factor", {"code": pyotp.TOTP(secret).at(int(cast.now.timestamp()))})
    recovery = re.findall(r"<li>(\S+)</li>", page.text)
    assert len(recovery) == len(set(recovery)) == 10

    for written, status in (
        (recovery[0], 200),
        (recovery[0], 422),
        (recovery[1].lower().replace("-", " "), 200),
        (recovery[1], 422),
    ):
        visitor.client.delete_cookie("companion")
        visitor.post("/sign-in", {"sign_in_name": "robin", "passphrase": PASSPHRASE})
        assert visitor.post("/second-factor", {"code": written}).status == status
    assert gives(recovery[2]).status == 422  # a recovery code doesn't work for another account


def joins(cast: Cast, hasher: Hasher, role: Role) -> str:
    """Let Robin join, and return the session's token."""
    slip = slip_for(cast, hasher, role)
    invitation = join.open_door(cast.store, hasher, slip.code, "lighthouse", "", cast.now)
    return join.join(cast.store, hasher, invitation, Credentials("robin", PASSPHRASE), cast.now)


def test_if_twenty_people_use_a_joining_code_at_once_only_one_of_them_joins(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrases, "LINE", 20)
    monkeypatch.setitem(rate_limits.LIMITS, "join.slip", 20)
    store, hasher = cast.store, Hasher(cheap=True)
    slip = slip_for(cast, hasher, Role.PARTICIPANT)
    invitation = join.open_door(store, hasher, slip.code, "lighthouse", "", cast.now)
    join.acknowledge(store, invitation, STATEMENT.edition, STATEMENT, cast.now)

    def act(number: int) -> str:
        try:
            return join.join(store, hasher, invitation, Credentials(f"robin {number}", PASSPHRASE), cast.now)
        except Rejected as rejected:
            return rejected.problems[0].key

    tokens = [said for said in all_at_once(20, act) if said != "wrong_code"]
    with store.reading() as tx:
        assert len(tokens) == 1 and sessions.find(tx, tokens[0], cast.now)
        now = WebSession.created_at == cast.now
        assert tx.scalar(select(func.count()).select_from(WebSession).where(now)) == 1
        assert sum(people.account_signing_in(tx, f"robin {number}") is not None for number in range(20)) == 1


def test_rate_limits_are_exact_when_many_people_try_at_once(store: Store, clock: Clock) -> None:
    def act(_: int) -> int:
        try:
            rate_limits.take(store, clock.now, ("sign-in.account", "sam"), ("sign-in.overall", ""))
        except SlowDown as refusal:
            return refusal.seconds
        return 0

    assert sorted(all_at_once(30, act)) == [0] * 10 + [15 * 60] * 20


def test_ten_failed_attempts_to_sign_in_make_the_next_attempt_wait(
    visitor: Visitor, cast: Cast, clock: Clock
) -> None:
    def tries(passphrase: str, name: str = "sam") -> Page:
        return visitor.post("/sign-in", {"sign_in_name": name, "passphrase": passphrase})

    assert [tries("not this one at all").status for _ in range(10)] == [422] * 10
    clock.forward(minutes=5)
    # the limit also applies to other spellings of the name, and to the right passphrase
    for name in ("sam", " SAM "):
        page = tries(cast.sam.passphrase, name)
        assert page.status == 429 and "tried too many times" in page and "10 minutes" in page
        assert page.headers["Retry-After"] == "600"
    assert [tries("not this one", "nobody").status for _ in range(11)] == [422] * 10 + [
        429
    ]  # unknown sign-in names are rate limited too
    clock.forward(minutes=10)
    assert tries(cast.sam.passphrase).path == "/my/"


def test_signing_in_successfully_resets_the_rate_limit(app: Flask, cast: Cast) -> None:
    for _ in range(3):
        browser = Visitor(app)
        for _ in range(9):
            assert (
                browser.post("/sign-in", {"sign_in_name": "sam", "passphrase": "not this one"}).status == 422
            )
        assert browser.sign_in(cast, cast.sam).path == "/my/"


def test_guessing_joining_codes_is_rate_limited(visitor: Visitor) -> None:
    pages = [visitor.post("/join", {"code": "ABCD-EFGH-JKMN", "word": "boat"}) for _ in range(6)]
    assert [page.status for page in pages] == [422] * 5 + [429]
    assert pages[-1].headers["Retry-After"] == "900"


def test_guessing_one_time_codes_is_rate_limited(visitor: Visitor, cast: Cast) -> None:
    visitor.post("/sign-in", {"sign_in_name": "priya", "passphrase": cast.priya.passphrase})
    pages = [visitor.post("/second-factor", {"code": "000000"}) for _ in range(11)]
    assert [page.status for page in pages] == [422] * 10 + [429]
    assert pages[-1].headers["Retry-After"] == "900"


def test_a_joining_code_is_refused_without_the_agreed_word(
    visitor: Visitor, cast: Cast, hasher: Hasher, store: Store
) -> None:
    slip = slip_for(cast, hasher, Role.PARTICIPANT)
    for word in ("", "boat", "lighthouses"):
        page = visitor.post("/join", {"code": slip.code, "word": word})
        assert page.status == 422 and "don't match" in page
    with store.reading() as tx:
        robin = select(Account.joined_at, Invitation.used_at).join(
            Invitation, Invitation.account_id == Account.id
        )
        assert tx.execute(robin.where(Account.role == Role.PARTICIPANT)).all() == [(None, None)]
    written = slip.code.lower().replace("-", " ")
    assert visitor.post("/join", {"code": written, "word": " Lighthouse "}).path == "/join/statement"
