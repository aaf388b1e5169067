"""Test every URL rule with every role, with one's own and other people's records, and without CSRF tokens."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from companion.domain.people import Credentials, Role
from companion.services.accounts import join
from companion.store.accounts.passphrases import Hasher
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.store.rate_limits import LIMITS
from companion.web.gate import access
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import (
    ANYBODY,
    AUTHORS,
    BETWEEN,
    ENDING,
    PEOPLE,
    SIGNED_IN,
    WHOM,
    address,
    opens,
    outcome,
    rules,
)
from tests.security.things import FILLED_IN, a_passkey, browsers, meant, own, signed_in_elsewhere, things_of
from tests.slips import slip_for
from tests.stored import stored
from tests.visitor import Visitor

__all__ = ["browsers", "own"]  # the tests below use these fixtures
FROM_ELSEWHERE = [
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site")),
    *({"Origin": origin} for origin in ("https://elsewhere.example", "http://localhost:8001", "null")),
]
OF_ALL = {
    "lead.own_activity",
    "admin.leaving",
    *("lead.erasure", "lead.refuse_erasure", "lead.approve_erasure", "lead.lift_hold"),
    "lead.correction",
    *(f"lead.look{what}" for what in ("", "_submission", "_plan", "_messages", "_notes", "_decision")),
    *("lead.agree_to_look", "lead.refuse_look", "lead.begin_look", "lead.tell_of_look", "lead.disclosure"),
    "admin.ask_back",
    "admin.reset",
    *(f"lead.{act}concern" for act in ("", "take_", "pass_on_", "close_", "note_")),
}
"""Views in which a lead or an administrator may see or change the record of any person."""
READING = (
    "audit_entries",
    "last_seen_at",
    "read_at",
    "read_by",
    "seen_at",
    "unread_since",
    "message_due",
    "opened_at",
)
"""Tables and columns that a GET request may write."""


def refusals(store: Store) -> int:
    """Return how many refused requests the audit contains."""
    with store.reading() as tx:
        return tx.scalar(select(func.count()).where(AuditEntry.event == Event.REFUSED)) or 0


def test_every_url_rule_opens_only_for_the_roles_listed_for_it(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(WHOM)
    with app.app_context():
        for endpoint, whom in WHOM.items():
            rule = access.rule_of(endpoint)
            assert rule, endpoint
            assert (rule.public, rule.incomplete, rule.ends) == (
                whom == ANYBODY,
                whom == BETWEEN,
                whom == ENDING,
            ), endpoint
            authors = {Role.PRACTITIONER, Role.LEAD} if whom == AUTHORS else set()
            assert rule.roles == {role for role in Role if whom in (role, SIGNED_IN)} | authors, endpoint


def test_a_view_without_an_access_rule_responds_with_not_found(app: Flask, enter: SimpleNamespace) -> None:
    app.view_functions["participant.plan"] = lambda: "not meant to be seen"
    assert enter.sam.client.get("/my/plan").status_code == 404


@pytest.mark.parametrize("role", ["nobody", *Role])
def test_every_role_can_open_only_its_own_pages(
    role: str,
    app: Flask,
    browsers: dict[str, Visitor],
    cast: Cast,
    own: dict[str, Any],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # raise the rate limit, so that earlier refusals don't affect later requests
    monkeypatch.setitem(LIMITS, "refusal.account", 10_000)
    others = things_of(cast, cast.idris, cast.daniel)
    others["passkey_id"] = {role: a_passkey(cast, cast.idris)}
    if role in PEOPLE:
        own |= signed_in_elsewhere(cast, getattr(cast, PEOPLE[role]))
    if role == Role.PRACTITIONER:
        others["version_id"] = own["version_id"]  # everybody can set the same activities
    browser, wrong = browsers[role], []
    token = browser.token("/account")  # without a session, the browser is sent to the sign-in page
    before = stored(store, "audit_entries", "last_seen_at")
    for things, method in ((others, "GET"), (others, "POST"), (own, "GET"), (own, "POST")):
        form = {**FILLED_IN, "csrf_token": token, **meant(things)} if method == "POST" else None
        for rule in rules(app, method):
            somebodys = any(name.endswith("_id") for name in rule.arguments) and not (
                opens(rule, role) and rule.endpoint in OF_ALL
            )
            if things is own or somebodys:
                expected = (
                    "open" if opens(rule, role) and (things is own or not somebodys) else "nothing here"
                )
                if role == "nobody" and WHOM[rule.endpoint] != ANYBODY:
                    expected = "sign in"
                refused = refusals(store)
                where = address(app, rule, things, role)
                reply = browser.client.open(where, method=method, data=form)
                if expected == "nothing here" and refusals(store) != refused + 1:
                    wrong.append(f"{method} {reply.request.path}: that it was refused is not recorded")
                if outcome(reply) != expected:
                    wrong.append(f"{method} {reply.request.path}: {outcome(reply)}, not {expected}")
        if things is others and stored(store, "audit_entries", "last_seen_at") != before:
            wrong.append(f"a {method} changed what is another's")
    assert wrong == []


def test_no_private_page_opens_between_the_two_sign_in_steps(
    app: Flask, visitor: Visitor, cast: Cast, own: dict[str, Any]
) -> None:
    visitor.post("/sign-in", {"sign_in_name": "priya", "passphrase": cast.priya.passphrase})
    form = {**FILLED_IN, "csrf_token": visitor.token("/second-factor"), **meant(own)}
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if WHOM[rule.endpoint] not in (ANYBODY, BETWEEN, ENDING):
                reply = visitor.client.open(address(app, rule, own), method=method, data=form)
                assert outcome(reply) == "second factor", rule
    assert visitor.client.get("/second-factor").status_code == 200


def test_no_form_is_accepted_without_a_csrf_token_or_from_another_site(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any], store: Store
) -> None:
    strangers = Visitor(app).token("/sign-in")
    for role, browser in browsers.items():
        form = {**FILLED_IN, **meant(own)}
        token = browser.token("/account")
        forged: list[tuple[str, dict[str, str]]] = [(token, headers) for headers in FROM_ELSEWHERE]
        before = stored(store, "audit_entries", "tries")  # recording the refused attempt is allowed
        for rule in rules(app, "POST"):
            without = [] if rule.endpoint == "public.leave" else [("", {}), (strangers, {})]
            for csrf, headers in forged + without if opens(rule, role) else []:
                data = {**form, "csrf_token": csrf} if csrf else form
                reply = browser.client.post(address(app, rule, own), data=data, headers=headers)
                assert reply.status_code == 400, (rule, csrf, headers)
        assert stored(store, "audit_entries", "tries") == before


def test_only_the_form_for_leaving_the_site_needs_no_csrf_token(
    enter: SimpleNamespace,
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert enter.sam.client.post("/leave", headers=headers).status_code == 303
    assert enter.sam.client.get("/my/").status_code == 302


def test_a_get_request_changes_no_records(
    app: Flask, browsers: dict[str, Visitor], clock: Clock, own: dict[str, Any], store: Store
) -> None:
    clock.forward(minutes=1)
    changed, before = set(), stored(store, *READING)
    for role, browser in browsers.items():
        for rule in rules(app, "GET"):
            for method in ("GET", "HEAD", "OPTIONS") if opens(rule, role) else ():
                browser.client.open(address(app, rule, own), method=method, data=FILLED_IN)
            if opens(rule, role) and (now := stored(store, *READING)) != before:
                changed.add(rule.rule)
                before = now
    assert changed == set()


def test_reopening_the_page_that_sets_up_one_time_codes_shows_the_same_secret(
    visitor: Visitor, cast: Cast, hasher: Hasher, store: Store
) -> None:
    slip = slip_for(cast, hasher, Role.PRACTITIONER)
    invitation = join.open_door(store, hasher, slip.code, "lighthouse", "", cast.now)
    join.join(store, hasher, invitation, Credentials("robin", "seven pears in a row of robins"), cast.now)
    visitor.post("/sign-in", {"sign_in_name": "robin", "passphrase": "seven pears in a row of robins"})
    before = stored(store)
    assert visitor.get("/second-factor").text == visitor.get("/second-factor").text
    assert stored(store) == before
