"""Run all benchmarks.

``python -m tests.bench FILE`` prints the table, and writes the figures to FILE as JSON. If names of
benchmarks follow FILE, only those benchmarks are run. With ``--full``, 500 participants answer questions for
ten minutes.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.bench import (
    answering,
    audit,
    boards,
    conversation,
    growth,
    library,
    lightness,
    saving,
    shares,
    signing_in,
    starting,
)
from tests.bench.frame import Bench, run
from tests.bench.portal import portal
from tests.bench.report import report
from tests.postgres import DURABLE, postgres_server
from tests.tools.programs import find_browser


@contextmanager
def _conversation() -> Iterator[list[Bench]]:
    with portal() as place:
        yield [conversation.next_prompt(), conversation.page(place), library.checking()]


@contextmanager
def _boards() -> Iterator[list[Bench]]:
    with portal() as few, portal() as many:
        yield [boards.pages(few, many)]


@contextmanager
def _shares() -> Iterator[list[Bench]]:
    with portal() as busy, portal() as place, portal() as plain:
        yield [audit.saving(busy.cast), shares.sharing(place, plain)]


@contextmanager
def _starting() -> Iterator[list[Bench]]:
    with starting.starting() as bench:
        yield [bench]


@contextmanager
def _lightness() -> Iterator[list[Bench]]:
    with lightness.lightness() as bench:
        yield [bench]


ALONE = {
    "conversation": _conversation,
    "boards": _boards,
    "shares": _shares,
    "starting": _starting,
    "lightness": _lightness,
}
ON_BOTH = {
    "saving": saving.saving,
    "growth": growth.grown,
    "signing_in": signing_in.meanwhile,
    "answering": answering.answering,
}


def main(file: Path, *chosen: str) -> int:
    names = {each for each in chosen if each != "--full"} or {*ALONE, *ON_BOTH}
    if unknown := names - {*ALONE, *ON_BOTH}:
        print(f"No such benchmark: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if "--full" in chosen:
        ON_BOTH["answering"] = partial(answering.answering, seconds=answering.WHOLE_SECONDS)
    os.environ["CHROMIUM"] = find_browser()
    with postgres_server(DURABLE) as server, ExitStack() as stack:
        benches = [bench for name in ALONE if name in names for bench in stack.enter_context(ALONE[name]())]
        benches += [
            stack.enter_context(ON_BOTH[name](url))
            for name in ON_BOTH
            if name in names
            for url in ("", server)
        ]
        results = run(benches)
    return report(results, file, datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
