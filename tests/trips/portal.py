"""The portal as in production: gunicorn in separate processes, with a data folder and a port of its own."""

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
"""As `manage` starts it, always with two workers: each compiles the pages for itself."""
STARTING_SECONDS = 20
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = count(20_000 + 1_500 * WORKER)
"""Each test worker's own, below those that the system hands out."""
CLAIMS: list[socket.socket] = []


class Portal:
    """A running portal. ``kill`` and ``start`` may be called repeatedly; the data stays."""

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
        """The moment by the portal's clock."""
        return datetime.now(UTC) + self.moved

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """How each of the demo's people signs in, by name."""
        listed = json.loads((self.home / "demo-accounts.json").read_text())
        return {account["name"]: account for account in listed}

    def run(self, *command: str) -> None:
        """Run an operator's command to its end."""
        process = self._begin("flask", "--app", "wsgi", *command)
        process.join()
        assert process.exitcode == 0, f"{command} failed:\n{self._log.read_text()}"

    def start(self) -> None:
        """Start serving, and return once it answers."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start its processes, without waiting for them."""
        where = ("--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers))
        self._server = self._begin("gunicorn", *where, "--log-level", self.log_level, *GUNICORN.split())

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            if self._server is None or not self._server.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"The portal did not start:\n{self._log.read_text()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """``kill -9``, all its processes at once."""
        if self._server:
            with suppress(ProcessLookupError):  # it has only just begun, and isn't a group yet
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.kill()
            self._server.join()
            self._server = None
            while self._listens():  # a process that hasn't died yet holds the port
                time.sleep(0.01)

    def workers_running(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        assert self._server
        number = self._server.pid
        return [int(each) for each in Path(f"/proc/{number}/task/{number}/children").read_text().split()]

    def moves_on(self, **amount: float) -> None:
        """Restart it at a later hour: ``moves_on(minutes=16)``."""
        self.kill()
        self.moved += timedelta(**amount)
        self.start()

    def moves_to(self, moment: datetime) -> None:
        """Restart it at that future moment."""
        self.moves_on(seconds=(moment - self.now).total_seconds())

    def errors(self) -> list[str]:
        """Return the errors that the server logged."""
        return re.findall(r'^.*(?:"level":"(?:error|critical)"|Traceback).*$', self.said(), re.MULTILINE)

    def said(self) -> str:
        """Return all output of its processes."""
        return self._log.read_text()

    def _begin(self, *command: str) -> ForkServerProcess:
        return forked.start([*command], self.environment(), self._log)

    def environment(self) -> dict[str, str]:
        """Return its processes' environment."""
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
    """Return a port on this machine that nobody uses, or takes while a portal restarts.

    It is claimed on another loopback address while this process lives, so that two runs side by side never speak to
    each other's portals.
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
