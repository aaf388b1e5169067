"""The web server's worker. Slow clients and hanging databases never keep anybody from reaching help.

The worker makes gunicorn ignore proxy headers. Otherwise, a client could send the header ``SCRIPT_NAME`` and
change every link on a page. ``web/gate/security.py`` reads the proxy's headers.

The main thread reads requests (``web/server/request_reader.py``). Once a request has arrived completely, the
main thread passes it to another thread. The access rule of the requested view decides which threads handle
the request (``web/server/lanes.py``). Requests that wait for a hanging database or for hashing never block
other requests. The main thread also sends whatever a client is too slow to read at once
(``web/server/response_sender.py``), before it reads the client's next request.

A worker that runs out of memory ends, and gunicorn starts another.
"""

import gc
import importlib
import logging
import selectors
import socket
import time
from collections.abc import Callable
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
from companion.web.server.response_sender import Sending

log = logging.getLogger(__name__)

LONGEST = 15
"""The number of seconds that a client has to send a whole request, or to read some more of a response."""
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
SENT_AHEAD = 256 << 10
"""The size in bytes of the operating system's buffer for a response. The smaller this buffer is, the sooner
the worker notices that a slow client has read something.
"""
UNSENT_MOST = 64 << 20
"""The maximum number of bytes of responses that wait for slow clients.

If the clients leave more than this unread in total, drop the client that leaves the most.
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
        self.cfg.set("sendfile", False)  # it would make a thread wait for the client
        self._arriving: dict[TConn, float] = {}
        self._sending: dict[TConn, float] = {}
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
                conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AHEAD)
            conn.sock = Sending(conn.sock)
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

    def _give_thread(self, conn: TConn) -> None:
        """Pass a complete request to a thread. The main thread runs this method."""

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
        for state in (self._arriving, self._sending, self._ending):
            state.pop(conn, None)
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Handle events and drop connections that have timed out.

        The main thread calls this method repeatedly.
        """
        super().wait_for_and_dispatch_events(
            min(timeout, LOOK_AGAIN) if self._arriving or self._sending or self._ending else timeout
        )
        if memory.SPENT.is_set():
            self.alive = False
        now = time.monotonic()
        longest = LONGEST if self.alive else WHEN_STOPPING
        late = [conn for conn, since in self._arriving.items() if now - since > longest]
        late += [
            conn for conn, since in self._sending.items() if now - max(since, conn.sock.sent_at) > LONGEST
        ]
        late += [conn for conn, since in self._ending.items() if now - since > LINGER]
        full, slow = self.nr_conns >= self.worker_connections, {**self._arriving, **self._sending}
        if not late and full and len(slow) > self.worker_connections // 2:
            late = [min(slow, key=lambda conn: slow[conn])]  # otherwise nobody else could connect
        for conn in late:
            self._give_up(conn)

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """Wait for the client to read the whole response, and then to close the connection or send its next
        request.

        The main thread runs this method. gunicorn's own method would make all other clients wait.
        """
        if len(conn.sock):
            if not self._register(conn, selectors.EVENT_WRITE, partial(self._send_rest, conn, fs)):
                return
            self._sending[conn] = time.monotonic()
            if sum(len(each.sock) for each in self._sending) > UNSENT_MOST:
                self._give_up(max(self._sending, key=lambda each: len(each.sock)))
            return
        goes_on = not fs.cancelled() and fs.exception() is None and fs.result()
        if goes_on and not conn.parser.unreader.take_buffered():
            if len(conn.parser):
                self.enqueue_req(conn)
            else:
                super().finish_request(conn, fs)
            return
        if not self._register(conn, selectors.EVENT_READ, partial(self._read_to_the_end, conn)):
            return
        self._ending[conn] = time.monotonic()
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)

    def _register(self, conn: TConn, event: int, callback: Callable[[socket.socket], None]) -> bool:
        """Wait for this event of a connection. Return False if gunicorn has closed the connection."""
        try:
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, event, callback)
        except (OSError, ValueError):
            self.nr_conns -= 1
            return False
        return True

    def _send_rest(self, conn: TConn, fs: Future[object], _: socket.socket) -> None:
        """Send some more of a response. The main thread runs this method."""
        if conn not in self._sending:
            return
        try:
            if not conn.sock.send_rest():
                return
        except OSError:  # the client has closed the connection
            self._give_up(conn)
            return
        self.poller.unregister(conn.sock)
        del self._sending[conn]
        self.finish_request(conn, fs)

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
