"""What the processes of this machine have counted, each in a file of its own, added up by whoever reads them.

No label is a name, an id or a word: all that can stand in one stands in the code. A file is written whole, once a
second at most, so that nothing waits for it; one that cannot be written, on a full disk, is no reason to fail.
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
"""By series, written as Prometheus reads it: ``companion_requests_total{endpoint="participant.work"}``."""


class Counters:
    """What this process counts."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"web-{os.getppid()}-{os.getpid()}.json"
        self._numbers: Numbers = {}
        self._lock = threading.Lock()
        self._kept_at = 0.0

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Count something."""
        key = series(name, **labels)
        with self._lock:
            self._numbers[key] = self._numbers.get(key, 0) + amount

    def keep(self, *, at_once: bool = False) -> None:
        """Write the file, if that is due or must be ``at_once``."""
        with self._lock:
            if not at_once and time.monotonic() - self._kept_at < EVERY_SECONDS:
                return
            if not self._kept_at:
                _forget_older(self._path)
            self._kept_at = time.monotonic()
            write(self._path, self._numbers)


def write(path: Path, numbers: Numbers) -> None:
    """Put these numbers in place of the file, whole or not at all."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(numbers))
        beside.chmod(0o600)
        beside.replace(path)


def gathered(folder: Path) -> Numbers:
    """What all of them have counted since the server was started."""
    total: Numbers = {}
    for path in sorted(folder.glob("*.json")):
        for name, number in read(path).items():
            total[name] = total.get(name, 0) + number
    return total


def read(path: Path) -> Numbers:
    """What one of them has written; nothing where it is not there or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Numbers)
    except (OSError, msgspec.DecodeError):
        return {}


def _forget_older(ours: Path) -> None:
    """What the workers of an earlier start counted is over: Prometheus sees that it begins again."""
    with suppress(OSError):
        for path in ours.parent.glob("web-*.json"):
            if path.name.split("-")[1] != ours.name.split("-")[1]:
                path.unlink()
