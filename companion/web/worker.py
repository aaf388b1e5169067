"""The web server's worker: who sends slowly, and a database that hangs, keep no thread from who needs help.

gunicorn itself believes no header of a proxy: what a client calls SCRIPT_NAME would stand in every link. What the
proxy says is for ``web/security.py``.

gunicorn's threads wait for what is still to come of a request. A handful of connections that never finish one
would take the whole portal away, its help too; so a thread is given to a request when it has arrived. Those who
wait for a database that does not answer would do the same; so what needs none has threads of its own. So has what is
hashed: however many sign in, they stand in a line of their own, and the threads for all else stay free.

A worker that runs out of memory ends, and gunicorn starts another.
"""

import gc
import importlib
import re
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import ClassVar

from gunicorn.workers.gthread import TConn, ThreadWorker

from companion.store import passphrases
from companion.web import memory

LONGEST = 15
"""Seconds that a request may take to arrive."""
WHEN_STOPPING = 0.5
"""The same for one that has not arrived when the server is told to stop."""
LINGER = 2
"""Seconds in which somebody may hang up after his answer; who is cut off at once may lose the end of it."""
LOOKED_AT = 16_384
"""Bytes: of a longer request the rest is waited for in its thread."""
LOOK_AGAIN = 0.02
"""Seconds between two looks, while something is arriving."""
APART = 2
"""Threads for what needs no database, beside those of all else."""
NEEDS_NO_DATABASE = re.compile(
    rb"[A-Z]+ /(help|help\.json|[a-z]{2}/help|leave|healthz|static/[^ ?]+)(\?[^ ]*)? HTTP/"
)
HASHES = re.compile(
    rb"POST /(sign-in|join|join/account|confirm|account/signing-in/passphrase)(\?[^ ]*)? HTTP/"
)
TO_HASH = 2 * (passphrases.AT_ONCE + passphrases.LINE)
"""Threads for that: for the whole line, for those who come out of it, and for who is told that it is full."""
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,40})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


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

    application: ClassVar = "companion.web.ahead"
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
        self._answering: dict[TConn, float] = {}
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
        if has_arrived(conn):
            self._give_thread(conn)
        else:
            self._arriving[conn] = time.monotonic()

    def _give_thread(self, conn: TConn) -> None:
        def finished(done: Future[object]) -> None:
            self.method_queue.defer(self.finish_request, conn, done)

        begun = _begun(conn)
        whole = len(begun) < LOOKED_AT and not _CHUNKED.search(begun)  # nobody stops in the middle of it
        pool = self.tpool
        if HASHES.match(begun):
            pool = self._to_hash
        elif whole and NEEDS_NO_DATABASE.match(begun):
            pool = self._apart
        pool.submit(self.handle, conn).add_done_callback(finished)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """In the main thread, again and again."""
        super().wait_for_and_dispatch_events(
            min(timeout, LOOK_AGAIN) if self._arriving or self._ending else timeout
        )
        if memory.SPENT.is_set():
            self.alive = False
        now = time.monotonic()
        longest = LONGEST if self.alive else WHEN_STOPPING
        for conn, since in list(self._arriving.items()):
            if has_arrived(conn):
                del self._arriving[conn]
                self._give_thread(conn)
            elif now - since > longest:
                del self._arriving[conn]
                self.nr_conns -= 1
                conn.close()
        for conn, since in list(self._ending.items()):
            if _has_closed(conn) or now - since > LINGER:
                del self._ending[conn]
                self.nr_conns -= 1
                conn.close()
        for conn, since in list(self._answering.items()):
            if now - since > LONGEST:  # nothing more is read of it; what is being answered goes on
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """In the main thread: it was answered. gunicorn would wait here, and with it all, for who does not hang up."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
            return
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
        self._ending[conn] = time.monotonic()

    def handle(self, conn: TConn) -> object:
        """In a thread: one request."""
        self._answering[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._answering.pop(conn, None)


def has_arrived(conn: TConn) -> bool:
    """Whether a thread would not have to wait for it; also where gunicorn must say what is wrong with it."""
    if _read_ahead(conn):
        return True
    try:
        begun = _waiting(conn)
    except BlockingIOError:
        return False
    except OSError:
        return True
    head, ended, body = begun.partition(b"\r\n\r\n")
    if not begun or len(begun) == LOOKED_AT:
        return True
    if not ended:
        return False
    if _CHUNKED.search(head):
        return b"0\r\n\r\n" in body
    length = _LENGTH.search(head + b"\r\n")
    return length is None or len(body) >= int(length[1])


def _begun(conn: TConn) -> bytes:
    with suppress(OSError):
        return _read_ahead(conn) or _waiting(conn)
    return b""


def _read_ahead(conn: TConn) -> bytes:
    """What gunicorn has read already of the next request."""
    return conn.parser.unreader.buf.getvalue() if conn.parser is not None else b""


def _waiting(conn: TConn) -> bytes:
    return conn.sock.recv(LOOKED_AT, socket.MSG_PEEK)


def _has_closed(conn: TConn) -> bool:
    """Whether he has hung up; what he still sends is not looked at."""
    try:
        return not conn.sock.recv(LOOKED_AT)
    except BlockingIOError:
        return False
    except OSError:
        return True
