"""Test that a form is neither stored nor shown again if somebody else is now signed in."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from companion.domain.people import Role
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import ANYBODY, ENDING, WHOM, address, opens, rules
from tests.security.test_locked_drafts import CARRIED, FIELDS, PAGES, TYPED, fields_of, gives_passphrase
from tests.security.things import browsers, own
from tests.stored import stored
from tests.visitor import Visitor

__all__ = ["browsers", "own"]  # imported because they are fixtures


@pytest.fixture
def work(cast: Cast) -> UUID:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(work, "the-week", "6")
    return work


def mark_of(browser: Visitor, path: str = "/account") -> str:
    return browser.get(path).field("whose")


def test_nobody_can_work_out_a_pages_owner_from_the_code_in_the_page(
    enter: SimpleNamespace, cast: Cast, app: Flask
) -> None:
    sams, again = mark_of(enter.sam), mark_of(enter.sam, "/my/tell")
    elsewhere = Visitor(app)
    elsewhere.sign_in(cast, cast.sam)
    assert sams == again == mark_of(elsewhere) != mark_of(enter.owen)
    assert len(sams) == 32 and cast.sam.viewer.account_id.hex not in sams


def test_a_page_cannot_check_whether_somebody_elses_session_is_still_open(
    enter: SimpleNamespace,
) -> None:
    sams = mark_of(enter.sam)
    for path in ("/still-open", "/still-here"):
        assert enter.sam.client.get(path, headers={"X-Whose": sams}).status_code == 204
        reply = enter.owen.client.get(path, headers={"X-Whose": sams})
        assert reply.status_code == 409 and sams not in reply.text


def test_an_open_page_does_not_keep_another_persons_session_alive(
    enter: SimpleNamespace, clock: Clock
) -> None:
    sams, _owens = mark_of(enter.sam), mark_of(enter.owen)
    for _ in range(2):
        clock.forward(minutes=8)
        enter.owen.client.get("/still-here", headers={"X-Whose": sams})
    assert enter.owen.client.get("/my/").status_code == 302


@pytest.mark.parametrize(
    ("kind", "then"), [("work", "typing"), ("answer", "home"), ("plan", "tell"), ("message", "help")]
)
@pytest.mark.parametrize("locked", [False, True], ids=["", "locked"])
def test_a_draft_from_one_persons_page_is_never_stored_for_another_person(
    locked: bool, kind: str, then: str, enter: SimpleNamespace, cast: Cast, clock: Clock, work: UUID
) -> None:
    """The form has Owen's valid CSRF token, and both Sam and Owen may use the form's URL."""
    owens = cast.priya.sets(cast.owen, "a-week-of-choices")
    cast.owen.answers(owens, "the-week", "6")
    page, to = (each.format(work=f"/my/work/{work}") for each in PAGES[kind])
    form, whose = fields_of(enter.sam.get(page)), enter.sam.get(page).field("whose")
    token = enter.owen.token("/my/")
    clock.forward(minutes=16 if locked else 0)
    before = stored(cast.store, "last_seen_at")
    sent = {**form, FIELDS[kind]: TYPED, "then": then, "whose": whose, "csrf_token": token}
    reply = enter.owen.client.post(to.replace(str(work), str(owens)), data=sent)
    assert reply.status_code == 409 and TYPED not in reply.text
    assert "Somebody else was signed in on this device" in reply.text
    assert stored(cast.store, "last_seen_at") == before


def test_a_form_is_refused_if_somebody_else_has_since_signed_in_on_the_same_browser(
    enter: SimpleNamespace, cast: Cast, clock: Clock, work: UUID
) -> None:
    """The CSRF token changes when somebody else signs in."""
    page = enter.sam.get(f"/my/work/{work}")
    form = {name: page.field(name) for name in (*CARRIED[:5], "whose", "tab")}
    clock.forward(minutes=16)
    owen = {"sign_in_name": cast.owen.sign_in_name, "passphrase": cast.owen.passphrase}
    assert enter.sam.post("/sign-in", owen).status == 200
    before = stored(cast.store, "last_seen_at")
    for then in ("typing", "", "help"):
        reply = enter.sam.client.post(
            f"/my/work/{work}/draft", data={**form, "answer": TYPED, "then": then, "page": "/my/"}
        )
        assert reply.status_code == 400 and TYPED not in reply.text
    assert stored(cast.store, "last_seen_at") == before
    assert cast.sam.work(work).drafts == {}


def test_a_person_who_signs_in_again_gets_their_typed_text_back(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    page = enter.sam.get(f"/my/work/{work}")
    form = {name: page.field(name) for name in (*CARRIED[:5], "whose", "tab")}
    enter.sam.post("/sign-out", of="/account")
    assert gives_passphrase(enter.sam, cast, "/my/").status == 200
    reply = enter.sam.client.post(f"/my/work/{work}/draft", data={**form, "answer": TYPED})
    assert reply.status_code == 400 and TYPED in reply.text


def test_no_view_accepts_a_form_from_another_persons_page(
    app: Flask, browsers: dict[str, Visitor], enter: SimpleNamespace, cast: Cast, own: dict[str, Any]
) -> None:
    """The test sends a form to every URL to which the signed-in person may send forms."""
    whose = mark_of(enter.owen)
    for role in Role:
        browser = browsers[role]
        token = browser.token("/account")
        for rule in rules(app, "POST"):
            if opens(rule, role) and WHOM[rule.endpoint] not in (ANYBODY, ENDING):
                form = {"csrf_token": token, "whose": whose, "words": TYPED}
                reply = browser.client.post(address(app, rule, own, role), data=form)
                assert reply.status_code == 409 and TYPED not in reply.text, rule


def test_every_form_with_text_fields_says_whose_page_it_is(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any]
) -> None:
    for role in Role:
        for rule in rules(app, "GET"):
            if not opens(rule, role) or WHOM[rule.endpoint] == ANYBODY:
                continue
            text = browsers[role].client.get(address(app, rule, own, role)).text
            for form in re.findall(r'<form method="post".*?</form>', text, re.DOTALL):
                if re.search(r'<textarea|<input [^>]*type="(text|email|date|radio|checkbox)"', form):
                    assert 'name="whose" value="' in form, (rule, form)
