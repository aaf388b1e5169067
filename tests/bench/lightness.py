"""Benchmark how much data a page of questions loads, and how soon a person can type."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench import peers
from tests.bench.callers import Others, Ours
from tests.bench.frame import Bench, Contender, Row
from tests.bench.portal import portal
from tests.bench.served import served
from tests.browser import launch_arguments

FIRST_LOAD, SCRIPT, TEN_ANSWERS = 15, 4, 30
"""The largest acceptable sizes of the first page, its scripts and ten answers, in KB of 1,000 bytes."""
USABLE_AT_MOST = {"conversational-form": 0.9, "surveyjs": 0.4}
"""How soon people must be able to type in Companion, as a fraction of the time that each library takes."""


@contextmanager
def lightness() -> Iterator[Bench]:
    """Yield the benchmark of Companion against other libraries that ask one question at a time."""
    modules = peers.installed(Path(sys.prefix) / "peers")
    with portal() as here, served("wsgi:app", here.environment) as server, ExitStack() as stack:
        theirs = stack.enter_context(peers.served_from(modules)).port if modules else 0
        chromium = stack.enter_context(sync_playwright()).chromium.launch(**launch_arguments())
        stack.callback(chromium.close)
        yield _bench(Ours(here, server.port, chromium), Others(theirs, modules, chromium))


def _bench(ours: Ours, others: Others) -> Bench:
    parts = [_loads(ours, others), *(_ten_answers(ours, scripts) for scripts in (True, False))]
    parts.append(_usable(ours, others))
    return Bench(
        [contender for part in parts for contender in part.contenders],
        [row for part in parts for row in part.rows],
    )


def _loads(ours: Ours, others: Others) -> Bench:
    whole = _bytes("first load of a conversation, all files", lambda: ours.first_load().received)
    script = _bytes("its script", lambda: ours.first_load().scripts)
    elsewhere = Contender(
        "its requests to other servers", "requests", lambda: float(ours.first_load().elsewhere)
    )
    peers_ = [
        _bytes(f"first load of {name}, all files", lambda path=path: others.first_load(path).received)
        for path, name in peers.NAMES.items()
    ]
    peers_.append(_bytes("Typebot's viewer, its script alone", others.viewer))
    targets = [Row(whole.name, at_most=FIRST_LOAD), Row(script.name, at_most=SCRIPT)]
    targets.append(Row(elsewhere.name, at_most=0))
    return Bench([whole, script, elsewhere, *peers_], [*targets, *(Row(each.name) for each in peers_)])


def _ten_answers(ours: Ours, scripts: bool) -> Bench:
    def both() -> int:
        traffic = ours.ten_answers(scripts)
        return traffic.received + traffic.sent

    how = "with JavaScript" if scripts else "without JavaScript"
    bodies = _bytes(f"ten answers {how}, all pages, files and forms", both)
    heads = _bytes(
        f"beside them, heads received over HTTP/1.1 {how}", lambda: ours.ten_answers(scripts).heads
    )
    return Bench([bodies, heads], [Row(bodies.name, at_most=TEN_ANSWERS), Row(heads.name)])


def _usable(ours: Ours, others: Others) -> Bench:
    first = Contender("first input usable on slow 3G", "ms", ours.usable)
    theirs = {
        path: Contender(f"the same of {name}", "ms", lambda path=path: others.usable(path))
        for path, name in peers.NAMES.items()
    }
    everybody = [first, *theirs.values()]
    ratios = [Row(first.name, theirs[path].name, at_most=most) for path, most in USABLE_AT_MOST.items()]
    return Bench(everybody, [*(Row(each.name) for each in everybody), *ratios])


def _bytes(name: str, count: Callable[[], int]) -> Contender:
    return Contender(name, "KB", lambda: count() / 1000)
