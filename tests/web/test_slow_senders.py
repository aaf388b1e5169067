"""Test that clients that send or read slowly, and requests waiting for the database, don't hold up other people.

The tests run gunicorn itself, and allow each request only one second (``LONGEST``).
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.web.waiting import LARGE

ROOT = Path(__file__).parents[2]
BEGUN = (
    b"",
    b"GET /help HTTP/1.1\r\nHost: localhost\r\nX-",
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nsign_in_name=",
)
SERVER = (
    "from companion.web import worker; worker.LONGEST = {longest}; worker.ARRIVING_MOST = worker.UNSENT_MOST = {most}; "
    "worker.Worker.application = 'sys'; import sys; "
    "from gunicorn.app.wsgiapp import run; sys.argv[0] = 'gunicorn'; run()"
)

SHORT = """
import resource, threading, time
from companion.web.server import memory
from companion.web.worker import Threads
threads = Threads(4)
threads.submit(int).result()
threading.stack_size(1 << 30)
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + (1 << 29)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
come = [threads.submit(lambda: time.sleep(0.1) or 1) for _ in range(3)]
print(memory.SPENT.is_set())
print([each.result() for each in come])
"""
"""A script that has one running thread and too little memory to start another."""


@contextmanager
def serving(longest: int = 1, most: int = 64 << 20, connections: int = 1000) -> Iterator[int]:
    """Run a server with two threads, and yield its port."""
    port = free_port()
    options = (
        f"--worker-class companion.web.worker.Worker --bind 127.0.0.1:{port} --threads 2 --log-level error"
        f" --worker-connections {connections}"
    )
    command = [
        sys.executable,
        "-c",
        SERVER.format(longest=longest, most=most),
        *options.split(),
        "--no-control-socket",
    ]
    server = subprocess.Popen([*command, "tests.web.waiting:app"], cwd=ROOT, start_new_session=True)
    try:
        assert answered(port, tries=200)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Yield the port of a server that several tests share."""
    with serving() as port:
        yield port


@pytest.fixture
def own_port() -> Iterator[int]:
    """Yield the port of a server that only one test uses."""
    with serving() as port:
        yield port


def test_the_server_itself_trusts_no_forwarding_header(port: int) -> None:
    """If the server trusted ``X-Forwarded-Proto``, a client could change the scheme of links."""
    for said in (
        {"SCRIPT_NAME": "/elsewhere"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "off"},
    ):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/", headers=said)
            assert connection.getresponse().status == 200


def answered(port: int, tries: int, path: str = "/") -> bool:
    """Return whether the server answers.

    Each attempt waits at most 5 seconds for a response.
    """
    for _ in range(tries):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError):
            connection.request("GET", path)
            return connection.getresponse().status == 200
        signal.sigtimedwait([], 0.1)
    return False


def worker(port: int, path: str, method: str = "GET") -> str:
    """Return the process id of the worker that responds."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path)
        return connection.getresponse().headers["Worker"]


def test_a_worker_that_runs_out_of_memory_still_responds_before_it_is_replaced(own_port: int) -> None:
    gives_way(own_port, worker(own_port, "/spent"))


def gives_way(port: int, spent: str) -> None:
    """Check that another process replaces this worker."""
    assert answered(port, tries=200)
    for _ in range(100):
        if worker(port, "/") != spent:
            return
        signal.sigtimedwait([], 0.1)
    raise AssertionError("it is still there")


def test_existing_threads_do_all_the_work_if_no_thread_can_start() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SHORT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.stdout == "True\n[1, 1, 1]\n", said.stderr


def test_a_worker_that_cannot_start_threads_responds_to_all_requests(
    own_port: int,
) -> None:
    short = worker(own_port, "/no-more-threads")
    with ThreadPoolExecutor(4) as together:
        answers = together.map(lambda _: worker(own_port, "/sign-in?a-while", "POST"), range(4))
        assert all(answers), "one of the four got no answer"
    gives_way(own_port, short)


def connected(port: int, said: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(said)
    return connection


def test_a_request_that_never_ends_occupies_no_thread(port: int) -> None:
    slow = [connected(port, begun) for begun in BEGUN * 4]
    assert answered(port, tries=1), "those who never end keep both threads"
    for connection in slow:
        with closing(connection), suppress(ConnectionResetError):
            assert connection.recv(1) == b"", "it is not given up"


def test_a_long_request_that_stops_halfway_occupies_no_thread(port: int) -> None:
    long = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n" + b"x" * 20_000
    slow = [connected(port, long) for _ in range(2)]
    assert answered(port, tries=1), "two who stop keep both threads"
    for connection in slow:
        connection.close()


def test_a_request_that_arrives_in_pieces_is_answered(port: int) -> None:
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


def test_requests_waiting_for_the_database_do_not_delay_the_help_page(
    own_port: int,
) -> None:
    waiting = [connected(own_port, b"GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(4)]
    for path in ("/help", "/help?x", "/h%65lp", "//help"):
        assert answered(own_port, tries=1, path=path), path
    for connection in waiting:
        connection.close()


def test_requests_waiting_to_sign_in_do_not_delay_other_pages(own_port: int) -> None:
    form = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"
    long = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20_000
    waiting = [connected(own_port, said) for said in (form, long) * 8]
    assert answered(own_port, tries=1), "they keep both threads"
    for connection in waiting:
        connection.close()


def test_an_unfinished_request_body_never_delays_the_help_page() -> None:
    """A request may take up to a minute, so an unfinished request could occupy a thread for a minute."""
    heads = (b"Content-Length: 99999999999\r\n\r\n", b"Content-Length: 90000\r\n\r\n" + b"x" * 20_000)
    heads += (b"Transfer-Encoding: chunked\r\n\r\nFFFF\r\n0\r\n\r\n",)
    for head in heads:
        with serving(longest=60) as port:
            slow = [connected(port, b"POST /leave HTTP/1.1\r\nHost: localhost\r\n" + head) for _ in range(4)]
            assert answered(port, tries=1, path="/help"), head[:30]
            for connection in slow:
                connection.close()


def test_clients_that_keep_connections_open_delay_nobody_else(port: int) -> None:
    asked = b"GET /help HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    staying = [connected(port, said) for said in (asked, b"GET /help HTTP/1.1\r\nX : y\r\n\r\n") * 5]
    assert answered(port, tries=1) and answered(port, tries=1, path="/help")
    for connection in staying:
        with closing(connection):
            assert connection.recv(9) == b"HTTP/1.1 "


HEAD = b"GET /help HTTP/1.1\r\nHost: localhost\r\n"
HALVES = {
    "headers that do not end": HEAD + b"X-",
    "a body that does not come": b"POST /help HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nx",
    "most of a long body": b"POST /sign%2Din HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n"
    + b"x" * 80_000,
    "chunks without an end": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "a chunk without an end": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n0\r\n\r\n",
}


def everything_answers(port: int) -> None:
    for path in ("/help", "/", "/help"):
        assert answered(port, tries=1, path=path), path


@pytest.fixture(scope="module")
def patient() -> Iterator[int]:
    """Yield the port of a server with a very long time limit."""
    with serving(longest=600) as port:
        yield port


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("before", [b"", HEAD + b"\r\n"], ids=["first", "behind a whole one"])
def test_an_incomplete_request_occupies_no_thread(patient: int, half: bytes, before: bytes) -> None:
    slow = [connected(patient, before + half) for _ in range(10)]
    everything_answers(patient)
    for connection in slow:  # each client sends one more byte
        connection.sendall(b"x")
    everything_answers(patient)
    for connection in slow:
        connection.close()


ASKED = b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def unread(port: int, asked: bytes) -> socket.socket:
    """Return the connection of a client that has sent requests and reads nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.settimeout(0.2)
    connection.connect(("127.0.0.1", port))
    with suppress(TimeoutError):
        connection.sendall(asked)
    return connection


def length_read(connection: socket.socket) -> int:
    """Read until the server closes the connection, and return the number of bytes."""
    length = 0
    connection.settimeout(10)
    with suppress(ConnectionResetError):
        while more := len(connection.recv(1 << 20)):
            length += more
    return length


@pytest.mark.parametrize("asked", [(HEAD + b"\r\n") * 200, ASKED], ids=["many small", "one large"])
def test_a_client_that_reads_no_responses_occupies_no_thread(patient: int, asked: bytes) -> None:
    deaf = [unread(patient, asked) for _ in range(6)]
    signal.sigtimedwait([], 1)  # wait until unread data has filled all the operating system's buffers
    everything_answers(patient)
    for connection in deaf:
        connection.close()


def test_a_client_that_reads_slowly_gets_all_and_one_that_reads_nothing_is_dropped(port: int) -> None:
    slow, deaf = connected(port, ASKED + LAST), unread(port, LAST)
    length = 0
    for _ in range(5):
        signal.sigtimedwait([], 0.5)  # half of the longest wait
        length += sum(len(slow.recv(1 << 16)) for _ in range(40))
    assert length + length_read(slow) > 2 * LARGE
    assert length_read(deaf) < LARGE


def test_when_memory_is_low_the_connection_with_the_most_unread_data_is_closed() -> None:
    with serving(longest=600, most=2 * LARGE) as port:
        deaf = [unread(port, LAST) for _ in range(4)]
        signal.sigtimedwait([], 1)
        assert 0 < sum(length_read(each) > LARGE for each in deaf) < 4


def test_slow_sign_in_requests_do_not_delay_others_however_the_url_is_spelled() -> None:
    """The threads for hashing must handle all sign-in requests."""
    paths = (b"/sign-in", b"/sign%2Din", b"/%73ign-in?x", b"http://localhost/sign%2din")
    bodies = (
        b"Content-Length: 1\r\n\r\nx",
        b"Content-Length: 90000\r\n\r\n" + b"x" * 90_000,
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    )
    with serving(longest=600) as port:
        waiting = [
            connected(port, b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + body)
            for path in paths
            for body in bodies
        ]
        everything_answers(port)
        for connection in waiting:
            connection.close()


def test_requests_sent_together_on_one_connection_are_all_answered(port: int) -> None:
    chunked = (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX: y\r\n\r\n"
    )
    page = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with closing(connected(port, page + chunked + page)) as connection:
        said = b""
        while said.count(b"HTTP/1.1 200 OK") < 3:
            more = connection.recv(65_536)
            assert more, said
            said += more


def test_a_request_that_expects_100_continue_is_answered(port: int) -> None:
    asks = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    with closing(connected(port, asks)) as connection:
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert connection.recv(15) == b"HTTP/1.1 200 OK"


def test_a_body_that_is_too_long_is_refused_without_being_read(
    patient: int,
) -> None:
    long = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n"
    with closing(connected(patient, long + b"GET /spent HTTP/1.1\r\nHost: a\r\n\r\n")) as connection:
        said = b""
        with suppress(ConnectionResetError):
            while more := connection.recv(65_536):
                said += more
    assert said.startswith(b"HTTP/1.1 413 ") and said.count(b"HTTP/1.1") == 1


def test_when_memory_is_low_the_connection_of_the_largest_request_is_closed() -> None:
    begun = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n"
    with serving(longest=600, most=1_000_000) as port:
        short, *long = (connected(port, begun + b"x" * length) for length in (300_000, 800_000))
        with suppress(ConnectionResetError):
            assert long[0].recv(1) == b""
        short.sendall(b"x" * 600_000)
        assert short.recv(15) == b"HTTP/1.1 200 OK"


def test_a_response_that_fails_halfway_closes_only_its_connection(port: int) -> None:
    serves = worker(port, "/")
    for _ in range(3):
        with closing(connected(port, b"GET /breaks HTTP/1.1\r\nHost: localhost\r\n\r\n")) as connection:
            while connection.recv(65_536):
                pass
    assert worker(port, "/") == serves


def test_idle_connections_do_not_prevent_other_clients_from_connecting() -> None:
    with serving(longest=600, connections=20) as port:
        idle = [connected(port, b"G") for _ in range(40)]
        everything_answers(port)
        for connection in idle:
            connection.close()
