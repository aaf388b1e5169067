"""A database that tests can stop or crash."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg import Connection, connect
from psycopg.rows import TupleRow
from sqlalchemy import insert, make_url, select

from companion.store.base import open_engine
from companion.store.operations.migrations import KEYS, MAIN
from tests.postgres import KILLABLE, fresh_database, postgres_server


class Embedded:
    """The folder of the embedded database.

    Tests make the database unavailable by moving away the folder that contains it.
    """

    settings: dict[str, Any]

    def __init__(self, home: Path) -> None:
        self.settings = {}
        self._there, self._away = home / "data", home / "data-moved-away"

    def goes_away(self) -> None:
        self._there.rename(self._away)

    def comes_back(self) -> None:
        self._away.rename(self._there)


class Server:
    """A PostgreSQL server that tests stop and start again."""

    def __init__(self, url: str) -> None:
        self.settings: dict[str, str] = {
            "COMPANION_DATABASE_URL": fresh_database(url, "companion_away"),
            "COMPANION_KEYS_URL": fresh_database(url, "keys_away"),
        }
        self._url = url
        self._folder = Path(str(make_url(url).query["host"]))
        self._again: subprocess.Popen[bytes] | None = None

    def takes_over(self, home: Path) -> None:
        """Copy a data folder's SQLite databases into this PostgreSQL server."""
        files = (("data/companion.db", MAIN), ("data-keys/keys.db", KEYS))
        for (file, history), url in zip(files, self.settings.values(), strict=True):
            embedded, here = open_engine(f"sqlite:///{home / file}"), open_engine(url)
            history.upgrade(here)
            with embedded.connect() as source, here.begin() as target:
                for table in history.metadata.sorted_tables:
                    if rows := source.execute(select(table)).mappings().all():
                        target.execute(insert(table), [dict(row) for row in rows])
            embedded.dispose()
            here.dispose()

    def goes_away(self) -> None:
        self._ends(signal.SIGINT)  # stop immediately, even if clients are connected

    def crashes(self) -> None:
        """End all the server's processes at once, without writing anything more to disk.

        At the next start, PostgreSQL recovers from its log. No test simulates a power cut, which could lose
        more data than a crash of the server does.
        """
        self._ends(signal.SIGQUIT)

    def forgets(self) -> None:
        """Make the server confirm each commit before writing the commit to disk.

        Some operators turn off ``synchronous_commit`` to make PostgreSQL faster.
        """
        url = self._url.replace("+psycopg", "", 1)
        with connect(url, autocommit=True) as connection:
            for setting in (
                "synchronous_commit = off",
                "wal_writer_delay = '10s'",
                "wal_writer_flush_after = '1GB'",
            ):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        with connect(url, autocommit=True) as connection:
            while not self._holds_back(connection):
                pass

    @staticmethod
    def _holds_back(connection: Connection[TupleRow]) -> bool:
        """Return whether the commit still hasn't been written to disk after one second.

        Call this repeatedly: PostgreSQL's WAL writer, if idle, writes the first commit to disk at once, so
        that commit may not be delayed.
        """
        connection.execute("SELECT pg_logical_emit_message(true, 'trips', 'held back')")
        (end,) = connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone() or ("",)
        time.sleep(1)
        (written,) = connection.execute(
            "SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", (end,)
        ).fetchone() or (True,)
        return not written

    def loses_one(self) -> None:
        """Kill the server process of one connection with ``kill -9``.

        After losing a process, PostgreSQL drops all connections and recovers automatically.
        """
        with connect(self._url.replace("+psycopg", "", 1)) as connection:
            ask = "SELECT pid FROM pg_stat_activity WHERE datname LIKE '%_away' AND pid <> pg_backend_pid()"
            numbers = [number for (number,) in connection.execute(ask)]
        os.kill(random.choice(numbers), signal.SIGKILL)

    def comes_back(self) -> None:
        as_before: dict[str, Any] = {"cwd": self._folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        if os.geteuid() == 0:
            as_before |= {"user": self._owner.st_uid, "group": self._owner.st_gid, "extra_groups": []}
        self._again = subprocess.Popen(self._command, **as_before, stderr=subprocess.DEVNULL)

    def _ends(self, how: signal.Signals) -> None:
        process = Path(f"/proc/{self._number()}")
        self._command = process.joinpath("cmdline").read_bytes().decode().split("\0")[:-1]
        self._owner = process.stat()
        os.kill(int(process.name), how)
        if self._again:
            self._again.wait()
        while self._is_running(process):
            time.sleep(0.02)

    def stop(self) -> None:
        if self._again:
            self._again.send_signal(signal.SIGINT)
            self._again.wait()

    def _number(self) -> int:
        return int((self._folder / "data/postmaster.pid").read_text().splitlines()[0])

    def _is_running(self, process: Path) -> bool:
        try:
            return " Z" not in process.joinpath("stat").read_text().rsplit(")", 1)[1][:3]
        except OSError:
            return False


@contextmanager
def server() -> Iterator[Server]:
    """Yield a PostgreSQL server whose commits survive when the server is killed."""
    with postgres_server(KILLABLE) as url:
        made = Server(url)
        try:
            yield made
        finally:
            made.stop()
