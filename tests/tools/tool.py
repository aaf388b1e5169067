"""A tool's target, and how it is run."""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.tools.addresses import Addresses

PLANTED = "/planted/"


@dataclass(frozen=True)
class Target:
    """A running portal with somebody signed in."""

    program: Path
    origin: str
    start: str
    beginnings: list[str]
    """Further pages to start from."""
    addresses: Addresses
    cookie: str
    folder: Path
    """An empty folder for the tool's files."""


def run(target: Target, seconds: float, *options: object) -> str:
    """Return its output at its end, or when its time was up."""
    said = target.folder / "said.txt"
    with said.open("w") as told, suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [target.program, *map(str, options)],
            env={**os.environ, "HOME": str(target.folder)},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            timeout=seconds,
            check=False,
        )
    return said.read_text()
