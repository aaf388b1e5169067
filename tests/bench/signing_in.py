"""Measure how fast answers are saved while nobody signs in, while some people do, and while too many do."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count

from sqlalchemy import delete

from companion.store.rate_limits import Try
from tests.bench.answering import Walking, missing
from tests.bench.frame import Bench, Contender, Row
from tests.bench.paced import at_once, at_rate, every, p95, posts, waited
from tests.bench.portal import Portal, portal
from tests.bench.served import served
from tests.bench.walkers import PASSPHRASE, Walker, walkers

WORKING, EVERY = 40, 2
"""The number of people who answer, and the seconds between a person's answers."""
COMING = 200
"""The number of people who keep signing in."""
AT_ONCE = 8
"""The number of simultaneous sign-ins while the benchmark measures the maximum sign-in rate."""
SECONDS, CAPACITY_SECONDS = 5, 3
P95_AT_MOST = 2
PROFILE = "docs/decisions/0032-load.md"
ADDRESSES = count(2)


class Coming:
    """A simulated person who signs in from a separate address. The outcome of each sign-in is counted."""

    def __init__(self, port: int, who: Walker, ended: Counter[int], refused: list[float]) -> None:
        self.port, self.who, self.ended, self.refused = port, who, ended, refused

    async def __call__(self) -> None:
        """Sign in.

        Raise ``ValueError`` if the sign-in fails for any reason other than a busy service.
        """
        number, began = next(ADDRESSES), time.perf_counter()
        form = {
            "csrf_token": self.who.token,
            "sign_in_name": self.who.name,
            "passphrase": PASSPHRASE,
            "next": "",
        }
        source = f"127.1.{number // 250 % 250}.{number % 250 + 1}"
        status, answer = await posts(self.port, "/sign-in", form, self.who.signed_out, source)
        self.ended[status] += 1
        if (
            status == 503
            and b"retry-after: " in answer.lower()
            and f'value="{self.who.name}"'.encode() in answer
        ):
            self.refused.append(time.perf_counter() - began)
        elif status != 303:
            raise ValueError(f"signing in came back with {status}")


class Service:
    """A running Companion in which some people work and others sign in."""

    def __init__(self, place: Portal, port: int, people: Sequence[Walker]) -> None:
        self._place = place
        self.working = [Walking(port, each) for each in people[:WORKING]]
        self._ended: Counter[int] = Counter()
        self._refused: list[float] = []
        self._coming = [Coming(port, each, self._ended, self._refused) for each in people[WORKING:]]
        self._most = 0.0

    def most(self) -> float:
        """Return the highest number of people who can sign in per second."""
        self._forget()
        turns = iter(self._coming * 100)
        began = time.monotonic()

        async def comes() -> None:
            while time.monotonic() < began + CAPACITY_SECONDS:
                await next(turns)()

        async def crowd() -> None:
            await asyncio.gather(*(comes() for _ in range(AT_ONCE)))

        at_once(crowd())
        self._most = self._ended[303] / (time.monotonic() - began)
        return self._most

    def p95(self, times: float) -> float:
        """Return the 95th percentile of save times, in milliseconds, while people sign in. ``times`` is the
        rate of sign-ins, divided by the highest rate that the server can handle.
        """
        coming = at_rate(times * (self._most or self.most()), self._coming, SECONDS) if times else []
        self._forget()
        saves, _ = waited(every(EVERY, list(self.working), SECONDS), coming)
        if times < 1 and self._ended[503]:
            raise ValueError(f"{self._ended[503]} who could have been served were sent away")
        return p95(saves)

    def refused(self) -> float:
        """Return the 95th percentile, in milliseconds, of the wait before people read that the service is
        busy.
        """
        self.p95(2)
        if not self._refused or not self._ended[303]:
            raise ValueError(f"nobody was sent away, or nobody came in: {self._ended}")
        return p95(self._refused)

    def _forget(self) -> None:
        """Reset the counters and the rate limits."""
        self._ended.clear()
        self._refused.clear()
        with self._place.cast.store.writing() as tx:
            tx.execute(delete(Try))
            tx.commit()


@contextmanager
def meanwhile(server_url: str = "") -> Iterator[Bench]:
    """Benchmark Companion on PostgreSQL or embedded databases, hashing passphrases as slowly as in
    production.
    """
    database = "PostgreSQL" if server_url else "SQLite"
    with portal(server_url, "signing_in") as place:
        people = walkers(place, WORKING + COMING)
        environment = {**place.environment, "COMPANION_CHEAP_HASHES": "0"}
        with served("wsgi:app", environment) as server:
            service = Service(place, server.port, people)
            most = Contender(f"people who sign in, {database}", "a second", service.most)
            quiet, half, twice = (
                Contender(f"an answer saved, p95, {name}, {database}", "ms", partial(service.p95, times))
                for name, times in (
                    ("nobody signs in", 0),
                    ("half as many as can", 0.5),
                    ("twice as many", 2),
                )
            )
            away = Contender(f"sent away at twice as many, p95, {database}", "ms", service.refused)
            rows = [
                *(Row(each.name) for each in (most, quiet, half, twice, away)),
                *(Row(each.name, quiet.name, at_most=P95_AT_MOST, profile=PROFILE) for each in (half, twice)),
            ]
            lost = Contender(
                f"called saved and not stored while people sign in, {database}",
                "answers",
                lambda: missing(place, people[:WORKING]),
            )
            yield Bench([most, quiet, half, twice, away, lost], [*rows, Row(lost.name, at_most=0)])
