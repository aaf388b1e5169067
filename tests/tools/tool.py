"""What a tool is let loose on, and how it is run."""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.tools.addresses import Addresses

PLANTED = "/planted/"


@dataclass(frozen=True)
class Target:
    """A running portal in which somebody is signed in."""

    program: Path
    origin: str
    start: str
    beginnings: list[str]
    """Other pages to begin with."""
    addresses: Addresses
    cookie: str
    folder: Path
    """An empty one, for what the tool keeps."""


def run(target: Target, seconds: float, *options: object) -> str:
    """What it said by its end, or until its time was up."""
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
