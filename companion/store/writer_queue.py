"""The queue of writers to an embedded database: SQLite's own waiting sleeps ever longer, and is unfair.

A process's threads queue at a lock, which wakes the next at once. The first thread of each process checks every
millisecond whether the lock files are free, one file after the other (a turnstile): a process that has just written
finds the first file taken by the process that waits, so they take turns.
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
"""Suffixes of the two lock files next to the database."""

_threads: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)


class Busy(Exception):
    """Other writers didn't let this one through."""


@contextmanager
def turn(database: Path, seconds: float) -> Iterator[None]:
    """Keep everybody else from writing to this database.

    Raise ``Busy`` if the turn doesn't come within this many seconds, and ``OSError`` if the files can't be made.
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
    """Wait for the lock, which is released when the file is closed, however that happens."""
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(LOOK_AGAIN)
