"""A machine that runs Companion's units as systemd would."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.growth.units import CURRENT, ROOT, SOCKET, WEB, Unit

PATIENCE_SECONDS = 180


class Machine:
    """A machine with its own folder, wrapping key and port."""

    def __init__(self, folder: Path, settings: Mapping[str, str], wrapping_key: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir(parents=True, mode=0o700)
        self.tree = ROOT
        (self.home / "secrets").mkdir(mode=0o700)
        shutil.copy(wrapping_key, self.home / "secrets" / wrapping_key.name)
        self._settings = {**settings, "COMPANION_HOME": str(self.home)}
        self._log = folder / "log"
        self._server: subprocess.Popen[bytes] | None = None
        self._listen()

    def _listen(self) -> None:
        """Listen on a free port with the settings of ``companion.socket``."""
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", getattr(self, "port", 0)))
        self._socket.listen(int(SOCKET.value("Backlog")))
        self.port = int(self._socket.getsockname()[1])

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables for a program that a systemd unit starts."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
        return {**ours, **WEB.environment, **self._settings}

    def run(self, unit: Unit, name: str, places: Mapping[str, str] | None = None) -> str:
        """Run a systemd unit's commands in order, and return the output.

        Raise ``RuntimeError`` if a command fails.
        """
        said = ""
        for command in unit.commands(name, {CURRENT: str(self.tree), **(places or {})}):
            done = subprocess.run(
                self._confined(unit, command, -1),
                env=self.environment,
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            said += done.stdout + done.stderr
            if done.returncode:
                raise RuntimeError(f"{command} ended with {done.returncode}:\n{said}")
        return said

    def command(self, *words: str) -> str:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(
            command, cwd=self.tree, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def start(self, *, migrates: bool = True) -> None:
        """Do the same as ``systemctl start companion``, and wait until the server answers."""
        if migrates:
            self.run(WEB, "ExecStartPre")
        self.begin(WEB)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if self._server is None or self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"It did not start:\n{self.said()}")
            time.sleep(0.05)

    def begin(self, unit: Unit) -> None:
        """Start a long-running unit, and return immediately."""
        (command,) = unit.commands("ExecStart", {CURRENT: str(self.tree)})
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                self._confined(unit, command, self._socket.fileno()),
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                pass_fds=[self._socket.fileno()],
                start_new_session=True,
            )

    def _confined(self, unit: Unit, command: list[str], descriptor: int) -> list[str]:
        confined = [sys.executable, "-m", "tests.growth.sandbox", str(unit.path), str(descriptor)]
        return [*confined, "--", *command]

    def stop(self) -> int:
        """Do the same as ``systemctl stop companion``.

        The server finishes the requests in progress before it stops, and the socket keeps listening.
        """
        assert self._server
        self._server.terminate()
        code = self._server.wait(PATIENCE_SECONDS)
        self._server = None
        return code

    def restart(self, tree: Path) -> None:
        """Switch ``current`` to this version, and do the same as ``systemctl restart companion``."""
        self.stop()
        self.tree = tree
        self.start()

    def is_lost(self) -> None:
        """Kill all the machine's processes with ``kill -9``, so that nothing listens any more."""
        assert self._server
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)
        self._socket.close()
        self._server.wait()
        self._server = None

    def is_back(self) -> None:
        """Start the machine again after ``is_lost`` has killed the machine's processes."""
        self._listen()
        self.start(migrates=False)

    def ends(self) -> None:
        """Kill the machine's processes and close its socket."""
        if self._server:
            self.is_lost()
        self._socket.close()

    def asks(self, path: str) -> tuple[int, bytes]:
        """Request a path from this machine's server without the proxy, and return the status and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.asks("/readyz")[0] == 200
        return False

    def workers(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        assert self._server
        number = self._server.pid
        return [int(each) for each in Path(f"/proc/{number}/task/{number}/children").read_text().split()]

    def said(self) -> str:
        return self._log.read_text()
