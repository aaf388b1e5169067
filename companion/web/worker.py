"""The web server's worker. Slow clients and hanging databases never keep anybody from reaching help.

The worker makes gunicorn ignore proxy headers. Otherwise, a client could send the header ``SCRIPT_NAME`` and
change every link on a page. ``web/gate/security.py`` reads the proxy's headers.

The main thread reads requests (``web/server/request_reader.py``). Once a request has arrived completely,
and its client has read the previous response, the main thread passes the request to another thread. The
access rule of the requested view decides which threads handle the request (``web/server/lanes.py``). Requests
that wait for a hanging database or for hashing never block other requests.

A worker that runs out of memory ends, and gunicorn starts another.
"""

import gc
import importlib
import logging
import select
import selectors
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ClassVar

from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from companion.store.accounts import passphrases
from companion.web.server import memory
from companion.web.server.lanes import Lane, lane_of
from companion.web.server.request_reader import Arriving

log = logging.getLogger(__name__)

LONGEST = 15
"""The number of seconds that a client has to send a whole request."""
WHEN_STOPPING = 0.5
"""While stopping, wait this many seconds for a client to finish sending its request."""
LINGER = 2
"""The number of seconds that a client has for closing the connection after a response.

Closing the connection at once could lose the end of the response.
"""
READ_AT_ONCE = 65_536
"""The maximum number of bytes that are read from a connection at once."""
ARRIVING_MOST = 64 << 20
"""The maximum number of bytes in all incomplete requests together.

If the requests that are still arriving take up more than this in total, drop the largest.
"""
ANSWERS_WAITING = 256 << 10
"""The size in bytes of the system's buffer for responses to a client.

If a response is larger than this buffer, the thread that sends the response has to wait for the client.
"""
LOOK_AGAIN = 0.2
"""The number of seconds between checks for timeouts."""
APART = 2
"""The number of threads for requests that need no database."""
TO_HASH = 2 * (passphrases.AT_ONCE + passphrases.LINE)
"""The number of threads that hash passphrases. Keep some threads free to refuse requests when the hashing
queue is full.
"""


class Threads(ThreadPoolExecutor):
    """A thread pool.

    If a thread can't be started, the running threads take over its work until the worker is replaced.
    """

    def _adjust_thread_count(self) -> None:
        try:
            super()._adjust_thread_count()
        except RuntimeError:
            if not self._threads:
                raise
            memory.SPENT.set()


class Worker(ThreadWorker):
    """gunicorn's threaded worker with two changes. Threads get only complete requests, and every wait has a
    timeout.
    """

    application: ClassVar = "companion.web.server.preload"
    """The module that the server imports before forking. All worker processes use the same copy of this
    module in memory.
    """

    @classmethod
    def setup(cls) -> None:
        """Import the application before forking, so that the worker processes share its memory."""
        gc.disable()  # garbage collection would take a fifth of the start-up time, and find nothing to free
        importlib.import_module(cls.application)
        gc.enable()
        gc.freeze()  # garbage collection writes to objects, so processes would no longer share their memory

    def init_process(self) -> None:
        """Set up what each process needs for itself, before it accepts connections."""
        self.cfg.set("forwarded_allow_ips", "")
        self._arriving: dict[TConn, float] = {}
        self._ending: dict[TConn, float] = {}
        self._apart, self._to_hash = Threads(APART), Threads(TO_HASH)
        super().init_process()

    def get_thread_pool(self) -> Threads:
        """Return the threads for requests to ordinary pages."""
        return Threads(self.cfg.threads)

    def run(self) -> None:
        """Accept connections until the worker is told to stop.

        First start a thread in every thread pool, so that each pool can work even if no further thread
        starts.
        """
        for threads in (self.tpool, self._apart, self._to_hash):
            threads.submit(int).result()
        super().run()

    def enqueue_req(self, conn: TConn) -> None:
        """Start reading a request from a client's connection.

        The main thread runs this method.
        """
        if conn.parser is None:
            conn.parser, conn.data_ready = Arriving(self.cfg, conn.client), True
            with suppress(OSError):
                conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWERS_WAITING)
        conn.sock.setblocking(False)
        self._arriving[conn] = time.monotonic()
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))
        if conn.parser.whole():  # the request arrived together with the previous one
            self._give_thread(conn)
        else:
            self._read(conn)

    def _read(self, conn: TConn, _: socket.socket | None = None) -> None:
        """Read the bytes that the client has sent so far. The main thread runs this method."""
        if conn not in self._arriving:  # the connection was dropped a moment ago
            return
        try:
            data = conn.sock.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._give_up(conn)
            return
        conn.parser.add(data)
        if conn.parser.whole():
            self._give_thread(conn)
            return
        _let_go_on(conn)
        if (
            len(conn.parser) > READ_AT_ONCE
            and sum(len(each.parser) for each in self._arriving) > ARRIVING_MOST
        ):
            self._give_up(max(self._arriving, key=lambda each: len(each.parser)))

    def _give_thread(self, conn: TConn, _: socket.socket | None = None) -> None:
        """Pass a complete request to a thread. The main thread runs this method."""
        if conn not in self._arriving:
            return
        if not _takes_answers(conn):
            self.poller.modify(conn.sock, selectors.EVENT_WRITE, partial(self._give_thread, conn))
            return

        def finished(done: Future[object]) -> None:
            self.method_queue.defer(self.finish_request, conn, done)

        self.poller.unregister(conn.sock)
        del self._arriving[conn]
        pools = {Lane.PAGES: self.tpool, Lane.APART: self._apart, Lane.HASHING: self._to_hash}
        pools[self._lane(conn)].submit(self.handle, conn).add_done_callback(finished)

    def _lane(self, conn: TConn) -> Lane:
        request = conn.parser.request()
        if request is None:
            return Lane.PAGES
        request._expected_100_continue = False  # the whole request has arrived
        try:
            _, environ = wsgi.create(request, conn.sock, conn.client, conn.server, self.cfg)
            return lane_of(self.wsgi, environ)
        except Exception:  # the thread that handles the request gets the same error, and reports it
            log.debug("a request that no lane is found for")
            return Lane.PAGES

    def _give_up(self, conn: TConn) -> None:
        """Close a connection that the client has closed, that has timed out or that must make room for
        others.

        The main thread runs this method.
        """
        self.poller.unregister(conn.sock)
        self._arriving.pop(conn, None)
        self._ending.pop(conn, None)
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Handle events and drop connections that have timed out.

        The main thread calls this method repeatedly.
        """
        super().wait_for_and_dispatch_events(
            min(timeout, LOOK_AGAIN) if self._arriving or self._ending else timeout
        )
        if memory.SPENT.is_set():
            self.alive = False
        now = time.monotonic()
        longest = LONGEST if self.alive else WHEN_STOPPING
        late = [conn for conn, since in self._arriving.items() if now - since > longest]
        late += [conn for conn, since in self._ending.items() if now - since > LINGER]
        full = self.nr_conns >= self.worker_connections
        if not late and full and len(self._arriving) > self.worker_connections // 2:
            late = [next(iter(self._arriving))]  # otherwise nobody else could connect
        for conn in late:
            self._give_up(conn)

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """Wait for the client to close the connection or send its next request.

        The main thread runs this method. gunicorn's own method would make all other clients wait.
        """
        goes_on = not fs.cancelled() and fs.exception() is None and fs.result()
        if goes_on and not conn.parser.unreader.take_buffered():
            if len(conn.parser):
                self.enqueue_req(conn)
            else:
                super().finish_request(conn, fs)
            return
        try:
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_to_the_end, conn))
        except (OSError, ValueError):  # gunicorn has closed the connection
            self.nr_conns -= 1
            return
        self._ending[conn] = time.monotonic()
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)

    def _read_to_the_end(self, conn: TConn, _: socket.socket) -> None:
        """Discard any bytes that a client sends after the response. The main thread runs this method."""
        if conn not in self._ending:
            return
        try:
            ended = not conn.sock.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            ended = True
        if ended:
            self._give_up(conn)


def _let_go_on(conn: TConn) -> None:
    """If a client waits before it sends a request's body, tell the client to continue."""
    request = conn.parser.request()
    if request is not None and request._expected_100_continue:
        request._expected_100_continue = False
        with suppress(OSError):
            conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def _takes_answers(conn: TConn) -> bool:
    """Return whether the buffer has room for a response to the client.

    A client must read its earlier responses before Companion handles its next request.
    """
    if not conn.initialized:
        return True
    room = select.poll()
    room.register(conn.sock, select.POLLOUT)
    return bool(room.poll(0))
