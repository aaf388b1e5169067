"""Fuzz every parser, two at a time: ``python -m tests.fuzz RUNS``.

``./manage test --full`` fuzzes every parser in a separate venv.

To fuzz one parser, run ``python -m tests.fuzz RUNS PARSER CORPUS`` with an empty folder as CORPUS. An input
that breaks a parser is saved in ``test-results/``. To try a saved input again, pass the input's file as
CORPUS. When the parser is fixed, add the input that broke it to ``tests/fuzz/found/``.
"""

import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["companion", "tomllib"]):
    from tests.fuzz.parsers import PARSERS, Parser

SECOND = 1.0
LONGEST = 10_000
"""The length of the longest input, in bytes."""


def every(runs: str) -> int:
    """Fuzz every parser, and return how many parsers failed."""

    def one(name: str) -> bool:
        with tempfile.TemporaryDirectory() as corpus:
            command = [sys.executable, "-m", "tests.fuzz", runs, name, corpus]
            began = time.monotonic()
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
        told = "held" if ended.returncode == 0 else f"BROKE\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
        print(f"{name:12} {time.monotonic() - began:5.0f} s  {told}", flush=True)
        return ended.returncode == 0

    with ThreadPoolExecutor(2) as places:
        return [*places.map(one, PARSERS)].count(False)


def fuzz(runs: str, name: str, corpus: str) -> None:
    """Fuzz one parser, starting with valid inputs and with slightly faulty inputs."""
    parser = PARSERS[name]
    for number, seed in enumerate(parser.seeds if Path(corpus).is_dir() else []):
        parser.judge(seed)  # running the parser once first keeps slow imports out of the measured time
        Path(corpus, str(number)).write_bytes(seed)
    Path("test-results").mkdir(exist_ok=True)
    options = [f"-runs={runs}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=2048", "-verbosity=0"]
    options += ["-artifact_prefix=test-results/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, corpus], timed(parser), custom_mutator=mutator(parser))
    atheris.Fuzz()


def timed(parser: Parser):  # type: ignore[no-untyped-def]  # atheris has no types
    def judge(data: bytes) -> None:
        started = time.process_time()
        parser.judge(data)
        assert time.process_time() - started < SECOND

    return judge


def mutator(parser: Parser):  # type: ignore[no-untyped-def]  # atheris has no types
    """Return a function that mutates bytes, or mixes in parts of other inputs."""
    pieces = {mark: pieces_of(parser, mark) for mark in (b"\n", b"&")}

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        mark = b"\n" if b"\n" in data else b"&"
        if chance.random() < 0.5 or not pieces[mark]:
            return bytes(atheris.Mutate(data, most))
        parts = data.split(mark)
        place = chance.randrange(len(parts) + 1)
        parts[place : place + chance.randint(0, 2)] = chance.choices(pieces[mark], k=chance.randint(0, 2))
        return mark.join(parts)[:most]

    return mutate


def pieces_of(parser: Parser, mark: bytes) -> list[bytes]:
    return sorted({piece for seed in parser.seeds for piece in seed.split(mark) if len(piece) < 500})


if __name__ == "__main__":
    sys.exit(every(sys.argv[1]) if len(sys.argv) == 2 else fuzz(*sys.argv[1:]))
