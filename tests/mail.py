"""A real SMTP server for tests, on its own port."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.ports import free_port

REFUSALS = {
    "knows nobody": ("RCPT", "550 no such mailbox"),
    "is busy": ("RCPT", "451 try again later"),
    "is closing": ("RCPT", "421 closing"),
    "refuses the sender": ("MAIL", "550 who are you"),
    "puts the sender off": ("MAIL", "451 not you, not now"),
    "refuses the letter": ("DATA", "554 not this one"),
    "puts the letter off": ("DATA", "452 no room"),
}
"""The ways in which the mail server can fail. For each ``mood``, the SMTP command that the server refuses,
and the server's reply.
"""


class Mailroom:
    """The emails that the server has accepted.

    The value of ``mood`` decides how the test mail server treats the next email.
    """

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.mood = "takes"
        self.took_one = threading.Event()
        self.greeted_by: set[str] = set()
        self.tried: Counter[str] = Counter()
        """For each email address, the number of times that Companion has tried to deliver an email."""
        self.two_at_once = asyncio.Event()
        self._at_once = 0

    def _refusal(self, command: str) -> str:
        at, words = REFUSALS.get(self.mood, ("", ""))
        return words if at == command else ""

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.greeted_by.add(session.host_name)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._refusal("MAIL") or "250 OK"

    async def handle_RCPT(
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.tried[address] += 1
        if self.mood == "greylists" and self.tried[address] == 1:
            return "451 4.7.1 greylisted"
        if refusal := self._refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if refusal := self._refusal("DATA"):
            return refusal
        if self.mood == "drops the line":
            server.transport.close()
            return "451 gone"
        if self.mood == "waits for a second worker":
            await self._second()
        self.letters.append(message_from_bytes(envelope.original_content))
        if self.mood == "takes it and drops the line":
            server.transport.close()
        self.took_one.set()
        if self.mood == "hangs":
            await asyncio.sleep(5)
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        if self.mood == "never says goodbye":
            await asyncio.sleep(5)
        return "221 Bye"

    async def _second(self) -> None:
        """Wait until two emails are being sent at the same time."""
        self._at_once += 1
        if self._at_once > 1:
            self.two_at_once.set()
        await asyncio.wait_for(self.two_at_once.wait(), 14)
        self._at_once -= 1

    @property
    def addressed_to(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]


class _Anonymous(Controller):
    """A server that doesn't give the host's name in its greeting."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example", enable_SMTPUTF8=False)


@contextmanager
def smtp_server() -> Iterator[tuple[Mailroom, str]]:
    """Run a mail server, and yield the received emails and the value for ``COMPANION_SMTP_URL``."""
    room, port = Mailroom(), free_port()
    controller = _Anonymous(room, hostname="127.0.0.1", port=port)
    controller.start()
    yield room, f"smtp://127.0.0.1:{port}"
    controller.stop()


@contextmanager
def mute_server() -> Iterator[str]:
    """Yield the URL of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
