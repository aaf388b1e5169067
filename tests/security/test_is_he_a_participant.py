"""Test that responses, their times and rate limits never reveal whether a sign-in name exists.

Requests with known and unknown sign-in names take turns, so that a busy server slows both kinds equally. A
request's elapsed time includes waiting time. The tests also measure processor time, because a busy machine
doesn't distort it.
"""

import random
import re
import time
from collections.abc import Sequence
from itertools import chain

import pytest
from argon2 import PasswordHasher
from flask import Flask

from companion.store import people
from companion.store.accounts.passphrases import Hasher
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.security.test_own_sessions import comes_in
from tests.visitor import Visitor
from tests.web.every_form.places import no_limits

__all__ = ["no_limits"]  # the tests below use this fixture

KNOWN, UNKNOWN = "sam", "kim"
WRONG = "three fast trains to the coast"
Took = tuple[int, int]


class Middling(Hasher):
    """A hasher slow enough to measure, yet fast enough for 600 sign-in attempts."""

    def __init__(self) -> None:
        super().__init__(cheap=True)
        self._argon2 = PasswordHasher(time_cost=1, memory_cost=16384, parallelism=4)


class Hurried(Middling):
    """A hasher that skips unknown sign-in names, so that the response time gives them away."""

    def _fits(self, stored: str | None, text: str) -> bool:
        return stored is not None and super()._fits(stored, text)


def auc(known: Sequence[int], unknown: Sequence[int]) -> float:
    """Return how reliably response times reveal whether a sign-in name is known.

    The score is how likely it is that an existing sign-in name gets a slower response than an unknown one.
    """
    ranked = sorted(chain(((each, 0) for each in unknown), ((each, 1) for each in known)))
    slower, seen, at = 0.0, 0, 0
    while at < len(ranked):
        same = [who for each, who in ranked[at : at + len(ranked)] if each == ranked[at][0]]
        theirs = same.count(0)
        slower += (len(same) - theirs) * (seen + theirs / 2)
        seen, at = seen + theirs, at + len(same)
    return slower / (len(known) * len(unknown))


class Guesser:
    """A client that tries known and unknown sign-in names, alternating between Sam's device and another."""

    def __init__(self, app: Flask, cast: Cast, hasher: Hasher) -> None:
        own = comes_in(app, cast.sam, own_device="yes")
        own.client.post("/leave")
        app.extensions["hasher"] = hasher
        with by_hand(cast.store) as tx:
            account = people.account(tx, cast.sam.viewer.account_id)
            account.passphrase_hash = hasher.hash(cast.sam.passphrase)
            tx.commit()
        self.browsers = [(each, each.token("/sign-in")) for each in (own, Visitor(app))]
        self.said: dict[str, set[tuple[int, str, str]]] = {KNOWN: set(), UNKNOWN: set()}

    def times(self, count: int) -> tuple[float, float]:
        """Try a known and an unknown name this many times each, in random order.

        Return how reliably elapsed time, and processor time, reveal whether a sign-in name is known.
        """
        chance, took = random.Random(7), {KNOWN: list[Took](), UNKNOWN: list[Took]()}
        for number in range(count):
            browser, token = self.browsers[number % 2]
            for name in chance.sample((KNOWN, UNKNOWN), 2):
                took[name].append(self.tries(browser, token, name))
        wall, processor = (
            auc([each[clock] for each in took[KNOWN]], [each[clock] for each in took[UNKNOWN]])
            for clock in (0, 1)
        )
        return wall, processor

    def tries(self, browser: Visitor, token: str, name: str) -> Took:
        """Try to sign in once, and return the elapsed time and the processor time in nanoseconds."""
        form = {"csrf_token": token, "sign_in_name": name, "passphrase": WRONG}
        began = time.perf_counter_ns(), time.process_time_ns()
        reply = browser.client.post("/sign-in", data=form)
        took = time.perf_counter_ns() - began[0], time.process_time_ns() - began[1]
        text = re.sub(r'name="csrf_token" value="[^"]+"', "", reply.text).replace(name, "…")
        told = {key: text for key, text in reply.headers.items() if key != "Set-Cookie"}
        cookies = [re.sub("=[^;]*", "", each, count=1) for each in reply.headers.getlist("Set-Cookie")]
        self.said[name].add((reply.status_code, text, repr((sorted(told.items()), cookies))))
        return took


def test_the_score_measures_how_well_response_times_tell_existing_sign_in_names_from_others() -> None:
    assert auc([2, 3], [0, 1]) == 1 and auc([0, 1], [2, 3]) == 0
    assert auc([1, 1], [1, 1]) == auc([1, 4], [2, 3]) == 0.5
    assert auc([1, 2, 2], [2, 0]) == (0 + 1 + 0.5 + 1 + 0.5 + 1) / 6


@pytest.mark.usefixtures("no_limits")
def test_known_and_unknown_names_get_the_same_response_in_the_same_time(
    app: Flask, cast: Cast, request: pytest.FixtureRequest
) -> None:
    full = request.config.getoption("full")
    guesser = Guesser(app, cast, Hasher() if full else Middling())
    guesser.times(6)
    least, most = (0.45, 0.55) if full else (0.40, 0.60)
    told = [guesser.times(2000 if full else 300)]
    # something else may have disturbed one measurement, but is unlikely to disturb two
    if not least <= told[0][0] <= most:
        told.append(guesser.times(2000 if full else 300))
    assert len(guesser.said[KNOWN]) == 1 and guesser.said[KNOWN] == guesser.said[UNKNOWN]
    wall, processor = told[-1]
    assert least <= wall <= most, told
    assert 0.35 <= processor <= 0.65, told


@pytest.mark.usefixtures("no_limits")
def test_the_timing_test_notices_if_no_hash_is_calculated_for_an_unknown_sign_in_name(
    app: Flask, cast: Cast
) -> None:
    _, processor = Guesser(app, cast, Hurried()).times(40)
    assert processor > 0.75


def test_rate_limits_are_the_same_for_known_and_unknown_names(app: Flask, cast: Cast) -> None:
    known = comes_in(app, cast.owen, own_device="yes")  # another participant signed in with this known device
    for browser in (Visitor(app), known):
        said: dict[str, list[tuple[int, str | None, str]]] = {KNOWN: [], UNKNOWN: []}
        browser.client.post("/leave")
        token = browser.token("/sign-in")
        for name in [KNOWN, UNKNOWN] * 12:
            form = {"csrf_token": token, "sign_in_name": name, "passphrase": WRONG}
            reply = browser.client.post("/sign-in", data=form)
            said[name].append(
                (reply.status_code, reply.headers.get("Retry-After"), reply.text.replace(name, "…"))
            )
        assert said[KNOWN] == said[UNKNOWN]
