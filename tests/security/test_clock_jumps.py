"""The machine's clock jumps an hour while people are signed in: nothing is lost, and nothing stays locked."""

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
def test_what_he_types_meanwhile_is_kept_and_he_goes_on_after_his_passphrase(
    hours: int, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    """As after a break: nobody can tell any more how long he was away."""
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


def test_a_small_step_back_changes_nothing(enter: SimpleNamespace, clock: Clock) -> None:
    """As when a clock is corrected, or two machines slightly disagree."""
    assert enter.sam.client.get("/my/").status_code == 200
    clock.forward(seconds=-SECONDS)
    assert enter.sam.client.get("/my/").status_code == 200
    clock.forward(minutes=15)  # from then on, not from the later moment
    assert enter.sam.client.get("/my/").location.startswith("/sign-in?next=")


def test_after_a_jump_back_a_proof_is_none_and_a_session_ends_at_last(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    priya = enter.priya.client
    clock.forward(seconds=-FRESH_FOR.total_seconds())
    assert priya.get("/account/signing-in/passphrase").location.startswith("/confirm?next=")
    clock.forward(seconds=(IdleRule.whole + FRESH_FOR).total_seconds())
    assert priya.get("/caseload").location.startswith("/sign-in?next=")


def test_a_session_of_a_clock_that_was_days_ahead_is_over_when_it_is_right(
    enter: SimpleNamespace, cast: Cast, store: Store, clock: Clock
) -> None:
    """Otherwise it would last for those days and twelve hours."""
    sam = enter.sam.client
    assert sam.get("/my/").status_code == 200
    clock.forward(days=-3)
    assert gives_passphrase(enter.sam, cast.sam).path == "/my/"
    with store.reading() as tx:
        assert [each.since for each in sessions.mine(tx, cast.sam.viewer, clock.now)] == [clock.now]


@JUMPS
def test_nobody_waits_longer_than_without_it(hours: int, store: Store, cast: Cast, clock: Clock) -> None:
    """After a jump back, a window would end an hour late; after a clock that was years ahead, never."""
    for what in ("sign-in.account", "sign-in.address"):
        assert spends(store, what, rate_limits.LIMITS[what], clock) == 0
        assert spends(store, what, 1, clock) == rate_limits.MINUTES * 60
    for way in (hours, -hours):
        clock.forward(hours=way)
        for what in ("sign-in.account", "sign-in.address"):
            longest = max(rate_limits.lengths(what)) + rate_limits.AHEAD
            assert spends(store, what, 1, clock) <= longest.total_seconds()


def test_two_machines_that_do_not_quite_agree_let_nobody_through(store: Store, clock: Clock) -> None:
    what = "sign-in.account"
    clock.forward(seconds=SECONDS)
    assert spends(store, what, 1, clock) == 0
    clock.forward(seconds=-SECONDS)
    assert spends(store, what, rate_limits.LIMITS[what], clock) > 0


def spends(store: Store, what: str, tries: int, clock: Clock) -> int:
    """Return for how many seconds somebody has to wait after this many more attempts."""
    waits = 0
    for _ in range(tries):
        try:
            rate_limits.take(store, clock.now, (what, "somebody"))
        except SlowDown as slow:
            waits = slow.seconds
    return waits


@JUMPS
def test_a_code_of_the_right_time_counts_again_when_the_clock_is_right_and_once(
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
    assert "has been used" in gives(right)
    assert gives(right + 30) == "/caseload"


def test_the_record_holds_whatever_the_clock_says(
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
