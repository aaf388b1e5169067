"""Test that sensitive changes require both sign-in steps again.

The test cases come from the URL map, which includes every new view.
"""

from types import SimpleNamespace
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import select

from companion.domain.accounts.second_factors import FRESH_FOR
from companion.domain.people import Role
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.web.gate import access
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Staff
from tests.security.for_whom import address, opens, rules
from tests.security.test_gates import READING
from tests.security.test_sessions import alive, cookie_of
from tests.security.things import FILLED_IN, browsers, meant, own
from tests.stored import stored
from tests.visitor import Visitor

__all__ = ["browsers", "own"]  # the tests below use these fixtures

WAY_IN = "/account/signing-in"
STALE = FRESH_FOR.total_seconds()


def code(person: Staff, cast: Cast) -> str:
    return pyotp.TOTP(person.totp_secret).at(int(cast.now.timestamp()))


def test_every_sensitive_view_asks_for_the_passphrase_after_a_while(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any], clock: Clock, store: Store
) -> None:
    clock.forward(seconds=STALE)
    before, wrong, tried = stored(store, *READING, "held_forms"), [], set()
    for role in Role:
        token = browsers[role].token("/account")
        for method in ("GET", "POST"):
            for rule in rules(app, method):
                with app.app_context():
                    marked = access.rule_of(rule.endpoint)
                if not (marked and marked.fresh and opens(rule, role)):
                    continue
                tried.add(rule.endpoint)
                form = {**FILLED_IN, "csrf_token": token, **meant(own)} if method == "POST" else None
                reply = browsers[role].client.open(address(app, rule, own, role), method=method, data=form)
                if not reply.headers.get("Location", "").startswith("/confirm?next=/"):
                    wrong.append((role, method, rule.rule))
    assert wrong == [] and stored(store, *READING, "held_forms") == before
    ways = "passphrase code new_key remove_code recovery_codes add_passkey passkey_challenge remove_passkey"
    assert {f"account.{way}" for way in ways.split()} <= tried
    assert {"practitioner.reset", "lead.reset", "admin.reset"} <= tried


def test_for_ten_minutes_after_signing_in_sensitive_views_need_no_new_confirmation(
    enter: SimpleNamespace, clock: Clock
) -> None:
    people = enter.sam, enter.priya
    page = f"{WAY_IN}/passphrase"
    clock.forward(seconds=STALE - 1)
    assert [browser.get(page).path for browser in people] == [page, page]
    clock.forward(seconds=1)
    assert [browser.get(page).path for browser in people] == ["/confirm", "/confirm"]


def test_confirming_identity_opens_sensitive_views(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock, store: Store
) -> None:
    browser = enter.priya
    clock.forward(seconds=STALE)
    page = browser.get(f"{WAY_IN}/passphrase")
    assert page.path == "/confirm" and "Confirm it's you" in page
    old = cookie_of(browser)
    form = {"next": f"{WAY_IN}/passphrase", "passphrase": cast.priya.passphrase}
    for wrong, said in (
        (
            {"passphrase": "not this one at all", "code": code(cast.priya, cast)},
            "This isn't your passphrase.",
        ),
        ({"code": "000000"}, "This code isn't right."),
        ({"code": ""}, "This code isn't right."),
    ):
        page = browser.post("/confirm", form | wrong)
        assert page.status == 422 and said in page
        assert browser.get(f"{WAY_IN}/passphrase").path == "/confirm"
    assert browser.post("/confirm", form | {"code": code(cast.priya, cast)}).path == f"{WAY_IN}/passphrase"
    assert not alive(app, old, "/caseload") and alive(app, cookie_of(browser), "/caseload")
    with store.reading() as tx:
        events = list(
            tx.scalars(select(AuditEntry.event).where(AuditEntry.actor_id == cast.priya.viewer.account_id))
        )
    for event, times in ((Event.SIGN_IN_FAILED, 1), (Event.SECOND_FACTOR_FAILED, 2), (Event.PROVED, 1)):
        assert events.count(event) == times, event
    clock.forward(seconds=STALE)
    assert browser.get(f"{WAY_IN}/passphrase").path == "/confirm"


def test_a_participant_without_a_second_sign_in_step_confirms_who_they_are_with_the_passphrase(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert enter.sam
    clock.forward(seconds=STALE)
    page = enter.sam.get(f"{WAY_IN}/code")
    assert page.path == "/confirm" and 'name="code"' not in page.text
    form = {"next": f"{WAY_IN}/code", "passphrase": cast.sam.passphrase}
    assert enter.sam.post("/confirm", form).path == f"{WAY_IN}/code"


def test_text_typed_for_a_sensitive_action_is_kept_while_the_passphrase_is_confirmed(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    page = f"{WAY_IN}/passkeys/new"
    token = enter.sam.token(page)
    clock.forward(seconds=STALE)
    form = {"csrf_token": token, "page": page, "name": "My old phone", "passkey": "{}"}
    reply = enter.sam.client.post(page, data=form)
    assert reply.location == f"/confirm?next={page}"
    back = enter.sam.post("/confirm", {"next": page, "passphrase": cast.sam.passphrase})
    assert back.path == page and 'value="My old phone"' in back.text


def test_sensitive_pages_can_be_opened_just_after_unlocking_a_session(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert enter.sam
    clock.forward(minutes=20)
    enter.sam.post("/sign-in", {"sign_in_name": "sam", "passphrase": cast.sam.passphrase})
    assert enter.sam.get(f"{WAY_IN}/code").path == f"{WAY_IN}/code"


def test_guessing_the_passphrase_on_the_confirm_page_is_rate_limited(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert enter.sam
    clock.forward(seconds=STALE)
    pages = [enter.sam.post("/confirm", {"passphrase": f"guess number {n}"}) for n in range(11)]
    assert [page.status for page in pages] == [422] * 10 + [429]
    assert enter.sam.post("/confirm", {"passphrase": cast.sam.passphrase}).status == 429


def test_wrong_passphrases_entered_in_an_open_session_do_not_lock_the_account_owner_out(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert enter.priya
    clock.forward(seconds=STALE)
    pages = [
        enter.priya.post("/confirm", {"passphrase": f"guess number {n}", "code": "1"}) for n in range(12)
    ]
    assert pages[-1].status == 429
    assert Visitor(app).sign_in(cast, cast.priya).path == "/caseload"
