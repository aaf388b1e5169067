"""Test that nobody's attempts use up what other people share."""

from collections.abc import Callable

import pytest

from companion.domain.refusals import SlowDown
from companion.store import rate_limits
from companion.store.base import Store
from tests.fixtures import TUESDAY

STRANGERS = {"sign-in.overall", "join.overall"}
"""Only people who have proved nothing yet share these limits with everybody."""


def waits(store: Store, *tries: tuple[str, str], known: bool = False) -> str:
    """Try once, and return the limit that refuses, if any."""
    try:
        rate_limits.take(store, TUESDAY, *tries, known=known)
    except SlowDown as slow:
        return slow.what
    return ""


def guess(store: Store, name: str, address: str) -> str:
    return waits(store, ("sign-in.account", name), ("sign-in.address", address), ("sign-in.overall", ""))


def test_a_refused_attempt_counts_only_towards_the_limit_that_refuses_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rate_limits.LIMITS, "sign-in.overall", 70)
    refused = [guess(store, f"name {number}", "127.0.0.1") for number in range(200)]
    assert refused == [""] * 60 + ["sign-in.address"] * 140
    assert [guess(store, f"other {number}", "127.0.0.2") for number in range(10)] == [""] * 10


def test_the_narrowest_limit_is_taken_first_in_whatever_order_it_is_named(store: Store) -> None:
    tries = ("join.overall", ""), ("join.address", "127.0.0.1"), ("join.code", "abc")
    assert [waits(store, *tries) for _ in range(6)] == [""] * 5 + ["join.code"]


def test_the_first_attempts_from_a_network_pass_while_others_keep_everybodys_limit_spent(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rate_limits.LIMITS, "sign-in.overall", 20)
    for number in range(30):
        guess(store, f"name {number}", f"127.0.1.{number % 5}")
    assert [guess(store, "priya", "127.0.0.9") for _ in range(4)] == ["", "", "", "sign-in.overall"]


def test_an_act_that_is_rolled_back_does_not_count(store: Store) -> None:
    def act(commits: bool) -> None:
        with store.writing(TUESDAY) as tx:
            rate_limits.count(tx, "message.thread", "sam", TUESDAY)
            if commits:
                tx.commit()

    acts: list[Callable[[], None]] = [lambda: act(False)] * 30 + [lambda: act(True)] * 20
    for each in acts:
        each()
    with pytest.raises(SlowDown):
        act(True)


def test_every_limit_says_how_wide_it_is() -> None:
    assert {what.partition(".")[2] for what in rate_limits.LIMITS} == {*rate_limits.WIDTHS}


def test_only_strangers_share_a_limit_with_everybody_and_only_behind_one_of_their_own_network() -> None:
    assert {what for what in rate_limits.LIMITS if what.endswith(".overall")} == STRANGERS
    for what in STRANGERS:
        own = rate_limits.LIMITS[what.replace(".overall", ".address")]
        assert rate_limits.FIRST_OF_ADDRESS < own < rate_limits.LIMITS[what] / 10


def test_limits_that_grow_are_taken_apart_from_the_act_so_that_refused_attempts_count(store: Store) -> None:
    for what in rate_limits.GROWING:
        for _ in range(rate_limits.LIMITS[what]):
            assert waits(store, (what, "sam")) == ""
        assert waits(store, (what, "sam")) == what
