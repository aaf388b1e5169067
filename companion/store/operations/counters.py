"""Metrics about the server processes on this machine.

Every process writes its own file. ``gathered`` adds up the numbers in all processes' files. The metrics'
labels never contain names, ids or people's own words. A process replaces its metrics file at most once a
second, to keep requests fast. If a file can't be written, the error is ignored.
"""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from companion.domain.operations.metrics import series

EVERY_SECONDS = 1
Numbers = dict[str, float]
"""The value of each Prometheus series, such as ``companion_requests_total{endpoint="participant.work"}``."""


class Counters:
    def __init__(self, folder: Path) -> None:
        self._path = folder / f"web-{os.getppid()}-{os.getpid()}.json"
        self._numbers: Numbers = {}
        self._lock = threading.Lock()
        self._kept_at = 0.0

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add this amount to a counter."""
        key = series(name, **labels)
        with self._lock:
            self._numbers[key] = self._numbers.get(key, 0) + amount

    def keep(self, *, at_once: bool = False) -> None:
        """Write the counters to the file. Unless ``at_once`` is True, write at most once a second."""
        with self._lock:
            if not at_once and time.monotonic() - self._kept_at < EVERY_SECONDS:
                return
            if not self._kept_at:
                _forget_older(self._path)
            self._kept_at = time.monotonic()
            write(self._path, self._numbers)


def write(path: Path, numbers: Numbers) -> None:
    """Replace the file's contents with the given numbers. If writing fails, the old file is unchanged."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(numbers))
        beside.chmod(0o600)
        beside.replace(path)


def gathered(folder: Path) -> Numbers:
    """Return the counters since the server started, added up for all processes."""
    total: Numbers = {}
    for path in sorted(folder.glob("*.json")):
        for name, number in read(path).items():
            total[name] = total.get(name, 0) + number
    return total


def read(path: Path) -> Numbers:
    """Return one process's counters. Return an empty mapping if the file can't be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Numbers)
    except (OSError, msgspec.DecodeError):
        return {}


def _forget_older(ours: Path) -> None:
    """Delete the counter files of workers that an earlier server process started."""
    with suppress(OSError):
        for path in ours.parent.glob("web-*.json"):
            if path.name.split("-")[1] != ours.name.split("-")[1]:
                path.unlink()
