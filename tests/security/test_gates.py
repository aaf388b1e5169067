"""Every rule of the URL map against every role, own things and others', with and without its token."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from companion.domain.people import Role
from companion.services import approving, staffing
from companion.store import activities, appointments, people
from companion.store.base import Model, Store
from companion.store.keys import KeyModel
from companion.store.passphrases import Hasher
from companion.web import access
from tests.cast import Cast, Participant, Staff
from tests.conftest import Clock
from tests.visitor import Visitor

PUBLIC = [
    "static",
    "public.help",
    "public.help_in",
    "public.leave",
    "public.healthz",
    "public.readyz",
    "account.start",
    "account.sign_in",
    "account.join",
    "account.statement",
    "account.acknowledge",
    "account.join_account",
]
INCOMPLETE = ["account.second_factor"]
EVERYBODY = ["account.sign_out", "account.account", "account.still_here"]
OWN_PAGES = {
    Role.PARTICIPANT: "home plan work answer draft pause check submit receipt",
    Role.PRACTITIONER: "board new_participant participant invite add_appointment move choose set_work review "
    "feedback release return_work",
    Role.LEAD: "home activities activity approve_activity staff approve_staff",
    Role.ADMINISTRATOR: "staff new_staff",
}
BLUEPRINTS = {**{role: role.value for role in Role}, Role.ADMINISTRATOR: "admin"}
ROLES: dict[str, frozenset[Role]] = {
    **{endpoint: frozenset() for endpoint in PUBLIC + INCOMPLETE},
    **{endpoint: frozenset(Role) for endpoint in EVERYBODY},
    **{f"{BLUEPRINTS[role]}.{page}": frozenset({role}) for role in Role for page in OWN_PAGES[role].split()},
}
"""Whom each endpoint is for. A new route needs its row here."""

PEOPLE = {
    Role.PARTICIPANT: "sam",
    Role.PRACTITIONER: "priya",
    Role.LEAD: "margaret",
    Role.ADMINISTRATOR: "alex",
}
FILLED_IN = {
    "word": "lighthouse", "name": "Robin", "role": "practitioner", "kind": "session", "day": "2026-12-10",
    "time": "14:00", "site": "epsom", "why": "To look back", "minutes": "15", "prompt": "the-week", "answer": "6",
    "comment-": "Thank you", "words": "Say more", "seen": "1",
}  # fmt: skip
"""What satisfies every form, so that only the gate can refuse it."""
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"},
    {"Origin": "http://localhost:8001"}, {"Origin": "null"},
]  # fmt: skip


@pytest.fixture
def own(cast: Cast, hasher: Hasher) -> dict[str, Any]:
    """Sam's and Priya's things, an approved activity, and somebody who waits for a lead's approval."""
    things = things_of(cast, cast.sam, cast.priya)
    staffing.add_staff(cast.store, hasher, cast.alex.viewer, "Robin", "practitioner", "", cast.now)
    with cast.store.reading() as tx:
        things["version_id"] = activities.newest_versions(tx)[0].id
        things["account_id"] = next(each.id for each in people.staff(tx) if each.approved_at is None)
    approving.approve(cast.store, cast.margaret.viewer, things["version_id"], cast.now)
    return things


def things_of(cast: Cast, participant: Participant, practitioner: Staff) -> dict[str, Any]:
    """One thing of each kind that an address can name, all belonging to these two."""
    work_id = practitioner.sets(participant, "a-week-of-choices")
    participant.finishes(work_id)
    practitioner.returns(participant.submits(work_id), "Could you say more?")
    handed_in = practitioner.sets(participant, "hopes-and-fears")
    participant.finishes(handed_in)
    with cast.store.reading() as tx:
        appointment_id = appointments.appointments(tx, participant.enrolment_id)[0].id
    return {
        "work_id": work_id,
        "submission_id": participant.submits(handed_in),
        "enrolment_id": participant.enrolment_id,
        "appointment_id": appointment_id,
        "version_id": uuid4(),
        "account_id": participant.viewer.account_id,
        "language": "en",
        "filename": "icon.svg",
    }


def rules(app: Flask, method: str) -> list[Rule]:
    """The rules that take this method; those that end the session come last."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(
        found, key=lambda rule: (rule.endpoint in ("account.sign_out", "public.leave"), rule.endpoint)
    )


def address(app: Flask, rule: Rule, things: dict[str, Any]) -> str:
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: things[name] for name in rule.arguments})


def stored(store: Store, *but: str) -> dict[str, list[str]]:
    """Every row of both databases, without these columns and tables."""
    rows: dict[str, list[str]] = {}
    with store.reading() as tx, store.keys.engine.connect() as keys:
        for source, metadata in ((tx, Model.metadata), (keys, KeyModel.metadata)):
            for table in metadata.sorted_tables:
                columns = [column for column in table.c if column.name not in but and table.name not in but]
                rows[table.name] = (
                    sorted(repr(row) for row in source.execute(select(*columns))) if columns else []
                )
    return rows


def outcome(response: TestResponse) -> str:
    to = response.headers.get("Location", "")
    if response.status_code == 401 or to.startswith("/sign-in?next="):
        return "sign in"
    if response.status_code == 404:
        return "nothing here"
    if to.startswith("/second-factor"):
        return "second factor"
    return "open" if response.status_code in (200, 204, 302, 303, 409, 422) else str(response.status_code)


def browsers(app: Flask, enter: SimpleNamespace) -> Iterator[tuple[Role | None, Visitor]]:
    yield None, Visitor(app)
    yield from ((role, getattr(enter, name)) for role, name in PEOPLE.items())


def test_every_rule_names_whom_it_is_for(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ROLES)
    with app.app_context():
        for endpoint, roles in ROLES.items():
            rule = access.rule_of(endpoint)
            assert rule, endpoint
            assert (rule.public, rule.incomplete) == (endpoint in PUBLIC, endpoint in INCOMPLETE), endpoint
            assert rule.roles == roles, endpoint


def test_a_view_without_a_rule_is_refused(app: Flask, enter: SimpleNamespace) -> None:
    app.view_functions["participant.plan"] = lambda: "not meant to be seen"
    assert enter.sam.client.get("/my/plan").status_code == 404


@pytest.mark.parametrize("role", [None, *Role])
def test_a_role_reaches_its_own_and_nothing_else(
    role: Role | None, app: Flask, enter: SimpleNamespace, cast: Cast, own: dict[str, Any], store: Store
) -> None:
    others = things_of(cast, cast.idris, cast.daniel)
    if role is Role.PRACTITIONER:
        others["version_id"] = own["version_id"]  # what can be set is the same for all
    browser = dict(browsers(app, enter))[role]
    token = browser.token("/account")  # or of the way in
    before = stored(store, "audit_entries", "last_seen_at")
    wrong = []
    for whose, method in (("another's", "GET"), ("another's", "POST"), ("own", "GET"), ("own", "POST")):
        things = own if whose == "own" else others
        form = {**FILLED_IN, "csrf_token": token, "due": things["appointment_id"]}
        for rule in rules(app, method):
            if whose != "own" and not belongs_to_somebody(rule):
                continue
            path = address(app, rule, things)
            reply = browser.client.open(path, method=method, data=form if method == "POST" else None)
            if outcome(reply) != (expected := expectation(rule, role, whose)):
                wrong.append(f"{whose}: {method} {rule.rule}: {outcome(reply)}, not {expected}")
        if whose != "own" and stored(store, "audit_entries", "last_seen_at") != before:
            wrong.append(f"{method} changed what is another's")
    assert wrong == []


def expectation(rule: Rule, role: Role | None, whose: str) -> str:
    if rule.endpoint in PUBLIC:
        return "open"
    if role is None:
        return "sign in"
    if role not in ROLES[rule.endpoint] or (whose != "own" and belongs_to_somebody(rule)):
        return "nothing here"
    return "open"


def belongs_to_somebody(rule: Rule) -> bool:
    return any(name.endswith("_id") for name in rule.arguments)


def test_between_passphrase_and_code_nothing_opens_but_the_second_step(
    app: Flask, visitor: Visitor, cast: Cast, own: dict[str, Any]
) -> None:
    visitor.post("/sign-in", {"sign_in_name": "priya", "passphrase": cast.priya.passphrase})
    form = {**FILLED_IN, "csrf_token": visitor.token("/second-factor"), "due": own["appointment_id"]}
    for rule in rules(app, "GET") + rules(app, "POST"):
        if rule.endpoint not in PUBLIC + INCOMPLETE:
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            reply = visitor.client.open(
                address(app, rule, own), method=method, data=form if method == "POST" else None
            )
            assert outcome(reply) == "second factor", rule
    assert visitor.client.get("/second-factor").status_code == 200


def test_nothing_is_done_without_a_token_or_from_elsewhere(
    app: Flask, enter: SimpleNamespace, own: dict[str, Any], store: Store
) -> None:
    strangers_token = Visitor(app).token("/sign-in")
    for role, browser in [*browsers(app, enter)]:
        form = {**FILLED_IN, "due": own["appointment_id"]}
        good = {**form, "csrf_token": browser.token("/account")}
        forged: list[tuple[dict[str, Any], dict[str, str]]] = [(good, headers) for headers in FROM_ELSEWHERE]
        tokens = [(form, {}), ({**form, "csrf_token": ""}, {}), ({**form, "csrf_token": strangers_token}, {})]
        before = stored(store)
        for rule in rules(app, "POST"):
            if role in ROLES[rule.endpoint] or rule.endpoint in PUBLIC:
                for data, headers in forged if rule.endpoint == "public.leave" else forged + tokens:
                    reply = browser.client.post(address(app, rule, own), data=data, headers=headers)
                    assert reply.status_code == 400, (rule, data.get("csrf_token"), headers)
        assert stored(store) == before


def test_only_leaving_needs_no_token_and_it_works_from_this_site(app: Flask, enter: SimpleNamespace) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert enter.sam.client.post("/leave", headers=headers).status_code == 303
    assert enter.sam.client.get("/my/").status_code == 302


def test_a_get_changes_nothing_but_audit_read_marks_and_last_seen(
    app: Flask, enter: SimpleNamespace, clock: Clock, own: dict[str, Any], store: Store
) -> None:
    visits = [*browsers(app, enter)]
    clock.forward(minutes=1)
    untouched = stored(store, "audit_entries", "last_seen_at", "read_at", "seen_at")
    for role, browser in visits:
        for rule in rules(app, "GET"):
            if role in ROLES[rule.endpoint] or rule.endpoint in PUBLIC:
                for method in ("GET", "HEAD", "OPTIONS"):
                    browser.client.open(address(app, rule, own), method=method)
                    assert (
                        stored(store, "audit_entries", "last_seen_at", "read_at", "seen_at") == untouched
                    ), rule


def test_opening_the_second_step_changes_nothing(
    visitor: Visitor, cast: Cast, hasher: Hasher, store: Store
) -> None:
    with store.writing() as tx:
        account = people.add_account(tx, Role.PRACTITIONER, "Robin", cast.now, approved=True)
        account.sign_in_hash = people.sign_in_hash(tx, "robin")
        account.passphrase_hash = hasher.hash("seven robins in a row of pears")
        tx.commit()
    visitor.post("/sign-in", {"sign_in_name": "robin", "passphrase": "seven robins in a row of pears"})
    # The first visit shows the key to put into an authenticator.
    untouched = stored(store, "audit_entries", "last_seen_at")
    assert visitor.client.get("/second-factor").status_code == 200
    assert stored(store, "audit_entries", "last_seen_at") == untouched
