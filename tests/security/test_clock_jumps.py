"""Test that signed-in people lose nothing in a clock jump, and can unlock their sessions."""

from types import SimpleNamespace

import pyotp
import pytest

from companion.cli.audit import seal_now
from companion.domain.accounts.second_factors import FRESH_FOR
from companion.domain.accounts.sessions import IdleRule
from companion.domain.refusals import SlowDown
from companion.store import rate_limits
from companion.store.accounts import sessions
from companion.store.audit import verify
from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.test_sessions import gives_passphrase
from tests.visitor import Visitor

JUMPS = pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
SECONDS = 60


@JUMPS
def test_a_draft_typed_after_a_clock_jump_is_kept(
    hours: int, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    page = enter.sam.get(f"/my/work/{piece}")
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    for beat, way in enumerate((hours, -hours), 1):
        clock.forward(hours=way)
        typed = {**form, "answer": str(beat), "beat": beat, "then": "typing"}
        saved = enter.sam.client.post(f"/my/work/{piece}/draft", data=typed)
        assert saved.status_code == 200 and saved.json["locked"]
        assert enter.sam.client.get("/my/").location.startswith("/sign-in?next=")
        assert gives_passphrase(enter.sam, cast.sam).path == "/my/"
        assert cast.sam.work(piece).drafts["the-week"].typed["answer"] == [str(beat)]
    sent = enter.sam.post(f"/my/work/{piece}/answers", {**form, "answer": "7"}, of=f"/my/work/{piece}")
    assert sent.status == 200 and cast.sam.work(piece).answers["the-week"].value == 7


def test_setting_the_clock_back_by_a_minute_does_not_lock_the_session(
    enter: SimpleNamespace, clock: Clock
) -> None:
    """The time can go back when a clock is corrected, or when the next request reaches another server whose
    clock is behind.
    """
    assert enter.sam.client.get("/my/").status_code == 200
    clock.forward(seconds=-SECONDS)
    assert enter.sam.client.get("/my/").status_code == 200
    clock.forward(minutes=15)  # idle time is measured from the earlier of the two times
    assert enter.sam.client.get("/my/").location.startswith("/sign-in?next=")


def test_people_must_repeat_both_sign_in_steps_after_the_clock_goes_back(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    priya = enter.priya.client
    clock.forward(seconds=-FRESH_FOR.total_seconds())
    assert priya.get("/account/signing-in/passphrase").location.startswith("/confirm?next=")
    clock.forward(seconds=(IdleRule.whole + FRESH_FOR).total_seconds())
    assert priya.get("/caseload").location.startswith("/sign-in?next=")


def test_a_session_begun_while_the_clock_was_ahead_ends_after_the_correction(
    enter: SimpleNamespace, cast: Cast, store: Store, clock: Clock
) -> None:
    """If a clock change went unnoticed, the session would stay open days after it should have ended."""
    sam = enter.sam.client
    assert sam.get("/my/").status_code == 200
    clock.forward(days=-3)
    assert gives_passphrase(enter.sam, cast.sam).path == "/my/"
    with store.reading() as tx:
        assert [each.since for each in sessions.mine(tx, cast.sam.viewer, clock.now)] == [clock.now]


@JUMPS
def test_a_clock_jump_never_lengthens_the_wait_for_a_rate_limit(
    hours: int, store: Store, cast: Cast, clock: Clock
) -> None:
    """After the clock goes back by an hour, rate limits must not add an hour's wait."""
    for what in ("sign-in.account", "sign-in.address"):
        assert spends(store, what, rate_limits.LIMITS[what], clock) == 0
        assert spends(store, what, 1, clock) == rate_limits.MINUTES * 60
    for way in (hours, -hours):
        clock.forward(hours=way)
        for what in ("sign-in.account", "sign-in.address"):
            longest = max(rate_limits.lengths(what)) + rate_limits.AHEAD
            assert spends(store, what, 1, clock) <= longest.total_seconds()


def test_a_rate_limit_works_on_two_machines_whose_clocks_differ_slightly(store: Store, clock: Clock) -> None:
    what = "sign-in.account"
    clock.forward(seconds=SECONDS)
    assert spends(store, what, 1, clock) == 0
    clock.forward(seconds=-SECONDS)
    assert spends(store, what, rate_limits.LIMITS[what], clock) > 0


def spends(store: Store, what: str, tries: int, clock: Clock) -> int:
    """Make this many attempts, and return the seconds until the next attempt is allowed."""
    waits = 0
    for _ in range(tries):
        try:
            rate_limits.take(store, clock.now, (what, "somebody"))
        except SlowDown as slow:
            waits = slow.seconds
    return waits


@JUMPS
def test_a_used_one_time_code_stays_used_after_the_clock_is_corrected(
    hours: int, visitor: Visitor, cast: Cast, clock: Clock
) -> None:
    def gives(at: float) -> str:
        visitor.client.delete_cookie("companion")
        gives_passphrase(visitor, cast.priya)
        code = pyotp.TOTP(cast.priya.totp_secret).at(int(at))
        page = visitor.post("/second-factor", {"code": code})
        return page.path if page.path == "/caseload" else page.text

    right = clock.now.timestamp()
    assert gives(right) == "/caseload"
    clock.forward(hours=hours)
    assert "This code isn't right" in gives(right + 30)
    clock.forward(hours=-hours)
    assert "has already been used" in gives(right)
    assert gives(right + 30) == "/caseload"


def test_the_audit_chain_stays_intact_whatever_the_clock_says(
    enter: SimpleNamespace, cast: Cast, store: Store, clock: Clock
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    seal_now(store)
    for answer, hours in (("6", 1), ("7", -2), ("6", 1)):
        clock.forward(hours=hours)
        cast.sam.answers(piece, "the-week", answer)
        seal_now(store)
    with store.reading() as tx:
        verdict = verify(tx)
    assert (verdict.broken_at, verdict.loose) == (None, 0)
