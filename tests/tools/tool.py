"""Run one of the tools that attack the demo."""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.tools.addresses import Addresses

PLANTED = "/planted/"


@dataclass(frozen=True)
class Target:
    """A running portal for a tool to attack, and a signed-in session."""

    program: Path
    origin: str
    start: str
    beginnings: list[str]
    """Extra start pages for the security tool's crawl, besides ``start``."""
    addresses: Addresses
    cookie: str
    folder: Path
    """An empty folder for the files that the tool writes."""


def run(target: Target, seconds: float, *options: object) -> str:
    """Run the tool for a limited time, and return the tool's output."""
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
