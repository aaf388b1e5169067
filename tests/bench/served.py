"""Run applications on the same web server as in production, and send requests to the applications."""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from tests.bench.frame import Contender
from tests.ports import free_port

WORKERS = 2
SERVER = "--threads 4 --no-control-socket --log-level warning"
WORKER = "companion.web.worker.Worker"
"""The arguments that ``./manage serve`` passes to gunicorn."""
STARTING_SECONDS = 30
ROOT = Path(__file__).parents[2]
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Server:
    """An application that a web server is serving."""

    port: int
    number: int
    """The process id of the server's first process."""

    @property
    def workers(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        children = Path(f"/proc/{self.number}/task/{self.number}/children")
        return [int(each) for each in children.read_text().split()]


@contextmanager
def served(
    app: str, environment: Mapping[str, str], workers: int = WORKERS, worker: str = WORKER
) -> Iterator[Server]:
    """Run a server for ``app``, for example ``wsgi:app``, and stop the server when the context ends."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *SERVER.split(), "--worker-class", worker]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), app]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            _wait(server, port, log)
            yield Server(port, server.pid)
        finally:
            server.terminate()
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", port: int, log: IO[bytes]) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        with suppress(OSError):
            Browser(port).get("/")  # waiting for a response also waits for workers that are still starting
            return
        if server.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            raise RuntimeError(f"It was not served:\n{log.read().decode()}")
        time.sleep(0.02)


class Browser:
    """A persistent connection with its own cookies."""

    def __init__(self, port: int, cookies: str = "") -> None:
        self.port, self.cookies = port, cookies
        self._socket: socket.socket | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        """Request a path, and return the status and the whole response with its headers."""
        return self._asks(f"GET {path} HTTP/1.1\r\n{self._head()}\r\n".encode())

    def post(self, path: str, form: Mapping[str, object]) -> tuple[int, bytes]:
        """Send a form to a path, and return the status and the whole response."""
        body = urlencode(form)
        kind = "Content-Type: application/x-www-form-urlencoded"
        head = f"POST {path} HTTP/1.1\r\n{self._head()}{kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return self._asks((head + body).encode())

    def _head(self) -> str:
        return f"Host: localhost:{self.port}\r\nOrigin: http://localhost:{self.port}\r\nCookie: {self.cookies}\r\n"

    def _asks(self, request: bytes) -> tuple[int, bytes]:
        kept = self._socket is not None
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        try:
            self._socket.sendall(request)
            answer = self._answer()
        except (ConnectionError, http.client.HTTPException):
            self.close()
            if kept:  # a server may have closed an idle connection
                return self._asks(request)
            raise
        if b"connection: close" in answer.partition(b"\r\n\r\n")[0].lower():
            self.close()
        return int(answer[9:12]), answer

    def _answer(self) -> bytes:
        assert self._socket
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, _body = answer.partition(b"\r\n\r\n")
        if b"transfer-encoding: chunked" in head.lower():
            while not answer.endswith(b"\r\n0\r\n\r\n"):
                answer += self._more()
            return answer
        length = _LENGTH.search(head)
        whole = len(head) + 4 + (int(length[1]) if length else 0)
        while len(answer) < whole:
            answer += self._more()
        return answer

    def _more(self) -> bytes:
        assert self._socket
        more = self._socket.recv(65_536)
        if not more:
            raise ConnectionResetError("closed before its answer was whole")
        return more

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None


class Load:
    """Several simultaneous clients, which each send this many requests.

    Each round measures the requests per second and the 95th percentile of response times.
    """

    def __init__(self, name: str, acts: Sequence[Callable[[], None]], each: int) -> None:
        self.rate = Contender(name, "a second", lambda: self._figure("rate"))
        self.p95 = Contender(f"{name}, p95", "ms", lambda: self._figure("p95"))
        self._acts, self._each = acts, each
        self._left: dict[str, float] = {}

    def _figure(self, which: str) -> float:
        if which not in self._left:
            self._left = self._run()
        return self._left.pop(which)

    def _run(self) -> dict[str, float]:
        took: list[float] = []
        failed: list[Exception] = []

        def goes_on(act: Callable[[], None]) -> None:
            try:
                for _ in range(self._each):
                    start = time.perf_counter()
                    act()
                    took.append(time.perf_counter() - start)
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=goes_on, args=[act]) for act in self._acts]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        whole = time.perf_counter() - start
        return {"rate": len(took) / whole, "p95": sorted(took)[int(len(took) * 0.95)] * 1000}
