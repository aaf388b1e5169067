"""Test that processes take turns in writing to an embedded database."""

import multiprocessing
import threading
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import pytest

from companion.store.writer_queue import Busy, turn

PATIENCE = 30
"""The maximum wait for a turn to write, in seconds."""
THREADS, TRIES = 3, 11


def _writes_on_and_on(database: Path, written: "Synchronized[int]") -> None:
    def writes() -> None:
        while True:
            with turn(database, PATIENCE):
                time.sleep(0.005)
                with written.get_lock():
                    written.value += 1

    for _ in range(THREADS):
        threading.Thread(target=writes).start()


def test_a_busy_process_lets_other_processes_write(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    written: Synchronized[int] = spawning.Value("i", 0)
    busy = spawning.Process(target=_writes_on_and_on, args=[tmp_path / "some.db", written])
    busy.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while written.value < THREADS:
            assert busy.is_alive() and time.monotonic() < deadline
            time.sleep(0.01)
        waited = []
        for _ in range(TRIES):
            before = written.value
            with turn(tmp_path / "some.db", PATIENCE):
                waited.append(written.value - before)
        assert sorted(waited)[TRIES // 2] <= 2, waited
    finally:
        busy.kill()
        busy.join()


def test_a_thread_that_gives_up_waiting_does_not_block_later_writers(
    tmp_path: Path,
) -> None:
    with turn(tmp_path / "some.db", PATIENCE), pytest.raises(Busy), turn(tmp_path / "some.db", 0.01):
        pass
    with turn(tmp_path / "some.db", PATIENCE):
        assert {path.name for path in tmp_path.iterdir()} == {"some.db.lock", "some.db.next"}
