"""Test every HTTP method with other people's records, and in a locked session."""

import re
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.test import TestResponse

from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import ANYBODY, ENDING, PEOPLE, WHOM, address, opens, outcome, rules
from tests.security.test_gates import OF_ALL
from tests.security.things import FILLED_IN, browsers, meant, own, things_of
from tests.stored import stored
from tests.visitor import Visitor

__all__ = ["browsers", "own"]  # the tests below use these fixtures
ALWAYS_ASKED = ("GET", "HEAD", "POST")
NEVER_MEANT = ("PUT", "PATCH", "DELETE", "OPTIONS")
HELD = (
    "audit_entries",
    "held_forms",
    "drafts",
    "plan_drafts",
    "message_drafts",
    "evaluation_drafts",
    "saved_at",
    "started",
)
"""The tables and columns that a request may change while its session is locked."""


def as_seen(reply: TestResponse) -> tuple[object, ...]:
    """Return a response without its CSRF token, request number and URL."""
    text = re.sub(
        r'name="csrf_token" value="[^"]+"|[0-9]{4}-[0-9]{4}-[0-9]{4}',
        "",
        reply.text.replace(reply.request.path, ""),
    )
    headers = {name: value for name, value in reply.headers if name not in ("Content-Length", "Set-Cookie")}
    return reply.status_code, text, tuple(sorted(headers.items())), "Set-Cookie" in reply.headers


def test_other_peoples_records_look_as_if_they_did_not_exist(
    app: Flask, browsers: dict[str, Visitor], cast: Cast, own: dict[str, Any], store: Store
) -> None:
    others = things_of(cast, cast.idris, cast.daniel)
    nothing = {name: uuid4() if isinstance(thing, UUID) else thing for name, thing in others.items()}
    # activities and staff accounts look the same to everybody with the right role
    known = {name: own[name] for name in ("version_id", "draft_id", "account_id", "administrator_id")}
    others, nothing = others | known, nothing | known
    told, asked, turns = [], 0, cycle(NEVER_MEANT)
    before = stored(store, "audit_entries", "last_seen_at")
    for role in PEOPLE:
        browser = browsers[role]
        form = {**FILLED_IN, **meant(others), "csrf_token": browser.token("/account")}
        for rule in {rule.rule: rule for method in ("GET", "POST") for rule in rules(app, method)}.values():
            somebodys = [name for name in rule.arguments if name.endswith("_id") and name not in known]
            if not (somebodys and opens(rule, role)) or rule.endpoint in OF_ALL:
                continue
            for method in (*ALWAYS_ASKED, next(turns)):
                seen = [
                    as_seen(browser.client.open(address(app, rule, things), method=method, data=form))
                    for things in (others, nothing)
                ]
                asked += 1
                if seen[0] != seen[1] or (method in ("GET", "POST") and seen[0][0] not in (404, 405)):
                    told.append(f"{method} {rule.rule} for a {role}: {[each[0] for each in seen]}")
    assert told == []
    assert asked > 200
    assert stored(store, "audit_entries", "last_seen_at") == before


def test_while_a_session_is_locked_companion_stores_only_drafts_and_parked_forms(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any], clock: Clock, store: Store
) -> None:
    tokens = {role: browsers[role].token("/account") for role in PEOPLE}
    clock.forward(minutes=31)
    before, wrong = stored(store, *HELD), []
    for role, token in tokens.items():
        form = {**FILLED_IN, **meant(own), "csrf_token": token}
        for rule in rules(app, "POST"):
            if opens(rule, role) and WHOM[rule.endpoint] not in (ANYBODY, ENDING):
                reply = browsers[role].client.post(address(app, rule, own), data=form)
                if outcome(reply) != "sign in" and reply.location != "/sign-in":
                    wrong.append(f"{rule.rule} for a {role}: {outcome(reply)}")
    assert wrong == []
    assert stored(store, *HELD) == before
