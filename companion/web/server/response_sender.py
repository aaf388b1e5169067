"""Send each response from the worker's main thread as soon as the client reads it, so that a thread that makes
responses never waits for a client.
"""

import socket
import time
from typing import Any


class Sending:
    """A client's connection. It keeps whatever the operating system's buffer has no room for."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._rest = bytearray()
        self.sent_at = 0.0
        """When some data could last be sent, by the monotonic clock."""

    def __len__(self) -> int:
        return len(self._rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def sendall(self, data: bytes) -> None:
        """Send as much of the data as can be sent at once, and keep the rest."""
        sent = 0 if self._rest else self._send(data)
        self._rest += memoryview(data)[sent:]

    def send_rest(self) -> bool:
        """Send as much of the rest as can be sent at once. Return whether everything has been sent."""
        del self._rest[: self._send(self._rest)]
        return not self._rest

    def _send(self, data: bytes | bytearray) -> int:
        try:
            sent = self._connection.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0
        self.sent_at = time.monotonic()
        return sent
