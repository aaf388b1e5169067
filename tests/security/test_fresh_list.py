"""Test that exactly the sensitive views require a recent confirmation of identity.

The test reads each view's code to find out what the view does.
"""

import ast
import html
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from flask import Flask

from companion.domain.accounts.second_factors import FRESH_FOR
from companion.domain.people import Role
from companion.services.records import erasure
from companion.store.records import erasures
from companion.web.gate import access
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import address, opens, rules
from tests.security.things import browsers, own
from tests.visitor import Page, Visitor

__all__ = ["browsers", "own"]  # the tests below use these fixtures

MAKES = {
    "Invitation": "a slip",
    "Erasure": "an erasure",
    "Passkey": "a passkey",
    "RecoveryCode": "recovery codes",
    "OneTimeCode": "a one-time code",
    "CalendarFeed": "a calendar address",
}
"""Tables where adding a row can give somebody access, or get a participant's data erased."""
CHANGES = {
    "passphrase_hash": "a passphrase",
    "reset_asked_at": "a reset",
    "return_asked_at": "letting somebody back in",
}
"""Columns in which a changed value can give somebody access."""
NOT_FRESH = {
    "participant.plan_text": "the plan that he has open, as text: it shows no more than the page",
    "participant.appointment_file": "the time of one appointment of his own, without a name",
    "activities.file": "questions that the service wrote, and nothing of a person",
}
"""Downloads that need no recent confirmation of identity, each with the reason."""


def refers_to(function: FunctionType, tree: ast.AST) -> Iterator[object]:
    """Yield each function and class that a function uses, in whatever module it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield function.__globals__.get(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = function.__globals__.get(node.value.id)
            if isinstance(module, ModuleType):
                yield getattr(module, node.attr, None)


@cache
def source(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def reached(view: Callable[..., Any]) -> set[FunctionType]:
    """Return the view, and every function of Companion that the view can call."""
    found: set[FunctionType] = set()
    waiting: list[object] = [view]
    while waiting:
        each = inspect.unwrap(one) if callable(one := waiting.pop()) else None
        if (
            not isinstance(each, FunctionType)
            or each in found
            or not each.__module__.startswith("companion.")
        ):
            continue
        found.add(each)
        waiting += refers_to(each, source(each))
    return found


def does(function: FunctionType) -> Iterator[str]:
    """Yield a function's own sensitive actions, not those of functions that it calls."""
    for node in ast.walk(source(function)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKES:
            yield MAKES[node.func.id]
        if isinstance(node, ast.Assign):
            yield from (
                CHANGES[each.attr]
                for each in node.targets
                if isinstance(each, ast.Attribute) and each.attr in CHANGES
            )
        if isinstance(node, ast.Constant) and "attachment" in str(node.value).split(";")[0].split():
            yield "a download"


def weighty(app: Flask) -> dict[str, set[str]]:
    """For each view behind sign-in, return its sensitive actions."""
    found = {}
    with app.app_context():
        for endpoint, view in app.view_functions.items():
            rule = access.rule_of(endpoint)
            if rule and rule.roles:
                found[endpoint] = {what for each in reached(view) for what in does(each)}
    return {endpoint: what for endpoint, what in found.items() if what}


def test_every_sensitive_view_requires_a_recent_confirmation_of_identity(app: Flask) -> None:
    found = weighty(app)
    with app.app_context():
        stale = {endpoint for endpoint in found if not getattr(access.rule_of(endpoint), "fresh", False)}
    assert stale == set(NOT_FRESH), {each: found.get(each) for each in stale ^ set(NOT_FRESH)}


def test_views_exist_for_every_kind_of_sensitive_action(app: Flask) -> None:
    """The other tests find actions by the names of tables and columns, so they would miss a renamed one."""
    seen = {what for each in weighty(app).values() for what in each}
    assert seen == {*MAKES.values(), *CHANGES.values(), "a download"}


TYPED_INTO = re.compile(r'<textarea|<input(?![^>]*type="(?:hidden|radio|checkbox)")')


def asked_too_late(app: Flask, page: Page) -> Iterator[str]:
    """Yield the page's forms that have text fields and are followed by a "confirm who you are" step."""
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", page.text, re.DOTALL):
        if 'method="post"' not in attributes:
            continue
        to = re.search(r'action="([^"]*)"', attributes)
        urls = app.url_map.bind("localhost")
        endpoint, _ = urls.match(re.split("[?#]", html.unescape(to[1]) if to else page.path)[0], "POST")
        with app.app_context():
            rule = access.rule_of(endpoint)
        if rule and rule.fresh and TYPED_INTO.search(inside):
            yield endpoint


def test_sensitive_pages_show_their_forms_only_after_people_confirm_who_they_are(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any], clock: Clock, cast: Cast
) -> None:
    # Owen's record isn't protected by a legal hold, so the erasure can be approved
    erasure.ask_for_erasure(cast.owen.actor)
    with cast.store.reading() as tx:
        waiting = erasures.requests(tx, cast.margaret.viewer)
    own["request_id"] = next(each.id for each in waiting if each.account_id == cast.owen.viewer.account_id)
    clock.forward(seconds=FRESH_FOR.total_seconds())
    late, seen = set(), 0
    for role in Role:
        for rule in rules(app, "GET"):
            if not opens(rule, role):
                continue
            path = address(app, rule, own, role)
            reply = browsers[role].client.get(path)
            assert reply.status_code < 500, path
            if reply.status_code == 200 and reply.mimetype == "text/html":
                page = Page(200, path, reply.get_data(as_text=True), {})
                seen += 1
                late |= {(rule.endpoint, endpoint) for endpoint in asked_too_late(app, page)}
    assert late == set() and seen > 100
