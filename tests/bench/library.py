"""Benchmark the activity checker on bad files and on the whole library.

Check the whole activity library twice: in a new Python process, and in this one.
"""

import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

from companion.domain.activities.activity import read
from companion.domain.activities.checker import check
from tests.bench.frame import Bench, Contender, Row, timed
from tests.domain.hostile import HOSTILE, explained

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "companion" / "content" / "activities").glob("*.toml"))
MOST_SECONDS, MOST_SECONDS_OF_A_BAD_FILE = 2, 1


def checking() -> Bench:
    checking = Contender(f"library of {len(FILES)} files checked", "s", timed(check_all, times=1))
    anew = Contender("the same in a new process, from its start", "s", timed(_check_anew, times=1))
    parsing = Contender("their TOML alone", "s", timed(_parse_all, times=5))
    slowest = Contender(f"the slowest of {len(HOSTILE)} bad files, with its errors", "s", _slowest)
    return Bench(
        [checking, anew, parsing, slowest],
        [
            Row(checking.name, at_most=MOST_SECONDS),
            Row(anew.name, at_most=MOST_SECONDS),
            Row(parsing.name),
            Row(checking.name, against=parsing.name),
            Row(slowest.name, at_most=MOST_SECONDS_OF_A_BAD_FILE),
            Row(slowest.name, against=checking.name),
        ],
    )


def check_all() -> None:
    for file in FILES:
        check(read(file.read_bytes()))


def _slowest() -> float:
    return max(timed(partial(explained, data), times=1)() for data in HOSTILE.values())


def _check_anew() -> None:
    subprocess.run([sys.executable, "-m", __name__], cwd=ROOT, check=True)


def _parse_all() -> None:
    for file in FILES:
        tomllib.loads(file.read_text())


if __name__ == "__main__":
    check_all()
