"""Check that random sign-ins succeed or fail as a simple model of signing in predicts.

Each sign-in uses a random name, passphrase, code, browser and address, at a random time.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import hypothesis
import pyotp
import pytest
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from companion.domain.accounts.devices import DeviceKind
from companion.domain.people import Credentials
from companion.domain.refusals import Rejected, SlowDown
from companion.services.accounts import my_sessions, second_step, sign_in
from companion.services.accounts.my_sessions import ArrivedOn
from companion.services.accounts.second_step import Given
from companion.store import rate_limits
from companion.store.accounts import devices, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import TUESDAY
from tests.people import Somebody
from tests.walks.counts import walks
from tests.walks.sandbox import Sandbox
from tests.walks.windows import Windows

FEW = dict.fromkeys(rate_limits.LIMITS, 2) | {
    "sign-in.account": 4,
    "sign-in.address": 6,
    "sign-in.overall": 6,
}
"""Limits so low that a short random case can reach every limit."""
SECONDS = some.sampled_from([1, 30, 60, 600, 900, 1800, 3600, 11 * 3600, 15_552_000])
NAMES = some.sampled_from(["sam", " SAM", "priya", "priya", "kim"])


@dataclass
class Browser:
    """A browser's device cookie and session, and the state that the session should have."""

    mark: str
    token: str = ""
    who: Somebody | None = None
    complete: bool = False
    knows: set[str] = field(default_factory=set)
    """The sign-in names of the accounts for which this browser is a known device."""


class WaysIn(RuleBasedStateMachine):
    """Random attempts to sign in, in two browsers and from two addresses.

    Sam has a passphrase, Priya has a passphrase and a code, and Kim has no account.
    """

    def __init__(self, store: Store, cast: Cast, hasher: Hasher) -> None:
        super().__init__()
        self.store, self.hasher, self.now = Sandbox(store), hasher, TUESDAY
        self.who: dict[str, Somebody] = {"sam": cast.sam, "priya": cast.priya}
        self.browsers = [Browser("first" * 8), Browser("other" * 8)]
        self.windows, self.last_step = Windows(FEW), 0
        self.used: dict[tuple[str, str], datetime] = {}

    @rule(name=NAMES, right=some.booleans(), at=some.integers(0, 1), address=some.sampled_from("ab"))
    def gives_a_passphrase(self, name: str, right: bool, at: int, address: str) -> None:
        browser, plain = self.browsers[at], name.strip().lower()
        who = self.who.get(plain)
        known = who is not None and self._knows(browser, plain)
        tries = [("sign-in.account", plain), ("sign-in.address", address), ("sign-in.overall", "")]
        if known:
            tries[0] = ("sign-in.device", f"{plain} {browser.mark}")
        waits = self.windows.take(self.now, *tries, known=known)
        expected = f"wait {waits}" if waits else "in" if who and right else "wrong_sign_in"
        locked = self._session(browser)
        passphrase = who.passphrase if who and right else "three fast trains to the coast"
        said, entered = "in", None
        try:
            entered = sign_in.sign_in(
                self.store,
                self.hasher,
                Credentials(name, passphrase),
                sign_in.Browser(address, locked, browser.mark),
                self.now,
            )
        except SlowDown as slow:
            said = f"wait {slow.seconds}"
        except Rejected as rejected:
            said = rejected.problems[0].key
        assert said == expected
        if entered and who:
            assert entered.unlocked == (locked is not None and browser.who is who)
            self.windows.succeeds(*tries[0])
            self._enters(browser, who, entered.token, complete=not entered.role.staff)

    @rule(at=some.integers(0, 1), step=some.integers(-2, 2), own=some.booleans())
    def gives_a_code(self, at: int, step: int, own: bool) -> None:
        browser, priya = self.browsers[at], self.who["priya"]
        found = self._session(browser)
        if found is None or browser.who is not priya or browser.complete:
            return
        now = int(self.now.timestamp()) // 30
        account = str(priya.viewer.account_id)
        waits = self.windows.take(self.now, ("code.account", account))
        expected = f"wait {waits}" if waits else "in"
        if not waits and abs(step) > 1:
            expected = "wrong_second_factor"
        elif not waits and now + step <= self.last_step:
            expected = "code_used"
        said, token = "in", ""
        try:
            code = pyotp.TOTP(priya.totp_secret).generate_otp(now + step)
            token = second_step.give(self.store, found, Given(code), self.now)
        except SlowDown as slow:
            said = f"wait {slow.seconds}"
        except Rejected as rejected:
            said = rejected.problems[0].key
        assert said == expected
        if token:
            self.last_step = now + step
            self.windows.succeeds("code.account", account)
            self._enters(browser, priya, token, complete=True, own=own)

    @rule(at=some.integers(0, 1))
    def calls_the_device_his_own(self, at: int) -> None:
        browser = self.browsers[at]
        if (found := self._session(browser)) and browser.who:
            self._arrives(browser, browser.who, found, own=True)

    @rule(at=some.integers(0, 1), all_of_it=some.booleans())
    def ends_it(self, at: int, all_of_it: bool) -> None:
        browser = self.browsers[at]
        found = self._session(browser)
        if found is None or browser.who is None:
            return
        if all_of_it and browser.complete:
            my_sessions.end_sessions(self.store, found, self.now, this_too=True)
            for each in self.browsers:
                each.knows.discard(browser.who.sign_in_name)
        else:
            sign_in.sign_out(self.store, browser.token, self.now)
        assert self._session(browser) is None

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _enters(
        self, browser: Browser, who: Somebody, token: str, *, complete: bool, own: bool = False
    ) -> None:
        before = browser.token
        browser.token, browser.who, browser.complete = token, who, complete
        found = self._session(browser)
        assert found and found.viewer == who.viewer and found.complete == complete and not found.locked
        assert before != token
        self._arrives(browser, who, found, own=own)

    def _arrives(self, browser: Browser, who: Somebody, found: SignedIn, *, own: bool) -> None:
        name = who.sign_in_name
        known = browser.complete and (own or self._knows(browser, name))
        assert (
            my_sessions.arrive(self.store, found, ArrivedOn(DeviceKind(), browser.mark, own=own), self.now)
            == known
        )
        if known:
            # a new or renewed known device also starts with a count of no attempts
            if not self._knows(browser, name):
                self.windows.succeeds("sign-in.device", f"{name} {browser.mark}")
            browser.knows.add(name)
            self.used[name, browser.mark] = self.now

    def _knows(self, browser: Browser, name: str) -> bool:
        used = self.used.get((name, browser.mark))
        return name in browser.knows and used is not None and self.now < used + timedelta(days=180)

    def _session(self, browser: Browser) -> SignedIn | None:
        with self.store.reading() as tx:
            return sessions.find(tx, browser.token, self.now)

    def teardown(self) -> None:
        with self.store.reading() as tx:
            for browser in self.browsers:
                for name, who in self.who.items():
                    found = devices.known(tx, who.viewer.account_id, browser.mark, self.now)
                    assert (found is not None) == self._knows(browser, name)
        self.store.forget()


def test_random_attempts_to_sign_in_end_as_the_model_predicts(
    store: Store, cast: Cast, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.sam
    monkeypatch.setattr(rate_limits, "LIMITS", FEW)
    many = hypothesis.settings(walks(1000), stateful_step_count=5)
    run_state_machine_as_test(lambda: WaysIn(store, cast, hasher), settings=many)
