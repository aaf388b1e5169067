"""Test that administrators can't read participants' text, and that other staff's reading is audited."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from companion.domain.people import Role
from companion.services.plan import items
from companion.services.work.paper import PaperForm, mark_done
from companion.store import people
from companion.store.audit import AuditEntry
from companion.store.base import Store
from companion.store.records import access_log
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import PEOPLE, WHOM, address, opens, rules
from tests.security.things import FILLED_IN, things_of
from tests.stored import stored
from tests.visitor import Visitor

CANARY = "canary 7c1e55"
ENDS = ("account.sign_out", "public.leave")


@pytest.fixture
def things(cast: Cast) -> dict[str, Any]:
    """Create records for Sam with the text ``CANARY`` in every text field, and return the records' ids."""
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    cast.sam.answers(piece, "glad-of", CANARY)
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    found = things_of(cast, cast.sam, cast.priya)
    cast.sam.writes(CANARY)
    items.add(cast.sam.actor, uuid4(), "good", [(CANARY, "", "")], None)
    paper = cast.priya.sets(cast.sam, "control-continuum")
    mark_done(cast.priya.actor, cast.sam.enrolment_id, paper, uuid4(), PaperForm("2026-11-24", CANARY))
    own = {"submission_id": submission, "work_id": paper, "concern_id": cast.sam.tells(CANARY)}
    return {**found, **own, "token": "x" * 43}


def reads(store: Store, who: UUID) -> int:
    """Return how often, according to the audit, this member of staff read Sam's records."""
    with store.reading() as tx:
        of = select(AuditEntry).where(AuditEntry.actor_id == who, AuditEntry.enrolment_id.is_not(None))
        return len(tx.scalars(of.where(AuditEntry.event.in_(access_log.SHOWN | access_log.WITHHELD))).all())


def test_every_page_that_shows_participants_words_to_staff_is_audited(
    app: Flask, enter: SimpleNamespace, cast: Cast, things: dict[str, Any], store: Store
) -> None:
    shown, silent = set(), set()
    for role in (Role.PRACTITIONER, Role.LEAD, Role.ADMINISTRATOR):
        browser: Visitor = getattr(enter, PEOPLE[role])
        who = getattr(cast, PEOPLE[role]).viewer.account_id
        for rule in rules(app, "GET"):
            if opens(rule, role):
                before = reads(store, who)
                if CANARY in browser.client.get(address(app, rule, things)).text:
                    shown.add(rule.endpoint)
                    if reads(store, who) == before:
                        silent.add(rule.endpoint)
    assert silent == set()
    assert shown == {
        *("practitioner.review", "practitioner.brief", "practitioner.plan", "practitioner.messages"),
        *(
            "practitioner.paper",
            "practitioner.concern",
            "practitioner.plan_versions",
            "practitioner.plan_compared",
        ),
        *("lead.concern", "lead.look_submission", "lead.look_plan", "lead.look_messages"),
    }


def test_no_page_for_administrators_shows_a_participants_words_or_name(
    app: Flask, enter: SimpleNamespace, cast: Cast, things: dict[str, Any], store: Store
) -> None:
    """As an administrator, try every URL that administrators may open, by GET and POST, with the ids of Sam's
    records.
    """
    alex, told = enter.alex, []
    token = alex.token("/admin/staff")
    his = dict.fromkeys(("account_id", "administrator_id"), cast.sam.viewer.account_id)
    before = stored(store, "audit_entries", "last_seen_at", "directory_versions")
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if not opens(rule, Role.ADMINISTRATOR) or rule.endpoint in (*ENDS, "admin.new_staff"):
                continue
            for those in (
                things,
                {**things, **his},
                {**things, **dict.fromkeys(his, things["enrolment_id"])},
            ):
                data = {**FILLED_IN, "csrf_token": token} if method == "POST" else None
                page = alex.client.open(address(app, rule, those), method=method, data=data).text
                if CANARY in page or re.search(r"\bSam\b", page) or 'class="code"' in page:
                    told.append(f"{method} {rule.rule}")
    assert told == []
    after = stored(store, "audit_entries", "last_seen_at", "directory_versions")
    changed = {table for table in after if after[table] != before[table]}
    how_he_signs_in = {"known_devices", "one_time_codes", "passkey_challenges", "passkeys", "recovery_codes"}
    itself = {"accounts", "notice_choices", "outbox", "phrases", "stored_bytes", "tries", "web_sessions"}
    assert changed - how_he_signs_in <= itself
    # recording that Priya has left deletes her phrases and gives no access
    with store.reading() as tx:
        assert {each.role for each in people.staff(tx) if each.joined_at is None} == set()


def test_an_administrator_gets_no_further_access_by_adding_accounts(
    enter: SimpleNamespace, cast: Cast, app: Flask, store: Store, things: dict[str, Any]
) -> None:
    alex = enter.alex
    for role in Role:
        page = alex.post("/admin/staff/new", {"name": "Robin", "role": role, "word": "lighthouse"})
        assert ('class="code"' in page.text) == (role is Role.ADMINISTRATOR)
        assert page.status == (422 if role is Role.PARTICIPANT else 200)
    with store.reading() as tx:
        new = {each.role: each.id for each in people.staff(tx) if each.joined_at is None}
    for role in (Role.PRACTITIONER, Role.LEAD):
        for page in (f"/admin/staff/{new[role]}/invitation", f"/lead/staff/{new[role]}/approval"):
            assert alex.post(page, {"word": "lighthouse"}, of="/admin/staff").status == 404
        with store.reading() as tx:
            assert people.account(tx, new[role]).approved_at is None
            assert not tx.scalars(
                select(people.Invitation).where(people.Invitation.account_id == new[role])
            ).all()
    for who in (cast.sam, cast.priya, cast.margaret):
        page = f"/admin/staff/{who.viewer.account_id}/invitation"
        assert alex.post(page, {"word": "lighthouse"}, of="/admin/staff").status == 404
    joined = joins_as_administrator(alex, app, store, new[Role.ADMINISTRATOR])
    his = joined.client.get(f"/participants/{cast.sam.enrolment_id}")
    assert his.location == "/second-factor" and CANARY not in his.text


def joins_as_administrator(alex: Visitor, app: Flask, store: Store, account_id: UUID) -> Visitor:
    """Join with the only kind of joining code that an administrator can make.

    Whatever role the form contains, the new account is an administrator's.
    """
    slip = alex.post(f"/admin/staff/{account_id}/invitation", {"word": "lighthouse"}, of="/admin/staff").text
    code = slip.partition('class="code">')[2].partition("<")[0]
    robin = Visitor(app)
    robin.post("/join", {"code": code, "word": "lighthouse", "role": "lead"})
    seen = robin.get("/join/statement").field("seen")
    robin.post("/join/acknowledgement", {"role": "lead", "seen": seen}, of="/join/statement")
    way_in = {"sign_in_name": "robin", "passphrase": "seven pears in a row of robins", "role": "lead"}
    assert robin.post("/join/account", way_in).path == "/second-factor"
    with store.reading() as tx:
        assert people.account(tx, account_id).role == Role.ADMINISTRATOR
    return robin


def test_an_administrator_cannot_open_a_submission_even_after_signing_in_again(
    enter: SimpleNamespace, cast: Cast, clock: Clock, things: dict[str, Any]
) -> None:
    token = enter.alex.token("/admin/staff/new")
    clock.forward(minutes=31)
    page = f"/submissions/{things['submission_id']}"
    sent = {"csrf_token": token, "page": page, "name": "Robin", "role": "practitioner"}
    reply = enter.alex.client.post(page, data=sent)
    assert reply.status_code in (302, 303, 404, 405)
    way_in = {"sign_in_name": "alex", "passphrase": cast.alex.passphrase, "next": page}
    back = enter.alex.post("/sign-in", way_in)
    assert CANARY not in back and back.path in ("/second-factor", page)
    enter.alex.sign_in(cast, cast.alex)
    assert enter.alex.client.get(page).status_code == 404


def test_every_administrators_route_has_a_name_that_begins_with_admin() -> None:
    his = {endpoint for endpoint, whom in WHOM.items() if whom == Role.ADMINISTRATOR}
    assert all(endpoint.startswith("admin.") for endpoint in his)
