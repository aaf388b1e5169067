"""Test that a handover moves access to a participant's pages to the new practitioner."""

from types import SimpleNamespace

from flask import Flask
from werkzeug.routing import Rule

from companion.domain.people import Role
from companion.store.base import Store
from tests.cast import Cast
from tests.security.for_whom import WHOM, address, outcome, rules
from tests.security.things import FILLED_IN, things_of
from tests.stored import stored

PRIYAS_OWN = {"away_id", "group_id", "meeting_id", "phrase_id"}


def about_him(rule: Rule) -> bool:
    """Return whether a practitioner's page is about one particular participant."""
    named = {name for name in rule.arguments if name.endswith("_id")}
    return WHOM[rule.endpoint] == Role.PRACTITIONER and bool(named) and not named & PRIYAS_OWN


def test_after_a_handover_only_the_new_practitioner_can_open_the_participants_pages(
    app: Flask, enter: SimpleNamespace, cast: Cast, store: Store
) -> None:
    things = things_of(cast, cast.sam, cast.priya)
    things["version_id"] = things["draft_id"] = things["own_version_id"]
    priya, daniel, wrong = enter.priya, enter.daniel, []
    cast.priya.hands_over(cast.sam, cast.daniel)
    form = {**FILLED_IN, "csrf_token": priya.token("/account"), "due": things["appointment_id"]}
    before = stored(store, "audit_entries", "last_seen_at")
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if not about_him(rule):
                continue
            path, data = address(app, rule, things), form if method == "POST" else None
            reply = priya.client.open(path, method=method, data=data)
            if outcome(reply) != "nothing here":
                wrong.append(f"{method} {path}: {outcome(reply)} for Priya")
    assert stored(store, "audit_entries", "last_seen_at") == before
    for rule in rules(app, "GET"):
        if about_him(rule):
            path = address(app, rule, things)
            if outcome(daniel.client.get(path)) != "open":
                wrong.append(f"{path} for Daniel")
    assert wrong == []


def test_a_handover_moves_adapted_activities_to_the_new_practitioner(
    enter: SimpleNamespace, cast: Cast
) -> None:
    things = things_of(cast, cast.sam, cast.priya)
    page = f"/activities/{things['activity_id']}"
    assert enter.priya.get(page).status == 200 and enter.daniel.get(page).status == 404
    cast.priya.hands_over(cast.sam, cast.daniel)
    assert enter.priya.get(page).status == 404 and enter.daniel.get(page).status == 200
