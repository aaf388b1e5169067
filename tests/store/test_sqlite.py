"""Test the settings of an embedded database. Test that a missing database file isn't created silently."""

import time
from pathlib import Path

import pytest

from companion.store.base import BUSY_SECONDS, DatabaseUnavailable, Store, open_engine, require_answer
from companion.store.wal import sweep

TOLD = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
"""The settings that every connection must have.

The value 2 for ``synchronous`` means ``FULL``. With ``synchronous=FULL``, saved answers survive a power cut.
"""


def test_every_connection_to_an_embedded_database_has_the_required_settings(tmp_path: Path) -> None:
    for name in ("companion.db", "keys.db"):
        engine = open_engine(f"sqlite:///{tmp_path / name}")
        connections = [engine.connect() for _ in range(3)]
        for connection in connections:
            said = {pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in TOLD}
            assert said == TOLD
            connection.close()
        engine.dispose()


def test_a_missing_database_file_is_reported_and_not_created(tmp_path: Path) -> None:
    gone = tmp_path / "gone.db"
    engine = open_engine(f"sqlite:///{gone}")
    with pytest.raises(DatabaseUnavailable, match=r"There is no database at .*gone\.db"):
        require_answer(engine)
    assert not gone.exists()


@pytest.mark.embedded
def test_a_missing_key_store_is_reported_and_not_created(store: Store) -> None:
    gone = Path(store.keys.engine.url.database or "")
    store.keys.engine.dispose()
    gone.unlink()
    with pytest.raises(DatabaseUnavailable, match=f"There is no database at {gone}"):
        store.standing()
    assert not gone.exists()


def test_writers_do_not_wait_for_a_slow_reader(
    tmp_path: Path,
) -> None:
    """The write-ahead log is emptied once a slow reader has finished."""
    engine = open_engine(f"sqlite:///{tmp_path / 'companion.db'}")
    with engine.connect().execution_options(writing=True) as writer, engine.connect() as reader:
        writer.exec_driver_sql("CREATE TABLE words (word TEXT)")
        writer.commit()
        reader.exec_driver_sql("SELECT * FROM words").all()
        writer.exec_driver_sql("INSERT INTO words VALUES ('later')")
        writer.commit()
        began = time.monotonic()
        assert not sweep(engine)
        assert time.monotonic() - began < BUSY_SECONDS / 2
    assert sweep(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == BUSY_SECONDS * 1000
    engine.dispose()
