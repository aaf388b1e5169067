"""Test the page on which people see and end their own sessions."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from companion.cli.background.gauges import Measures
from companion.cli.background.loop import work
from companion.config import Settings
from companion.domain.accounts.devices import KNOWN_FOR, KNOWN_MOST
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.services.accounts import my_sessions
from companion.services.act import Actor
from companion.services.messages import threads
from companion.store import people
from companion.store.accounts import devices, sessions
from companion.store.accounts.devices import KnownDevice
from companion.store.accounts.sessions import ParkedForm, SignedIn, WebSession
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.store.keys import hash_of
from companion.store.rate_limits import Try
from tests.cast import Cast
from tests.counting import counted
from tests.fixtures import Clock
from tests.people import Somebody
from tests.security.test_sessions import code_of, cookie_of, gives_passphrase, token_of
from tests.visitor import Visitor

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1"
PAGE = "/account/sessions"


def comes_in(app: Flask, who: Somebody, says: str = ANDROID, **fields: str) -> Visitor:
    """Return a browser in which this person has signed in."""
    browser = Visitor(app)
    form = {"sign_in_name": who.sign_in_name, "passphrase": who.passphrase, **fields}
    assert browser.post("/sign-in", form, **{"User-Agent": says}).status == 200
    return browser


def session_of(app: Flask, store: Store, browser: Visitor) -> SignedIn:
    with store.reading() as tx:
        row = tx.scalars(
            select(WebSession).where(WebSession.token_hash == hash_of(token_of(app, cookie_of(browser))))
        ).one()
        found = sessions.find(tx, token_of(app, cookie_of(browser)), row.last_seen_at)
    assert found
    return found


def mark_of(browser: Visitor) -> str:
    found = browser.client.get_cookie("companion-device")
    return found.value if found else ""


def is_in(browser: Visitor) -> bool:
    return browser.client.get("/account").status_code == 200


def events(store: Store, viewer: Viewer) -> list[str]:
    with store.reading() as tx:
        query = (
            select(AuditEntry.event)
            .where(AuditEntry.actor_id == viewer.account_id)
            .order_by(AuditEntry.at, AuditEntry.id)
        )
        return list(tx.scalars(query))


def test_people_see_where_and_since_when_they_are_signed_in(app: Flask, cast: Cast, clock: Clock) -> None:
    first = comes_in(app, cast.sam, IPHONE)
    clock.forward(hours=1)
    second = comes_in(app, cast.sam)
    comes_in(app, cast.owen, "Firefox/130")
    page = second.get(PAGE)
    assert "Safari on an iPhone" in page and "Chrome on an Android phone or tablet" in page
    assert "Since Tuesday 24 November, 2 pm" in page and "Since Tuesday 24 November, 3 pm" in page
    assert page.text.count("Sign out here") == page.text.count("Sign out there</button>") + 1 == 1
    assert "locked" in page and "Firefox" not in page
    for never in ("Pixel", "537.36", "127.0.0.1", "18_0"):
        assert never not in page
    gives_passphrase(first, cast.sam)
    assert "last seen Tuesday 24 November, 3 pm" in second.get(PAGE)


def test_the_kind_of_device_is_encrypted(app: Flask, cast: Cast, store: Store) -> None:
    comes_in(app, cast.sam, own_device="yes")
    with store.reading() as tx:
        session = tx.scalars(select(WebSession).where(WebSession.kind.is_not(None))).one()
        device = tx.scalars(select(KnownDevice)).one()
        box = store.keys.box(people.account(tx, cast.sam.viewer.account_id).owner)
        assert session.kind and b"Chrome" not in session.kind + device.kind
        assert box.open("web_sessions.kind", session.id, session.kind) == ["Chrome", "android"]
        assert box.open("known_devices.kind", device.id, device.kind) == ["Chrome", "android"]


def test_ending_a_session_signs_its_browser_out_immediately(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock, store: Store
) -> None:
    other, here = Visitor(app), enter.priya
    clock.forward(seconds=30)
    other.sign_in(cast, cast.priya)
    form = {"csrf_token": other.token("/caseload/new"), "page": "/caseload/new", "name": "Robin"}
    there = session_of(app, store, other).session_id
    clock.forward(minutes=29)
    assert is_in(here)
    clock.forward(minutes=2)  # after 31 minutes the other session is locked, and its form is stored
    assert other.client.post("/caseload/new", data=form).status_code == 302
    assert here.post(f"{PAGE}/{there}/ending", of=PAGE).path == PAGE
    # ending the same session a second time changes nothing
    assert here.post(f"{PAGE}/{there}/ending", of=PAGE).path == PAGE
    with store.reading() as tx:
        assert tx.scalars(select(ParkedForm)).all() == []
    assert other.client.get("/caseload").location.startswith("/sign-in")
    assert other.client.post("/caseload/new", data=form).status_code == 401
    assert "locked" not in other.get("/sign-in")  # the session has ended, so it can't be unlocked
    assert is_in(here) and here.get(PAGE).text.count("Sign out here") == 1
    assert events(store, cast.priya.viewer).count(Event.SESSION_ENDED) == 1


def test_a_form_sent_after_its_session_ended_shows_the_typed_text(
    app: Flask, cast: Cast, store: Store
) -> None:
    here, there = comes_in(app, cast.sam), comes_in(app, cast.sam)
    form = {"csrf_token": there.token("/my/messages"), "words": "May I bring my notebook?"}
    here.post(f"{PAGE}/{session_of(app, store, there).session_id}/ending", of=PAGE)
    reply = there.client.post("/my/messages", data=form)
    assert reply.status_code == 401 and "May I bring my notebook?" in reply.text
    assert cast.priya.reads_messages_of(cast.sam).messages == []


def test_ending_the_current_session_signs_its_owner_out(app: Flask, cast: Cast, store: Store) -> None:
    here = comes_in(app, cast.sam)
    page = here.post(f"{PAGE}/{session_of(app, store, here).session_id}/ending", of=PAGE)
    assert page.path == "/sign-in" and "You've signed out." in page and not is_in(here)


def test_ending_all_other_sessions_keeps_the_current_session(app: Flask, cast: Cast) -> None:
    browsers = [comes_in(app, cast.sam, own_device="yes") for _ in range(3)]
    owen = comes_in(app, cast.owen)
    assert browsers[0].post(f"{PAGE}/ending", of=PAGE).path == PAGE
    assert [is_in(each) for each in (*browsers, owen)] == [True, False, False, True]
    assert mark_of(browsers[0])


def test_ending_all_sessions_also_forgets_every_known_device(app: Flask, cast: Cast, store: Store) -> None:
    browsers = [comes_in(app, cast.sam, own_device="yes") for _ in range(2)]
    owen = comes_in(app, cast.owen, own_device="yes")
    page = browsers[0].post(f"{PAGE}/ending", {"this_too": "yes"}, of=PAGE)
    assert page.path == "/sign-in" and not mark_of(browsers[0])
    assert [is_in(each) for each in (*browsers, owen)] == [False, False, True]
    with store.reading() as tx:
        assert tx.scalars(select(KnownDevice.account_id)).all() == [cast.owen.viewer.account_id]


def test_nobody_can_end_other_peoples_sessions(app: Flask, cast: Cast, store: Store) -> None:
    sam, owen = comes_in(app, cast.sam), comes_in(app, cast.owen, own_device="yes")
    with store.reading() as tx:
        device = devices.mine(tx, cast.owen.viewer)[0].id
    for path in (
        f"{PAGE}/{session_of(app, store, owen).session_id}/ending",
        f"/account/devices/{device}/forgetting",
        f"{PAGE}/{uuid4()}/ending",
        f"/account/devices/{uuid4()}/forgetting",
    ):
        assert sam.post(path, of=PAGE).status == 404
    assert is_in(owen)
    with store.reading() as tx:
        assert devices.known(tx, cast.owen.viewer.account_id, mark_of(owen), cast.now) == device
        assert devices.known(tx, cast.sam.viewer.account_id, mark_of(owen), cast.now) is None


def test_somebody_who_knows_only_the_passphrase_cannot_end_the_owners_sessions(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert is_in(enter.priya)
    thief = Visitor(app)
    gives_passphrase(thief, cast.priya)
    token = thief.token("/second-factor")
    for path in (f"{PAGE}/ending", "/account/devices"):
        reply = thief.client.post(path, data={"csrf_token": token, "this_too": "yes"})
        assert reply.location == "/second-factor"
    assert is_in(enter.priya) and not mark_of(thief)
    assert "passphrase entered, but no code yet" in enter.priya.get(PAGE)
    gives_passphrase(thief, cast.priya)
    assert is_in(enter.priya)


def test_the_sessions_page_needs_no_more_sql_for_more_sessions(app: Flask, cast: Cast, store: Store) -> None:
    here = comes_in(app, cast.sam, own_device="yes")
    signed_in = session_of(app, store, here)

    def cost() -> int:
        with counted(store) as said:
            my_sessions.places(store, signed_in, mark_of(here), cast.now)
        return len(said)

    before = cost()
    for _ in range(4):
        comes_in(app, cast.sam, own_device="yes")
    assert cost() == before


@pytest.mark.parametrize("name", ["sam", "priya"])
def test_a_device_becomes_known_only_after_every_sign_in_step(
    name: str, visitor: Visitor, cast: Cast, clock: Clock
) -> None:
    who = getattr(cast, name)
    assert (
        visitor.post("/sign-in", {"sign_in_name": name, "passphrase": "x", "own_device": "yes"}).status == 422
    )
    assert not mark_of(visitor)
    gives_passphrase(visitor, who, own_device="yes")
    if who.totp_secret:
        assert not mark_of(visitor)
        visitor.post("/second-factor", {"code": "000000"})
        assert not mark_of(visitor)
        visitor.post("/second-factor", {"code": code_of(who, cast)})
    assert len(mark_of(visitor)) == 43


def test_a_device_cookie_is_set_only_if_somebody_marks_the_device_as_their_own(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    assert not mark_of(comes_in(app, cast.sam))
    assert is_in(enter.priya) and not mark_of(enter.priya)


def test_scripts_and_other_sites_cannot_read_the_device_cookie(app: Flask, cast: Cast) -> None:
    browser = Visitor(app)
    form = {"sign_in_name": "sam", "passphrase": cast.sam.passphrase, "own_device": "yes"}
    reply = browser.client.post("/sign-in", data={**form, "csrf_token": browser.token("/sign-in")})
    said = next(each for each in reply.headers.getlist("Set-Cookie") if each.startswith("companion-device="))
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(said.split("; "))
    assert f"Max-Age={int(KNOWN_FOR.total_seconds())}" in said


def test_the_sessions_page_lets_people_remember_or_forget_a_device(
    app: Flask, cast: Cast, store: Store
) -> None:
    browser = comes_in(app, cast.sam)
    for _ in range(2):
        assert "This is my own device" not in browser.post("/account/devices", of=PAGE)
    mark = mark_of(browser)
    with store.reading() as tx:
        known = devices.mine(tx, cast.sam.viewer)
    assert mark and len(known) == 1
    page = browser.post(f"/account/devices/{known[0].id}/forgetting", of=PAGE)
    assert "This is my own device" in page and not mark_of(browser)
    made = [each for each in events(store, cast.sam.viewer) if each.startswith("device")]
    assert sorted(made) == [Event.DEVICE_FORGOTTEN, Event.DEVICE_KNOWN]


def test_the_database_does_not_reveal_that_two_people_share_a_device(
    app: Flask, cast: Cast, store: Store
) -> None:
    browser = comes_in(app, cast.sam, own_device="yes")
    mark = mark_of(browser)
    gives_passphrase(browser, cast.owen, own_device="yes")
    assert mark_of(browser) == mark
    with store.reading() as tx:
        hashes = tx.scalars(select(KnownDevice.mark_hash)).all()
    assert len(set(hashes)) == 2 and mark.encode() not in b"".join(hashes)


def test_the_least_recently_used_device_is_forgotten_if_there_are_too_many(
    app: Flask, cast: Cast, clock: Clock, store: Store
) -> None:
    browsers = []
    for _ in range(KNOWN_MOST + 1):
        browsers.append(comes_in(app, cast.sam, own_device="yes"))
        clock.forward(minutes=1)
    with store.reading() as tx:
        known = [devices.known(tx, cast.sam.viewer.account_id, mark_of(each), clock.now) for each in browsers]
    assert [each is not None for each in known] == [False] + [True] * KNOWN_MOST


def test_expired_sessions_are_deleted(
    app: Flask, settings: Settings, cast: Cast, clock: Clock, store: Store
) -> None:
    comes_in(app, cast.sam, own_device="yes")
    Visitor(app).post("/sign-in", {"sign_in_name": "nobody", "passphrase": "x"})

    def left_after(**amount: float) -> list[int]:
        clock.forward(**amount)
        with app.app_context():
            work(store, Measures(settings))
        with store.reading() as tx:
            return [len(tx.scalars(select(each.id)).all()) for each in (Try, WebSession, KnownDevice)]

    assert left_after(minutes=74) == [3, 1, 1]
    assert left_after(minutes=1) == [0, 1, 1]
    assert left_after(hours=22) == [0, 1, 1]
    assert left_after(hours=1) == [0, 0, 1]
    assert left_after(days=180) == [0, 0, 0]


def test_disabling_an_account_stops_its_requests_in_progress(
    app: Flask, enter: SimpleNamespace, cast: Cast, store: Store
) -> None:
    cast.priya.writes_to(cast.sam, "Please bring your notebook.")
    # this request passed the access check before its sender was marked as having left
    let_in = session_of(app, store, enter.priya).viewer
    enter.priya.post("/account/devices", of=PAGE)
    cast.alex.marks_as_left(cast.priya)
    typed = threads.MessageForm(0, "one", {"words": ["One more thing."]})
    with pytest.raises(NotFound):
        threads.send(Actor(store, let_in, cast.now), cast.sam.enrolment_id, uuid4(), typed)
    assert len(cast.sam.reads_messages().messages) == 1
    assert enter.priya.client.get("/caseload").location.startswith("/sign-in")
    with store.reading() as tx:
        assert tx.scalars(select(KnownDevice)).all() == []
        assert tx.scalars(select(WebSession.ended_at)).all() != [None]


def test_a_known_device_is_not_enough_to_sign_in(app: Flask, cast: Cast) -> None:
    mark = mark_of(comes_in(app, cast.sam, own_device="yes"))
    thief = Visitor(app)
    thief.client.set_cookie("companion-device", mark)
    assert thief.client.get("/my/").location.startswith("/sign-in")
    for other in ("", "x", "x" * 43, "x" * 3000, "' OR 1=1 --"):
        thief.client.set_cookie("companion-device", other)
        assert gives_passphrase(thief, cast.owen).path == "/my/"
        assert thief.client.post("/leave").status_code == 303
