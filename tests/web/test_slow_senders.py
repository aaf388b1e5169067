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
    b"",
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


def test_gunicorn_itself_believes_no_header(port: int) -> None:
    """A proxy that passes names with underscores on would let a client say where every link leads."""
    for said in (
        {"SCRIPT_NAME": "/elsewhere"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "off"},
    ):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/", headers=said)
            assert connection.getresponse().status == 200


def answered(port: int, tries: int) -> bool:
    """Whether it answers; each try waits a tenth of a second for the connection, and five for the answer."""
    for _ in range(tries):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError):
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        signal.sigtimedwait([], 0.1)
    return False


def connected(port: int, said: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(said)
    return connection


def test_a_request_that_never_ends_keeps_no_thread_and_is_given_up(port: int) -> None:
    slow = [connected(port, begun) for begun in BEGUN * 4]
    assert answered(port, tries=1), "those who never end keep both threads"
    for connection in slow:
        with closing(connection), suppress(ConnectionResetError):
            assert connection.recv(1) == b"", "it is not given up"


def test_a_long_request_that_stops_is_given_up_too(port: int) -> None:
    long = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n" + b"x" * 20_000
    slow = [connected(port, long) for _ in range(2)]
    assert answered(port, tries=1), "two who stop keep both threads"
    for connection in slow:
        connection.close()


def test_what_comes_in_pieces_is_answered(port: int) -> None:
    first, second = b"POST / HTTP/1.1\r\nHost: local", b"host\r\nContent-Length: 20000\r\n\r\n" + b"x" * 9_000
    chunked = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
    for pieces in (
        [first, second, b"x" * 11_000],
        [chunked, b"0\r\n\r\n"],
        [b"GET / HTTP/1.1\r\n", b"Host: a\r\n\r\n"],
    ):
        with closing(connected(port, b"")) as connection:
            for piece in pieces:
                signal.sigtimedwait([], 0.1)
                connection.sendall(piece)
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
