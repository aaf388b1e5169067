"""What an embedded database must be told, and what it must not do by itself."""

from pathlib import Path

import pytest

from companion.store.base import Away, open_engine, require_answer

TOLD = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
"""``synchronous`` 2 is ``FULL``: an answer that was called saved survives a power cut."""


def test_every_connection_to_either_database_is_told_all_of_it(tmp_path: Path) -> None:
    for name in ("companion.db", "keys.db"):
        engine = open_engine(f"sqlite:///{tmp_path / name}")
        connections = [engine.connect() for _ in range(3)]
        for connection in connections:
            said = {pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in TOLD}
            assert said == TOLD
            connection.close()
        engine.dispose()


def test_a_file_that_is_gone_is_said_to_be_and_not_made_anew(tmp_path: Path) -> None:
    gone = tmp_path / "gone.db"
    engine = open_engine(f"sqlite:///{gone}")
    with pytest.raises(Away, match=r"There is no database at .*gone\.db"):
        require_answer(engine)
    assert not gone.exists()
