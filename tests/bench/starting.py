"""Benchmark the time until a process serves its first page, and a worker's memory."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import bare
from tests.bench.frame import Bench, Contender, Row
from tests.bench.memory import share
from tests.bench.portal import portal
from tests.bench.served import WORKER, Browser, Server, served
from tests.bench.walkers import Walker, walkers

PROFILE = "docs/decisions/0032-load.md"
START_AT_MOST, MEMORY_AT_MOST = 2.5, 2
"""The targets for Companion's start-up time and memory, as multiples of a minimal Flask application's
figures.
"""
PAGES = 40
"""The number of pages that are opened before memory is measured."""


class Started:
    """An application that is restarted in each round."""

    def __init__(
        self,
        app: str,
        environment: dict[str, str],
        first: str,
        pages: list[Callable[[Browser], None]],
        worker: str = WORKER,
    ) -> None:
        self._app, self._environment, self._worker = app, environment, worker
        self._first, self._pages = first, pages
        self._left: dict[str, float] = {}

    def figure(self, which: str) -> float:
        """Return the figure with this name: ``start`` in seconds, or ``memory`` in megabytes."""
        if which not in self._left:
            self._left = self._run()
        return self._left.pop(which)

    def _run(self) -> dict[str, float]:
        began = time.perf_counter()
        with served(self._app, self._environment, worker=self._worker) as server:
            _open(Browser(server.port), self._first)
            took = time.perf_counter() - began
            return {"start": took, "memory": self._memory(server)}

    def _memory(self, server: Server) -> float:
        """Return the memory of the worker that uses the most memory.

        Each page is requested over a new connection, so that every worker gets requests.
        """
        for _ in range(PAGES // len(self._pages)):
            for opens in self._pages:
                opens(Browser(server.port))
        return max(share(each, len(server.workers) + 1) for each in server.workers)


@contextmanager
def starting() -> Iterator[Bench]:
    """Compare Companion with a minimal Flask application, both on SQLite with two workers."""
    with portal() as place:
        url = f"sqlite:///{Path(place.environment['COMPANION_HOME']) / 'bare.db'}"
        bare.make_tables(url, 1)
        [who] = walkers(place, 1)
        pages = [_his(who, path) for path in ("/my/", f"/my/work/{who.work_id}", "/my/messages", "/sign-in")]
        companion = Started("wsgi:app", dict(place.environment), "/sign-in", pages)
        floor = Started(
            "tests.bench.bare:make_app()",
            {"BARE_DATABASE_URL": url},
            "/sign-in/0",
            [lambda browser: _open(browser, "/sign-in/0")],
            bare.WORKER,
        )
        contenders, rows = [], []
        for figure, unit, name, most in (
            ("start", "s", "from its start to the first page", START_AT_MOST),
            ("memory", "MB", "memory of a worker", MEMORY_AT_MOST),
        ):
            ours, theirs = (
                Contender(f"{name}, {whose}", unit, lambda of=of, figure=figure: of.figure(figure))
                for whose, of in (("Companion", companion), ("a bare application", floor))
            )
            contenders += [ours, theirs]
            rows += [
                Row(ours.name),
                Row(theirs.name),
                Row(ours.name, theirs.name, at_most=most, profile=PROFILE),
            ]
        yield Bench(contenders, rows)


def _his(who: Walker, path: str) -> Callable[[Browser], None]:
    def opens(browser: Browser) -> None:
        browser.cookies = who.signed_out if path == "/sign-in" else who.cookies
        _open(browser, path)

    return opens


def _open(browser: Browser, path: str) -> None:
    status, _ = browser.get(path)
    if status != 200:
        raise ValueError(f"{path} came back with {status}")
