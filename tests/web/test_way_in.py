"""Test signing in, locking, unlocking, signing out and leaving the site."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from companion.store.base import Store
from companion.web.public import leave_site
from tests.cast import Cast
from tests.fixtures import Clock
from tests.visitor import Visitor


def test_a_participant_who_signs_in_sees_their_start_page(visitor: Visitor, cast: Cast) -> None:
    page = visitor.sign_in(cast, cast.sam)
    assert page.path == "/my/" and "Sam" in page


def test_a_refused_sign_in_shows_the_same_text_for_known_and_unknown_names(
    visitor: Visitor, cast: Cast
) -> None:
    pages = []
    for name in (cast.sam.sign_in_name, "xxx"):
        page = visitor.post("/sign-in", {"sign_in_name": name, "passphrase": "not this one at all"})
        assert page.status == 422 and "don't match" in page
        pages.append(page.text.replace(page.field("csrf_token"), "").replace(f'"{name}"', ""))
    assert pages[0] == pages[1]


def test_signing_in_after_an_idle_timeout_returns_a_participant_to_their_page(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    page = enter.sam.get(f"/my/work/{piece}")
    fields = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    clock.forward(minutes=16)
    response = enter.sam.client.post(
        f"/my/work/{piece}/answers", data={**fields, "answer": "I walked"}, follow_redirects=True
    )
    assert response.request.path == "/sign-in" and b"I walked" not in response.data
    after = enter.sam.post(
        "/sign-in",
        {
            "sign_in_name": cast.sam.sign_in_name,
            "passphrase": cast.sam.passphrase,
            "next": f"/my/work/{piece}",
        },
    )
    assert after.path == f"/my/work/{piece}" and "I walked" in after


def test_leaving_the_site_ends_the_session_at_once(enter: SimpleNamespace) -> None:
    cookie = enter.sam.client.get_cookie("companion")
    response = enter.sam.client.post("/leave")
    assert response.status_code == 303 and enter.sam.client.get_cookie("companion") is None
    enter.sam.client.set_cookie("companion", cookie.value)
    assert enter.sam.client.get("/my/").status_code == 302


@contextmanager
def hanging(store: Store, server: str) -> Iterator[None]:
    """Let no session be ended during the ``with`` block."""
    with store.writing() as tx:
        if server:
            tx.execute(text("LOCK TABLE web_sessions"))
        yield


def leaves(browser: Visitor, cookie: str) -> None:
    """Leave the site with this cookie, and check that the browser loses it."""
    browser.client.set_cookie("companion", cookie)
    response = browser.client.post("/leave")
    assert response.status_code == 303 and browser.client.get_cookie("companion") is None


def signed_in(browser: Visitor, cookie: str) -> bool:
    """Return whether this cookie's session still exists when all waiting sessions have been ended."""
    while leave_site.ENDINGS.waiting:
        signal.sigtimedwait([], 0.01)
    browser.client.set_cookie("companion", cookie)
    return bool(browser.client.get("/my/").status_code == 200)


def test_leaving_the_site_does_not_wait_for_the_database(
    enter: SimpleNamespace, store: Store, server: str
) -> None:
    cookie = enter.sam.client.get_cookie("companion").value
    with hanging(store, server):
        leaves(enter.sam, cookie)
    assert not signed_in(enter.sam, cookie)


def test_while_the_database_hangs_only_one_person_who_leaves_waits_for_it(
    enter: SimpleNamespace, store: Store, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leave_site, "PATIENCE_SECONDS", 4)
    sams, owens = (each.client.get_cookie("companion").value for each in (enter.sam, enter.owen))
    first = threading.Thread(target=leaves, args=(enter.sam, sams))
    with hanging(store, server):
        first.start()
        while not leave_site.ENDINGS.waiting and first.is_alive():
            signal.sigtimedwait([], 0.01)
        for _ in range(3):
            leaves(enter.owen, owens)
            leaves(enter.owen, sams)
        assert first.is_alive() and leave_site.ENDINGS.waiting == 2
    first.join()
    assert not signed_in(enter.sam, sams) and not signed_in(enter.owen, owens)


def test_a_limited_number_of_sessions_wait_to_be_ended(
    enter: SimpleNamespace, store: Store, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leave_site, "WAITING_MOST", 1)
    sams, owens = (each.client.get_cookie("companion").value for each in (enter.sam, enter.owen))
    with hanging(store, server):
        leaves(enter.sam, sams)
        leaves(enter.owen, owens)
        assert leave_site.ENDINGS.waiting == 1


def test_work_that_is_done_again_shows_the_answers_from_the_previous_round(
    enter: SimpleNamespace, cast: Cast
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece, {"glad-of": ["I walked instead of going online"]})
    cast.priya.returns(cast.sam.submits(piece), "Could you say more about the walk?", glad_of="Where to?")
    cast.sam.answers(piece, "glad-of", "I walked to the bridge and back")
    for _ in ("while the round is open", "when it is handed in"):
        page = enter.sam.get(f"/my/work/{piece}")
        for words in ("to the bridge and back", "instead of going online", "In round 1", "Where to?"):
            assert words in page, words
        if cast.sam.work(piece).is_open:
            cast.sam.submits(piece)
