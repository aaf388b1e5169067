"""Test that saving any form shows a confirmation that screen readers announce."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.every_form import FORMS
from tests.web.every_form.places import browser_of, no_limits, places, typed
from tests.web.every_form.wrong import Fields

__all__ = ["no_limits", "places"]  # imported because they are fixtures

SAYS_SO_IN_ITS_WORDS = {"a new slip for an administrator", "approving staff"}
"""Forms that lead to a new joining code, not a confirmation."""


def title(page: str) -> str:
    found = re.search("<title>(.*?)</title>", page)
    assert found
    return found[1]


@pytest.mark.usefixtures("no_limits")
def test_saving_any_form_is_confirmed(app: Flask, enter: SimpleNamespace, places: Fields) -> None:
    silent, done = [], 0
    for name, form in FORMS.items():
        browser = browser_of(form.who, app, enter, places)
        page, action = (where.format(**places) for where in (form.page, form.action))
        before = browser.get(page)
        fields = {**typed(form.right, places), "csrf_token": browser.token(page)}
        reply = browser.client.post(action, data=fields)
        if reply.status_code >= 400:
            continue  # an earlier form in this test has made the same change
        done += 1
        after = browser.get(reply.location) if reply.location else browser._page(reply)
        asks_on = (reply.location or "").endswith(
            "#now"
        )  # the next question is shown, with the answer above it
        if 'role="alert"' not in after.text and title(after.text) == title(before.text) and not asks_on:
            silent.append(name)
    assert set(silent) <= SAYS_SO_IN_ITS_WORDS and done > len(FORMS) / 2, silent


def test_a_confirmation_appears_in_the_changed_section(cast: Cast, enter: SimpleNamespace) -> None:
    page = enter.sam.post("/my/held/corrections", {"wrong": "My name.", "should": "Samuel."}, of="/my/held")
    assert re.search(r'id="correction">[^<]*</h2>\s*<div id="told" role="alert"', page.text)
    plan = f"/participants/{cast.sam.enrolment_id}/topics"
    page = enter.priya.post(plan, {"session-15": "6", "seen": "0"})
    assert re.search(r'<div id="told" role="alert".*is in the additional session now', page.text, re.DOTALL)


def test_screen_readers_announce_an_error_page(enter: SimpleNamespace, visitor: Visitor) -> None:
    for browser in (enter.sam, visitor):
        page = browser.get("/nowhere")
        assert re.search(r'<div role="alert" aria-labelledby="what"[^>]* autofocus>', page.text)


def test_no_other_element_uses_the_html_id_of_the_confirmation_message() -> None:
    """Don't name a field ``told``: its HTML id would clash with the confirmation message's."""
    templates = Path(__file__).parents[2] / "templates"
    others = [
        path.name
        for path in templates.rglob("*.html")
        if path.name != "base.html" and re.search(r'id="told"|\), "told", ', path.read_text())
    ]
    assert others == []
