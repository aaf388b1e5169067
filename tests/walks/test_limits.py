"""Check that rate limits work as a simple model predicts. The attempts and their times are random. Each
attempt counts towards several rate limits, such as one for the sign-in name and one for the address.
"""

from datetime import timedelta

import hypothesis
import pytest
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from companion.domain.refusals import SlowDown
from companion.store import rate_limits
from companion.store.base import Store
from tests.fixtures import TUESDAY
from tests.walks.counts import walks
from tests.walks.sandbox import Sandbox
from tests.walks.windows import Windows

FEW = dict.fromkeys(rate_limits.LIMITS, 2) | {
    "sign-in.account": 9,
    "sign-in.address": 6,
    "sign-in.overall": 5,
}
"""Limits so low that a short random case can reach every limit."""
WHATS = some.sampled_from(["sign-in.account", "code.account", "sign-in.overall", "export.account"])
WHOSE = some.sampled_from(["sam", "kim"])
SECONDS = some.sampled_from([0, 1, 60, 899, 900, 901, 1799, 1800, 3599, 3600, 5000, 7200])


class Tries(RuleBasedStateMachine):
    """Make random attempts to sign in and to do other rate-limited things. Some attempts succeed."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store, self.oracle, self.now = Sandbox(store), Windows(FEW), TUESDAY

    @rule(what=WHATS, whose=WHOSE, times=some.integers(1, 4))
    def tries(self, what: str, whose: str, times: int) -> None:
        with self.store.writing() as tx:
            for _ in range(times):
                waits = 0
                try:
                    rate_limits.count(tx, what, whose, self.now)
                except SlowDown as slow:
                    waits = slow.seconds
                assert waits == self.oracle.tries(what, whose, self.now)
            tx.commit()

    @rule(what=WHATS, times=some.integers(2, 3), late=some.sampled_from([0, 1, 3599, 3600]))
    def guesses_on_and_on(self, what: str, times: int, late: int) -> None:
        for _ in range(4):
            self.tries(what, "sam", times)
            self.now = self.oracle.newest[what, "sam"].ends + timedelta(seconds=late)

    @rule(whose=WHOSE, address=some.sampled_from("ab"), known=some.booleans())
    def takes_several(self, whose: str, address: str, known: bool) -> None:
        several = [("sign-in.account", whose), ("sign-in.address", address), ("sign-in.overall", "")]
        waits = 0
        try:
            rate_limits.take(self.store, self.now, *several, known=known)
        except SlowDown as slow:
            waits = slow.seconds
        assert waits == self.oracle.take(self.now, *several, known=known)

    @rule(what=WHATS, whose=WHOSE)
    def succeeds(self, what: str, whose: str) -> None:
        with self.store.writing() as tx:
            rate_limits.forget(tx, what, whose)
            tx.commit()
        self.oracle.succeeds(what, whose)

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def what_is_old_is_dropped(self) -> None:
        with self.store.writing() as tx:
            rate_limits.drop_old(tx, self.now)
            tx.commit()

    def teardown(self) -> None:
        self.store.forget()


def test_rate_limits_allow_the_same_attempts_as_a_simple_model(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "LIMITS", FEW)
    many = hypothesis.settings(walks(1000), stateful_step_count=7)
    run_state_machine_as_test(lambda: Tries(store), settings=many)
