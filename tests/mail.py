"""A real SMTP server for the tests, on a port of its own, with moods."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class Mailroom:
    """What the server took; ``mood`` is what it says to the next letter."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.mood = "takes"
        self.took_one = threading.Event()

    async def handle_RCPT(
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.mood == "knows nobody":
            return "550 no such mailbox"
        if self.mood == "is busy":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.mood == "drops the line":
            server.transport.close()
            return "451 gone"
        self.letters.append(message_from_bytes(envelope.original_content))
        self.took_one.set()
        if self.mood == "hangs":
            await asyncio.sleep(5)
        return "250 OK"

    @property
    def addressed_to(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]


@contextmanager
def smtp_server() -> Iterator[tuple[Mailroom, str]]:
    """A running server, and its URL for ``COMPANION_SMTP_URL``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    room = Mailroom()
    controller = Controller(room, hostname="127.0.0.1", port=port)
    controller.start()
    yield room, f"smtp://127.0.0.1:{port}"
    controller.stop()
