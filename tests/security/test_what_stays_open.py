"""Test which pages participants can open after the programme.

A new page for participants must be added to the table in this module.
"""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.domain.enrolments.after_programme import CHOSEN, Scope
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role
from companion.services.enrolments.after_programme import set_after
from companion.store.base import Store
from companion.web.gate import access
from companion.web.gate.scopes import SCOPES, needed
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import SIGNED_IN, WHOM, address, outcome, rules
from tests.security.things import FILLED_IN, things_of
from tests.stored import stored

NOT_OPEN = "You can't use this part of Companion now."


def completes(cast: Cast, clock: Clock) -> None:
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)


def may_write(cast: Cast, clock: Clock) -> None:
    form = {f"{state}-scope": "messages" for state in CHOSEN} | {f"{state}-days": "10" for state in CHOSEN}
    set_after(cast.margaret.actor, form, 0)
    clock.forward(minutes=1)
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY)


def ended_long_ago(cast: Cast, clock: Clock) -> None:
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY)
    clock.forward(days=91)


def test_every_participant_page_is_listed_as_open_or_closed_after_the_programme(
    app: Flask,
) -> None:
    with app.app_context():
        his = {
            endpoint
            for endpoint in app.view_functions
            if (rule := access.rule_of(endpoint)) and rule.roles == {Role.PARTICIPANT}
        }
    assert his == set(SCOPES)
    assert needed("participant.something_new") is Scope.EVERYTHING


@pytest.mark.parametrize(
    ("comes_there", "scope"),
    [(completes, Scope.PLAN), (may_write, Scope.MESSAGES), (ended_long_ago, Scope.HELP)],
)
def test_a_page_that_participants_lose_after_the_programme_accepts_no_changes(
    app: Flask,
    enter: SimpleNamespace,
    cast: Cast,
    clock: Clock,
    store: Store,
    comes_there: Callable[[Cast, Clock], None],
    scope: Scope,
) -> None:
    things, wrong = things_of(cast, cast.sam, cast.priya), []
    comes_there(cast, clock)
    form = {**FILLED_IN, "csrf_token": enter.sam.token("/account")}
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if WHOM[rule.endpoint] not in (Role.PARTICIPANT, SIGNED_IN):
                continue
            stays = WHOM[rule.endpoint] == SIGNED_IN or scope.holds(SCOPES[rule.endpoint])
            path, data = address(app, rule, things), form if method == "POST" else None
            before = None if stays else stored(store, "last_seen_at", "audit_entries")
            reply = enter.sam.client.open(path, method=method, data=data)
            if (NOT_OPEN in reply.text) == stays or (not stays and reply.status_code != 409):
                wrong.append(f"{method} {path}: {reply.status_code}")
            if before and stored(store, "last_seen_at", "audit_entries") != before:
                wrong.append(f"{method} {path} stored something")
    assert wrong == []


def test_nobody_can_use_the_account_of_a_participant_who_has_died(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    things = things_of(cast, cast.sam, cast.priya)
    form = {**FILLED_IN, "csrf_token": enter.sam.token("/account")}
    cast.priya.moves(cast.sam, PathwayState.DIED)
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if WHOM[rule.endpoint] in (Role.PARTICIPANT, SIGNED_IN):
                path, data = address(app, rule, things), form if method == "POST" else None
                assert outcome(enter.sam.client.open(path, method=method, data=data)) == "sign in", path
    page = enter.sam.post("/sign-in", {"sign_in_name": "sam", "passphrase": cast.sam.passphrase})
    assert page.status == 422 and "don't match" in page
    assert enter.priya.get(f"/submissions/{things['submission_id']}").status == 200


def test_people_can_always_find_help_and_report_a_concern(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY)
    clock.forward(days=91, seconds=timedelta(hours=1).seconds)
    home = enter.sam.get("/my/")
    assert "You can still open the help page, day or night." in home
    assert (
        "On working days, the leads read what you tell us, but not in the evening" in home
    )  # participants can write at night, but staff read it only on working days
    assert enter.sam.post("/my/tell", {"words": "I need to say this."}).status == 200
    assert enter.sam.get("/help").status == 200
    assert enter.sam.client.post("/leave", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
