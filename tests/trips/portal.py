"""A portal that runs as in production, with its own data folder and port."""

import http.client
import json
import os
import re
import signal
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.pages import KEPT_IN
from tests.trips import forked

GUNICORN = (
    "--worker-class companion.web.worker.Worker --threads 4 --no-control-socket --graceful-timeout 5 "
    "--logger-class companion.web.log_lines.ServerLog wsgi:app"
)
"""The arguments that `manage` passes to gunicorn.

There are always two gunicorn workers.
"""
STARTING_SECONDS = 20
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = count(20_000 + 1_500 * WORKER)
"""The ports for this test worker's portals. The ports are lower than any port that the system assigns."""
CLAIMS: list[socket.socket] = []


class Portal:
    """A portal that tests can kill and restart without losing data."""

    def __init__(self, home: Path, exit_url: str, **settings: str) -> None:
        self.home = home
        self._settings = settings
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.exit_url = exit_url
        self.workers = 1
        self.log_level = "warning"
        self._log = home / "portal.log"
        self.moved = timedelta()
        self._server: ForkServerProcess | None = None

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """Return the sign-in details of the people in the demo, keyed by name."""
        listed = json.loads((self.home / "demo-accounts.json").read_text())
        return {account["name"]: account for account in listed}

    def run(self, *command: str) -> None:
        """Run an operator's command, and wait until the command has ended."""
        process = self._begin("flask", "--app", "wsgi", *command)
        process.join()
        assert process.exitcode == 0, f"{command} failed:\n{self._log.read_text()}"

    def start(self) -> None:
        """Start serving, and wait until the portal answers."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start the portal's processes without waiting for them."""
        where = ("--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers))
        self._server = self._begin("gunicorn", *where, "--log-level", self.log_level, *GUNICORN.split())

    def wait(self) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            if self._server is None or not self._server.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"The portal did not start:\n{self._log.read_text()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill all the portal's processes at once with ``kill -9``."""
        if self._server:
            # a server that has just been started has no process group yet
            with suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.kill()
            self._server.join()
            self._server = None
            while self._listens():  # the port is in use until every process has ended
                time.sleep(0.01)

    def workers_running(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        assert self._server
        number = self._server.pid
        return [int(each) for each in Path(f"/proc/{number}/task/{number}/children").read_text().split()]

    def moves_on(self, **amount: float) -> None:
        """Restart the portal with its clock moved forward, for example by ``moves_on(minutes=16)``."""
        self.kill()
        self.moved += timedelta(**amount)
        self.start()

    def moves_to(self, moment: datetime) -> None:
        """Restart the portal with the clock set to this future time."""
        self.moves_on(seconds=(moment - self.now).total_seconds())

    def errors(self) -> list[str]:
        """Return the errors that the server has logged."""
        return re.findall(r'^.*(?:"level":"(?:error|critical)"|Traceback).*$', self.said(), re.MULTILINE)

    def said(self) -> str:
        """Return everything that the portal's processes have printed."""
        return self._log.read_text()

    def _begin(self, *command: str) -> ForkServerProcess:
        return forked.start([*command], self.environment(), self._log)

    def environment(self) -> dict[str, str]:
        """Return the environment variables for the portal's processes."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("COMPANION_", "FLASK_"))}
        ours: dict[str, Any] = {
            "COMPANION_MODE": "demo",
            "COMPANION_HOME": self.home,
            "COMPANION_CHEAP_HASHES": 1,
            "COMPANION_EXIT_URL": self.exit_url,
            "COMPANION_CLOCK_OFFSET": int(self.moved.total_seconds()),
        }
        if pages := os.environ.get(KEPT_IN):
            ours |= {KEPT_IN: pages, "GUNICORN_CMD_ARGS": "--config python:tests.pages"}
        return environment | {name: str(value) for name, value in ours.items()} | self._settings

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    """Return an unused port that stays reserved while a portal restarts.

    Also bind the port on 127.0.0.2. Other test processes then see that the port is taken.
    """
    while True:
        port, claim = next(PORTS), socket.socket()
        with socket.socket() as probe, suppress(OSError):
            claim.bind(("127.0.0.2", port))
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            CLAIMS.append(claim)
            return port
        claim.close()
