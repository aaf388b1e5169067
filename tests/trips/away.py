"""A database that can be taken away: a PostgreSQL server of its own, or the embedded one's folder."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.postgres import fresh_database, postgres_server


class Embedded:
    """The folder ``data/``: it is moved away and back."""

    settings: dict[str, Any]

    def __init__(self, home: Path) -> None:
        self.settings = {}
        self._there, self._away = home / "data", home / "data-moved-away"

    def goes_away(self) -> None:
        self._there.rename(self._away)

    def comes_back(self) -> None:
        self._away.rename(self._there)


class Server:
    """A PostgreSQL server: it is stopped and started again."""

    def __init__(self, url: str) -> None:
        self.settings = {
            "COMPANION_DATABASE_URL": fresh_database(url, "companion_away"),
            "COMPANION_KEYS_URL": fresh_database(url, "keys_away"),
        }
        self._folder = Path(str(make_url(url).query["host"]))
        self._again: subprocess.Popen[bytes] | None = None

    def goes_away(self) -> None:
        process = Path(f"/proc/{self._number()}")
        self._command = process.joinpath("cmdline").read_bytes().decode().split("\0")[:-1]
        self._owner = process.stat()
        os.kill(int(process.name), signal.SIGINT)  # at once, for whoever is connected too
        while self._is_running(process):
            time.sleep(0.02)

    def comes_back(self) -> None:
        as_before: dict[str, Any] = {"cwd": self._folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        if os.geteuid() == 0:
            as_before |= {"user": self._owner.st_uid, "group": self._owner.st_gid, "extra_groups": []}
        self._again = subprocess.Popen(self._command, **as_before, stderr=subprocess.DEVNULL)

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
    """A server that only this test has."""
    with postgres_server() as url:
        made = Server(url)
        yield made
        made.stop()
