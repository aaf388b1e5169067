"""Test that sessions can't be misused. Test that people lose no typed text when a session locks or ends."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from companion.domain.people import Role
from companion.services.accounts import end_all_sessions
from companion.store.accounts.sessions import ParkedForm, WebSession
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.store.keys import WORDS, hash_of
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Participant, Staff
from tests.security.for_whom import ANYBODY, WHOM, address, opens, rules
from tests.security.test_gates import READING
from tests.security.things import browsers, own
from tests.stored import stored
from tests.visitor import Page, Visitor

__all__ = ["browsers", "own"]  # the tests below use these fixtures

START = {"sam": "/my/", "priya": "/caseload"}


def alive(app: Flask, cookie: str, path: str) -> bool:
    """Return whether somebody with this cookie can open the page."""
    thief = app.test_client()
    thief.set_cookie("companion", cookie)
    return thief.get(path).status_code == 200


def cookie_of(browser: Visitor) -> str:
    found = browser.client.get_cookie("companion")
    assert found
    return found.value


def token_of(app: Flask, cookie: str) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's default interface has this method
    return str(signer.loads(cookie)["_user_id"])


def code_of(person: Staff, cast: Cast, later: int = 0) -> str:
    return pyotp.TOTP(person.totp_secret).at(int(cast.now.timestamp()) + later)


def gives_passphrase(browser: Visitor, person: Staff | Participant, **fields: str) -> Page:
    return browser.post(
        "/sign-in", {"sign_in_name": person.sign_in_name, "passphrase": person.passphrase, **fields}
    )


def test_only_the_hash_of_a_session_token_is_stored(app: Flask, enter: SimpleNamespace, store: Store) -> None:
    token = token_of(app, cookie_of(enter.sam))
    with store.reading() as tx:
        assert tx.scalars(select(WebSession.token_hash)).all().count(hash_of(token)) == 1
    assert token not in repr(stored(store))


def test_each_sign_in_step_gives_a_new_token(app: Flask, visitor: Visitor, cast: Cast, clock: Clock) -> None:
    gives_passphrase(visitor, cast.priya)
    before_the_code = cookie_of(visitor)
    assert alive(app, before_the_code, "/second-factor")
    visitor.post("/second-factor", {"code": code_of(cast.priya, cast)})
    working = cookie_of(visitor)
    assert alive(app, working, "/caseload")
    assert not alive(app, before_the_code, "/second-factor") and not alive(app, before_the_code, "/caseload")

    clock.forward(minutes=31)
    gives_passphrase(visitor, cast.priya)
    unlocking = cookie_of(visitor)
    visitor.post("/second-factor", {"code": code_of(cast.priya, cast)})
    assert alive(app, cookie_of(visitor), "/caseload")
    for old in (working, unlocking):
        assert not alive(app, old, "/caseload") and not alive(app, old, "/second-factor")


def test_signing_in_starts_a_session_with_a_new_token(app: Flask, visitor: Visitor, cast: Cast) -> None:
    visitor.get("/sign-in")
    planted = cookie_of(visitor)
    gives_passphrase(visitor, cast.sam)
    first = cookie_of(visitor)
    gives_passphrase(visitor, cast.sam)  # sign in again in the same browser
    assert alive(app, cookie_of(visitor), "/my/")
    assert not alive(app, planted, "/my/") and not alive(app, first, "/my/")


@pytest.mark.parametrize(("name", "minutes"), [("sam", 15), ("priya", 30)])
def test_an_idle_session_locks(name: str, minutes: int, enter: SimpleNamespace, clock: Clock) -> None:
    browser: Visitor = getattr(enter, name)
    for _ in range(2):  # each visit restarts the idle time
        clock.forward(seconds=minutes * 60 - 1)
        assert browser.client.get(START[name]).status_code == 200
    clock.forward(seconds=minutes * 60)
    for _ in range(2):
        assert browser.client.get(START[name]).location.startswith("/sign-in?next=")


def test_even_a_session_in_use_ends_after_twelve_hours(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    token = enter.sam.token(f"/my/work/{piece}")
    for _ in range(71):
        clock.forward(minutes=10)
        assert enter.sam.client.get("/still-here").status_code == 204
    clock.forward(minutes=10)
    draft = {"csrf_token": token, "prompt": "the-week", "answer": "6", "then": "typing"}
    assert enter.sam.client.get("/my/").status_code == 302
    assert enter.sam.client.post(f"/my/work/{piece}/draft", data=draft).status_code == 401
    assert cast.sam.work(piece).drafts == {}


def test_a_locked_session_can_open_only_pages_that_need_no_session(
    app: Flask, browsers: dict[str, Visitor], own: dict[str, Any], clock: Clock
) -> None:
    clock.forward(minutes=31)
    for role in Role:
        for rule in rules(app, "GET"):
            if opens(rule, role) and WHOM[rule.endpoint] != ANYBODY:
                reply = browsers[role].client.get(address(app, rule, own))
                assert reply.location.startswith("/sign-in?next="), rule
                assert_tells_nothing(reply.text)


def assert_tells_nothing(text: str) -> None:
    for word in ("Sam", "Priya", "Margaret", "Robin", "bridge", "kitchen", "A week of choices"):
        assert word not in text


def test_drafts_typed_on_an_open_page_are_kept_after_the_session_locks(
    enter: SimpleNamespace, cast: Cast, clock: Clock, store: Store
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    cast.sam.types(piece, "glad-of", "I walked to the bridge")
    page = enter.sam.get(f"/my/work/{piece}")
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    clock.forward(minutes=15)

    def sends(path: str, **fields: str) -> tuple[int, str]:
        reply = enter.sam.client.post(f"/my/work/{piece}/{path}", data={**form, **fields})
        assert_tells_nothing(reply.text)
        return reply.status_code, reply.headers.get("Location", "")

    def draft() -> object:
        return cast.sam.work(piece).drafts["glad-of"].typed

    assert sends("draft", answer="I walked home", then="typing") == (200, "")
    assert draft() == {"answer": ["I walked home"]}
    for path, then in (("draft", ""), ("answers", ""), ("draft", "help")):
        status, to = sends(path, answer=f"I walked home by {path} {then}", then=then)
        assert status == 303 and to.startswith("/help" if then else "/sign-in?next=")
        assert draft() == {"answer": [f"I walked home by {path} {then}"]}
    assert list(cast.sam.work(piece).answers) == ["the-week"]

    untouched = draft()
    for path in ("draft", "answers"):
        for fields in (
            {"answer": "from another tab", "tab": "another"},
            {"answer": "x" * 100_001},
            {"answer": "6", "prompt": "no-such-prompt"},
        ):
            asked = fields.get("prompt", "glad-of")
            assert sends(path, **fields) == (303, f"/sign-in?next=/my/work/{piece}?change%3D{asked}%23now")
            assert path == "answers" or sends(path, **fields, then="typing")[0] == 200
    sends("submission", seen="1")
    assert draft() == untouched and cast.sam.work(piece).is_open
    assert enter.sam.client.get("/my/").location.startswith("/sign-in")


def test_somebody_who_signs_in_does_not_continue_another_persons_locked_session(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    page = enter.sam.get(f"/my/work/{piece}")
    sams = cookie_of(enter.sam)
    clock.forward(minutes=15)
    form = {"csrf_token": page.field("csrf_token"), "prompt": "glad-of", "answer": "I walked to the bridge"}
    enter.sam.client.post(f"/my/work/{piece}/answers", data=form)
    page = gives_passphrase(enter.sam, cast.owen, next=f"/my/work/{piece}")
    assert page.status == 404 and "bridge" not in page
    assert "Owen" in enter.sam.get("/my/") and "Sam" not in enter.sam.get("/my/")
    assert not alive(app, sams, "/my/")


def test_signing_in_as_somebody_else_ends_the_earlier_session(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    token, sams = enter.sam.token("/my/"), cookie_of(enter.sam)
    assert alive(app, sams, "/my/")
    form = {"csrf_token": token, "sign_in_name": cast.owen.sign_in_name, "passphrase": cast.owen.passphrase}
    assert enter.sam.client.post("/sign-in", data=form).status_code == 303
    assert "Owen" in enter.sam.get("/my/") and not alive(app, sams, "/my/")


@pytest.mark.parametrize("idle", [0, 20])
@pytest.mark.parametrize("way", ["/sign-out", "/leave"])
def test_signing_out_or_pressing_leave_this_site_ends_the_session(
    way: str, idle: int, app: Flask, enter: SimpleNamespace, clock: Clock, store: Store
) -> None:
    form, cookie = {"csrf_token": enter.sam.token("/my/")}, cookie_of(enter.sam)
    clock.forward(minutes=idle)  # leaving must also work for a session that has locked in the meantime
    assert enter.sam.client.post(way, data=form).status_code == 303
    assert not alive(app, cookie, "/my/")
    with store.reading() as tx:
        row = tx.scalars(select(WebSession).where(WebSession.token_hash == hash_of(token_of(app, cookie))))
        assert row.one().ended_at == clock.now


@pytest.fixture
def feedback(cast: Cast) -> str:
    """Return the page of a submission that is waiting for Priya's feedback."""
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    return f"/submissions/{cast.sam.submits(piece)}"


def writes_for_too_long(browser: Visitor, page: str, clock: Clock, button: str) -> None:
    """Spend half an hour filling in a form, then press a button."""
    shown = browser.get(page)
    form = {name: shown.field(name) for name in ("csrf_token", "page", "seen")}
    clock.forward(minutes=30)
    typed = {
        **form,
        "comment-the-week": "You noticed a lot.",
        "comment-": "Thank you.",
        "words": "Say more, please",
    }
    reply = browser.client.post(f"{page}/{button}", data=typed)
    assert reply.location == f"/sign-in?next={page}"


@pytest.mark.parametrize("button", ["feedback", "release", "return"])
def test_feedback_is_kept_if_the_session_locks_during_typing(
    button: str, feedback: str, enter: SimpleNamespace, cast: Cast, clock: Clock, store: Store
) -> None:
    writes_for_too_long(enter.priya, feedback, clock, button)
    assert "We've kept what you typed, but it hasn't been sent yet." in enter.priya.get("/caseload")
    gives_passphrase(enter.priya, cast.priya, next=feedback)
    page = enter.priya.post("/second-factor", {"code": code_of(cast.priya, cast), "next": feedback})
    assert page.path == feedback
    for words in ("You noticed a lot.", "Thank you.", "Say more, please"):
        assert words in page
    review = cast.priya.reads(UUID(feedback.removeprefix("/submissions/")))
    # the practitioner has to send the feedback again
    assert review.revision == 0 and review.submission.outcome is None

    fields = {name: page.field(name) for name in ("page", "seen", "tab", "beat")}
    fields |= {"comment-the-week": "You noticed a lot.", "words": "Say more, please"}
    enter.priya.post(f"{feedback}/{button}", fields, of=feedback)
    assert cast.priya.reads(review.submission.id).submission.comments == {"the-week": "You noticed a lot."}
    with store.reading() as tx:
        assert tx.scalars(select(ParkedForm)).all() == []


def test_a_form_kept_while_a_session_is_locked_is_not_lost_when_another_page_is_opened(
    feedback: str, enter: SimpleNamespace, clock: Clock, store: Store
) -> None:
    writes_for_too_long(enter.priya, feedback, clock, "feedback")
    before = stored(store, *READING)
    for method in ("GET", "HEAD", "OPTIONS"):
        enter.priya.client.open("/caseload", method=method)
    assert stored(store, *READING) == before


def test_no_secret_is_stored_with_a_form_sent_in_a_locked_session(
    enter: SimpleNamespace, cast: Cast, clock: Clock, store: Store
) -> None:
    form = {"csrf_token": enter.priya.token("/caseload/new"), "page": "/caseload/new", "name": "Robin"}
    clock.forward(minutes=30)
    secrets = {"word": "lighthouse", "passphrase": "orange tents", "code": "123456"}
    enter.priya.client.post("/caseload/new", data={**form, **secrets})
    with store.reading() as tx:
        row = tx.scalars(select(ParkedForm)).one()
        assert store.keys.box(WORDS).open("held_forms.typed", row.id, row.typed) == [
            "/caseload/new",
            {"name": ["Robin"]},
        ]


def test_a_form_kept_while_a_session_is_locked_is_never_shown_to_somebody_else(
    feedback: str, app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    writes_for_too_long(enter.priya, feedback, clock, "feedback")
    gives_passphrase(enter.priya, cast.daniel)
    page = enter.priya.post("/second-factor", {"code": code_of(cast.daniel, cast)})
    assert page.path == "/caseload" and "noticed" not in page
    assert enter.priya.get(feedback).status == 404


def test_an_operator_can_end_all_sessions_at_once(
    app: Flask, enter: SimpleNamespace, cast: Cast, store: Store
) -> None:
    work = cast.priya.sets(cast.sam, "hopes-and-fears")
    prompt = cast.sam.work(work).activity.prompts[0].id
    cast.sam.types(work, prompt, "Half a sentence")
    browsers = {
        "/my/": enter.sam,
        "/caseload": enter.priya,
        "/lead/": enter.margaret,
        "/admin/staff": enter.alex,
    }
    before = stored(store, "web_sessions", "audit_entries", "held_forms")
    assert all(browser.get(path).path == path for path, browser in browsers.items())
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["sessions", "end-all"])
    said = re.match(r"(\d+) sessions ended\.", done.output)
    assert done.exit_code == 0 and said and int(said[1]) >= len(browsers)
    assert all(browser.client.get(path).status_code == 302 for path, browser in browsers.items())
    assert enter.sam.get("/help").status == 200
    assert stored(store, "web_sessions", "audit_entries", "held_forms") == before
    assert "Half a sentence" in repr(cast.sam.work(work).drafts)
    with store.reading() as tx:
        recorded = tx.scalars(select(AuditEntry.detail).where(AuditEntry.event == Event.SESSIONS_ENDED)).all()
    assert recorded == [f"everybody:{said[1]}"]
    assert end_all_sessions.end_all(store, cast.now) == 0
    enter.sam.sign_in(cast, cast.sam)
    assert enter.sam.get("/my/").path == "/my/"
