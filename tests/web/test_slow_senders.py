"""Who sends slowly keeps nobody else waiting for long: tried on gunicorn itself, with a second for LONGEST."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.mail import free_port

ROOT = Path(__file__).parents[2]
BEGUN = (
    b"GET /help HTTP/1.1\r\nHost: localhost\r\nX-",
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nsign_in_name=",
)
SERVER = (
    "from companion.web import worker; worker.LONGEST = 1; import sys; "
    "from gunicorn.app.wsgiapp import run; sys.argv[0] = 'gunicorn'; run()"
)


def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Reads what comes, and answers."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def port() -> Iterator[int]:
    """Where a server with two threads answers."""
    port = free_port()
    options = (
        f"--worker-class companion.web.worker.Worker --bind 127.0.0.1:{port} --threads 2 --log-level error"
    )
    command = [sys.executable, "-c", SERVER, *options.split(), "--no-control-socket"]
    server = subprocess.Popen([*command, "tests.web.test_slow_senders:app"], cwd=ROOT, start_new_session=True)
    try:
        assert answered(port, tries=200)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answered(port: int, tries: int) -> bool:
    """Whether it answers; each try waits a tenth of a second for the connection, and five for the answer."""
    for _ in range(tries):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError):
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        signal.sigtimedwait([], 0.1)
    return False


@pytest.mark.parametrize("begun", BEGUN, ids=["head", "body"])
def test_a_request_that_never_ends_is_given_up(port: int, begun: bytes) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
    for connection in slow:
        connection.sendall(begun)
    assert answered(port, tries=1), "two who never end keep both threads"
    for connection in slow:
        connection.close()
