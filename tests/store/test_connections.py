"""What every connection to an embedded database is told, not the first one alone."""

from contextlib import ExitStack
from pathlib import Path

from companion.store.base import open_engine


def test_each_connection_writes_through_to_the_disk_and_overwrites_what_it_deletes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/some.db")
    told = {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "journal_mode": "wal"}
    with ExitStack() as stack:
        for connection in [stack.enter_context(engine.connect()) for _ in range(4)]:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in told}
            assert found == told
    engine.dispose()
