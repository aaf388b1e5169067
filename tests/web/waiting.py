"""A test application that responds slowly at some URLs.

Don't import the tests here: every gunicorn worker imports this module and would load them too.
"""

import os
import resource
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, request

from companion.web.server import memory

app = Flask(__name__, static_folder=None)
app.config["MAX_CONTENT_LENGTH"] = 1_000_000
WAITS = 60
LARGE = 12_000_000


def answer(path: str = "") -> Response:
    """Respond with the worker's process id."""
    request.get_data()
    if request.path in ("/waits", "/sign-in"):
        signal.sigtimedwait([], 0.5 if request.query_string else WAITS)
    if request.path == "/spent":
        memory.SPENT.set()
    if request.path == "/no-more-threads":  # with this limit on memory, no further thread can be started
        threading.stack_size(1 << 30)
        most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + (1 << 29)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return Response("ok", headers={"Worker": str(os.getpid())})


def breaks() -> Response:
    """Respond with a body that breaks off halfway."""

    def half() -> Iterator[bytes]:
        yield b"x"
        raise ValueError

    return Response(half())


def large() -> Response:
    """Respond with more than the operating system's buffers hold."""
    return Response(bytes(LARGE))


def apart() -> Response:
    """Respond with a page that is as long as Companion's longest public page."""
    return Response("ok" + "x" * 40_000)


def hashes() -> Response:
    return answer()


answer.rule = breaks.rule = large.rule = SimpleNamespace(apart=False, hashes=False)  # type: ignore[attr-defined]
apart.rule = SimpleNamespace(apart=True, hashes=False)  # type: ignore[attr-defined]
hashes.rule = SimpleNamespace(apart=False, hashes=True)  # type: ignore[attr-defined]
app.add_url_rule("/", "page", answer, methods=["GET", "POST"])
app.add_url_rule("/<path:path>", "any", answer, methods=["GET", "POST"])
app.add_url_rule("/breaks", "breaks", breaks)
app.add_url_rule("/large", "large", large)
app.add_url_rule("/help", "help", apart, methods=["GET", "POST"])
app.add_url_rule("/sign-in", "sign_in", hashes, methods=["GET", "POST"])
