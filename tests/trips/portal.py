"""The portal as it runs in life: gunicorn in processes of its own, on a data folder and a port of its own."""

import ctypes
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
GUNICORN = (
    "--worker-class gthread --threads 4 --no-control-socket --graceful-timeout 5 --log-level warning wsgi:app"
)
"""As `manage` starts it, which has two workers always: starting one takes as long as a short trip."""
STARTING_SECONDS = 20
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = count(20_000 + 1_500 * WORKER)
"""Each worker's own, below those that the system gives to whoever asks for any."""
CLAIMS: list[socket.socket] = []
libc = ctypes.CDLL(None)


class Portal:
    """One running portal. ``kill`` and ``start`` may be called again and again; the data stays."""

    def __init__(self, home: Path, exit_url: str, **settings: str) -> None:
        self.home = home
        self._settings = settings
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.exit_url = exit_url
        self.workers = 1
        self._log = home / "portal.log"
        self._moved = timedelta()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def now(self) -> datetime:
        """The moment on the portal's clock."""
        return datetime.now(UTC) + self._moved

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """How each of the demo's people signs in, by name."""
        listed = json.loads((self.home / "demo-accounts.json").read_text())
        return {account["name"]: account for account in listed}

    def run(self, *command: str) -> None:
        """Run one of the operator's commands to its end."""
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        subprocess.run(flask, cwd=ROOT, env=self._environment(), check=True, capture_output=True)

    def start(self) -> None:
        """Serve, and come back when it answers."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start its processes, without waiting for them."""
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", *GUNICORN.split()]
        command += ["--workers", str(self.workers)]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_the_tests,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            if self._server is None or self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The portal did not start:\n{self._log.read_text()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """``kill -9``, all its processes at once."""
        if self._server:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._server = None

    def moves_on(self, **amount: float) -> None:
        """Start it again at a later hour: ``moves_on(minutes=16)``."""
        self.kill()
        self._moved += timedelta(**amount)
        self.start()

    def errors(self) -> list[str]:
        """What the server logged as an error."""
        return re.findall(r"^.*(?:ERROR|CRITICAL|Traceback).*$", self._log.read_text(), re.MULTILINE)

    def _environment(self) -> dict[str, str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("COMPANION_", "FLASK_"))}
        ours: dict[str, Any] = {
            "COMPANION_MODE": "demo",
            "COMPANION_HOME": self.home,
            "COMPANION_CHEAP_HASHES": 1,
            "COMPANION_EXIT_URL": self.exit_url,
            "COMPANION_CLOCK_OFFSET": int(self._moved.total_seconds()),
        }
        return environment | {name: str(value) for name, value in ours.items()} | self._settings

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
    """A port of this machine that nobody listens at, nor takes while a portal is started again.

    It is claimed at another loopback address for as long as this process lives: of two runs side by side
    neither speaks to a portal of the other.
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


def _die_with_the_tests() -> None:
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        libc.prctl(pr_set_pdeathsig, signal.SIGTERM)
