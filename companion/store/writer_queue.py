"""The queue of writers to a SQLite database.

Without this queue, SQLite may let a new writer overtake a writer that has waited for a long time. SQLite's
waiting writers sleep longer and longer between their attempts. Within one process, the threads that want to
write wait for a thread lock. As soon as one thread releases the lock, a waiting thread continues. Before a
process writes, it locks two files: first the ``.next`` file, then the ``.lock`` file. While a process waits
to lock the ``.lock`` file, the process keeps the ``.next`` file locked.
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
"""The number of seconds between attempts to lock a file."""
LOCK, NEXT = ".lock", ".next"
"""The endings of the two lock files' names."""

_threads: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)


class Busy(Exception):
    """Raised if other writers hold the database's lock too long."""


@contextmanager
def turn(database: Path, seconds: float) -> Iterator[None]:
    """While the context is open, no other thread or process can write to the database.

    Raise ``Busy`` if others keep the database locked for longer than ``seconds``. Raise ``OSError`` if the
    lock files can't be opened.
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
    """Wait until the file can be locked. Closing the file releases the lock."""
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(LOOK_AGAIN)
