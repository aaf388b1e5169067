"""Test that nobody can fill the whole hashing queue, and that no attempt is lost when the queue is full."""

from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.domain.refusals import Crowded
from companion.store import rate_limits
from companion.store.accounts.passphrases import AT_ONCE, LINE, OF_ONE, OF_ONE_ADDRESS, Hasher
from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.test_crowds import full, told
from tests.security.test_own_sessions import comes_in
from tests.stored import stored
from tests.visitor import Page, Visitor
from tests.web.every_form import FORMS
from tests.web.every_form.places import browser_of, places, typed
from tests.web.every_form.wrong import Fields
from tests.web.test_bad_input import NOT_SHOWN, is_kept

__all__ = ["places"]  # the tests below use this fixture

GOOD = {"passphrase": "green boots under the stairs"}
PASSPHRASE = "/account/signing-in/passphrase"
HERE, THERE = "2001:db8::1", "2001:db8:0:0:9::2"
"""Two addresses in the same network."""


def endpoint_of(app: Flask, path: str) -> str:
    return str(app.url_map.bind("localhost").match(path, "POST")[0])


def test_if_the_server_is_busy_a_form_is_shown_again_with_everything_except_the_passphrase(
    app: Flask, enter: SimpleNamespace, places: Fields, store: Store
) -> None:
    met, amiss = set(), []
    for name, form in FORMS.items():
        page, action = (where.format(**places) for where in (form.page, form.action))
        endpoint = endpoint_of(app, action)
        if not app.view_functions[endpoint].rule.hashes:  # type: ignore[attr-defined]
            continue
        met.add(endpoint)
        browser = browser_of(form.who, app, enter, places)
        fields = typed(form.right | (GOOD if name == "another passphrase" else {}), places)
        token, before = browser.token(page), stored(store, "tries", "last_seen_at")
        with full(app):
            reply = browser.client.post(action, data={**fields, "csrf_token": token})
        shown = Page(reply.status_code, action, reply.text, dict(reply.headers))
        told(shown)
        amiss += [
            f"{name}: {each}" for each in fields if each not in NOT_SHOWN and not is_kept(fields[each], shown)
        ]
        if stored(store, "tries", "last_seen_at") != before:
            amiss.append(f"{name} stored something")
    assert amiss == []
    marked = {each for each, view in app.view_functions.items() if view.rule.hashes}  # type: ignore[attr-defined]
    assert met == marked


def test_one_account_or_device_gets_at_most_two_places_in_the_hashing_queue(
    hasher: Hasher,
) -> None:
    for whose, most in (
        ({"account": "sam"}, OF_ONE),
        ({"device": "7"}, OF_ONE),
        ({"address": HERE}, OF_ONE_ADDRESS),
    ):
        with ExitStack() as taken:
            for _ in range(most):
                taken.enter_context(hasher.used_by(**whose).place())
            with pytest.raises(Crowded), hasher.used_by(**whose).place():
                pass
            for number in range(AT_ONCE + LINE - most):
                taken.enter_context(hasher.used_by(account=f"{number}", address=f"192.0.2.{number}").place())
            with pytest.raises(Crowded), hasher.place():
                pass
        with hasher.used_by(**whose).place():  # the queue is empty again, so there is a free place
            pass
    assert hasher.used_by(account="sam").hash("a walk")


def test_changing_a_passphrase_repeatedly_does_not_stop_others_from_signing_in(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    sam, mine = enter.sam, app.extensions["hasher"].used_by(account=str(cast.sam.viewer.account_id))
    with ExitStack() as taken:
        for _ in range(OF_ONE):
            taken.enter_context(mine.place())
        told(sam.post(PASSPHRASE, GOOD))
        told(sam.post("/confirm", {"passphrase": cast.sam.passphrase}))
        assert Visitor(app).sign_in(cast, cast.owen).path == "/my/"
    assert sam.post(PASSPHRASE, GOOD).path == "/account/signing-in"


def test_many_sign_ins_from_one_network_do_not_fill_the_hashing_queue(app: Flask, cast: Cast) -> None:
    his = comes_in(app, cast.sam, own_device="yes")
    his.client.post("/leave")
    near, far = Visitor(app), Visitor(app)
    his.client.environ_base["REMOTE_ADDR"] = near.client.environ_base["REMOTE_ADDR"] = THERE
    far.client.environ_base["REMOTE_ADDR"] = "2001:db8:0:1::1"
    form = {"sign_in_name": cast.sam.sign_in_name, "passphrase": cast.sam.passphrase}
    with ExitStack() as taken:
        for _ in range(OF_ONE_ADDRESS):
            taken.enter_context(app.extensions["hasher"].used_by(address=HERE).place())
        told(near.post("/sign-in", form))
        for browser in (far, his):
            assert browser.post("/sign-in", form).path == "/my/"


def test_hashing_is_rate_limited_per_account_and_per_network(
    app: Flask, cast: Cast, enter: SimpleNamespace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, owen = enter.sam, enter.owen
    monkeypatch.setitem(rate_limits.LIMITS, "hashing.account", 3)
    assert [sam.post(PASSPHRASE, {"passphrase": "short"}).status for _ in range(4)] == [422] * 3 + [429]
    assert owen.post(PASSPHRASE, {"passphrase": "short"}).status == 422
    monkeypatch.setitem(rate_limits.LIMITS, "hashing.address", 4)
    assert owen.post(PASSPHRASE, {"passphrase": "short"}).status == 429
    owen.client.environ_base["REMOTE_ADDR"] = HERE
    assert owen.post(PASSPHRASE, {"passphrase": "short"}).status == 422
    clock.forward(minutes=15)
    assert comes_in(app, cast.sam).post(PASSPHRASE, GOOD).path == "/account/signing-in"


@pytest.mark.parametrize("what", sorted(each for each in rate_limits.LIMITS if each.endswith(".address")))
def test_one_network_cannot_exceed_a_rate_limit_by_using_many_ip_addresses(
    store: Store, clock: Clock, what: str
) -> None:
    through = 0
    for number in range(rate_limits.LIMITS[what] + 15):
        try:
            rate_limits.take(store, clock.now, (what, f"2001:db8::{number:x}:0:0:7"))
            through += 1
        except rate_limits.SlowDown:
            pass
    assert through == rate_limits.LIMITS[what]
    rate_limits.take(store, clock.now, (what, "2001:db8:0:1::7"))
