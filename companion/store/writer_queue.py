"""The queue of those who write to an embedded database: SQLite's own waiting sleeps ever longer, and is unfair.

Threads of one process queue at a lock, which wakes the next at once. The first of each process looks every
millisecond whether the files are free, one file after the other (a turnstile): the process that has just written
finds the first one taken by the process that waits, and so they take turns.
"""

import fcntl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

LOOK_AGAIN = 0.001
"""Seconds."""
LOCK, NEXT = ".lock", ".next"
"""How the names of the two files end that stand beside the database."""

_threads: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)


class Busy(Exception):
    """Other writers would not let this one through."""


@contextmanager
def turn(database: Path, seconds: float) -> Iterator[None]:
    """Nobody else writes to this database meanwhile.

    Raises ``Busy`` when that does not come within so many seconds, and ``OSError`` where the files cannot be made.
    """
    deadline = time.monotonic() + seconds
    with _beside(database, LOCK) as writing:
        if not _threads[database].acquire(timeout=seconds):
            raise Busy
        try:
            with _beside(database, NEXT) as waiting:
                _take(waiting, deadline)
                _take(writing, deadline)
            yield
        finally:
            writing.close()
            _threads[database].release()


def _beside(database: Path, end: str) -> IO[str]:
    return database.with_name(database.name + end).open("w")


def _take(file: IO[str], deadline: float) -> None:
    """The lock is given back when the file is closed, however that comes about."""
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(LOOK_AGAIN)
