"""The web server's worker: somebody who sends slowly does not keep a thread from everybody else.

Without it a handful of connections that never finish a request take the whole portal away, its help too.
"""

import socket
import time
from contextlib import suppress

from gunicorn.workers.gthread import TConn, ThreadWorker

LONGEST = 15
"""Seconds that a request may take to arrive."""


class Worker(ThreadWorker):
    """gunicorn's threads, with an end to how long one may wait for a request."""

    def init_process(self) -> None:
        """Once in each process, before it takes connections."""
        self._since: dict[TConn, float] = {}
        super().init_process()

    def handle(self, conn: TConn) -> object:
        """One request, in a thread."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._since.pop(conn, None)

    def murder_pending(self) -> None:
        """Every second: of a request that is too late nothing more is read. What is being answered goes on."""
        super().murder_pending()
        now = time.monotonic()
        for conn, since in list(self._since.items()):
            if now - since > LONGEST:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)
