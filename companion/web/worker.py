"""The web server's worker: nobody who sends slowly, reads slowly or waits for a database keeps help from others.

gunicorn itself believes no header of a proxy: what a client calls SCRIPT_NAME would stand in every link. What the
proxy says is for ``web/gate/security.py``.

The main thread reads requests (``web/server/request_reader.py``), and a thread gets one when it has come whole and
the client has taken the answer before it. Which threads, its rule says (``web/server/lanes.py``): however many wait
for a hanging database or sign in, the threads of the others stay free.

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
"""Seconds that a request may take to arrive."""
WHEN_STOPPING = 0.5
"""The same for one that has not arrived when the server is told to stop."""
LINGER = 2
"""Seconds in which somebody may hang up after his answer; who is cut off at once may lose the end of it."""
READ_AT_ONCE = 65_536
"""Bytes."""
ARRIVING_MOST = 64 << 20
"""Bytes of all requests together that have not come whole. Beyond that the longest is given up."""
ANSWERS_WAITING = 256 << 10
"""Bytes of answers that the system takes for a client who does not read, before a thread would wait for him."""
LOOK_AGAIN = 0.2
"""Seconds between two looks at how long something takes, while anything is arriving or ending."""
APART = 2
"""Threads for what needs no database, beside those of all else."""
TO_HASH = 2 * (passphrases.AT_ONCE + passphrases.LINE)
"""Threads for that: for the whole line, for those who come out of it, and for who is told that it is full."""


class Threads(ThreadPoolExecutor):
    """Where the system starts no more of them, those that there are take what has come, and the worker gives way."""

    def _adjust_thread_count(self) -> None:
        try:
            super()._adjust_thread_count()
        except RuntimeError:
            if not self._threads:
                raise
            memory.SPENT.set()


class Worker(ThreadWorker):
    """gunicorn's threads, each given to what has arrived, with an end to how long anybody may take."""

    application: ClassVar = "companion.web.server.preload"
    """Imported before the server makes its processes, so that they share the memory and the time that it takes."""

    @classmethod
    def setup(cls) -> None:
        """In the server's first process, before it makes any other."""
        importlib.import_module(cls.application)
        gc.freeze()  # what is swept is written to, and shared no more

    def init_process(self) -> None:
        """Once in each process, before it takes connections."""
        self.cfg.set("forwarded_allow_ips", "")
        self._arriving: dict[TConn, float] = {}
        self._ending: dict[TConn, float] = {}
        self._apart, self._to_hash = Threads(APART), Threads(TO_HASH)
        super().init_process()

    def get_thread_pool(self) -> Threads:
        """For what is neither apart nor hashed."""
        return Threads(self.cfg.threads)

    def run(self) -> None:
        """Take connections until told to stop. Each kind of thread is there once before."""
        for threads in (self.tpool, self._apart, self._to_hash):
            threads.submit(int).result()
        super().run()

    def enqueue_req(self, conn: TConn) -> None:
        """In the main thread: somebody has connected, or says something more."""
        if conn.parser is None:
            conn.parser, conn.data_ready = Arriving(self.cfg, conn.client), True
            with suppress(OSError):
                conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWERS_WAITING)
        conn.sock.setblocking(False)
        self._arriving[conn] = time.monotonic()
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))
        if conn.parser.whole():  # it came together with the one before
            self._give_thread(conn)
        else:
            self._read(conn)

    def _read(self, conn: TConn, _: socket.socket | None = None) -> None:
        """In the main thread: take what has come, and wait for no more."""
        if conn not in self._arriving:  # it was given up a moment ago
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
        """In the main thread: it has come whole."""
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
        request._expected_100_continue = False  # it has all come
        try:
            _, environ = wsgi.create(request, conn.sock, conn.client, conn.server, self.cfg)
            return lane_of(self.wsgi, environ)
        except Exception:  # the thread that answers meets it again, and says so
            log.debug("a request that no lane is found for")
            return Lane.PAGES

    def _give_up(self, conn: TConn) -> None:
        """In the main thread: it has not come, or its answer was not taken."""
        self.poller.unregister(conn.sock)
        self._arriving.pop(conn, None)
        self._ending.pop(conn, None)
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """In the main thread, again and again."""
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
            late = [next(iter(self._arriving))]  # or nobody else could connect
        for conn in late:
            self._give_up(conn)

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """In the main thread: it was answered. gunicorn would wait here, and with it all, for who does not hang up."""
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
        except (OSError, ValueError):  # gunicorn has closed it
            self.nr_conns -= 1
            return
        self._ending[conn] = time.monotonic()
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)

    def _read_to_the_end(self, conn: TConn, _: socket.socket) -> None:
        """In the main thread: what is still sent is not looked at."""
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
    """A client may ask before it sends the body."""
    request = conn.parser.request()
    if request is not None and request._expected_100_continue:
        request._expected_100_continue = False
        with suppress(OSError):
            conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def _takes_answers(conn: TConn) -> bool:
    """Whether there is room for another answer; a client that reads none of them gets no thread for the next."""
    if not conn.initialized:
        return True
    room = select.poll()
    room.register(conn.sock, select.POLLOUT)
    return bool(room.poll(0))
