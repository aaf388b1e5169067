"""Read the output of ``doctor``, and simulate a running portal."""

import re
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from companion.cli.doctor import examined
from companion.config import Settings
from companion.domain.operations import health
from tests.fixtures import Clock
from tests.ports import free_port

Said = dict[str, list[tuple[str, str]]]


def said(done: subprocess.CompletedProcess[str]) -> Said:
    """Return ``doctor``'s findings: for each subject, the result and the sentence that explains it."""
    found: Said = {}
    for line in done.stdout.splitlines():
        shape = re.fullmatch(r"(fine|WRONG|unseen) +(.+?)  +(\S.+)", line)
        assert shape, line
        found.setdefault(shape[2], []).append((shape[1], shape[3]))
    wrong = any(verdict == "WRONG" for each in found.values() for verdict, _ in each)
    assert done.returncode == (1 if wrong else 0)
    return found


def wrong(found: Said, *running: str) -> dict[str, str]:
    """Return the problems that ``doctor`` found, except the known problems of test installations."""
    known = {"web server", "background", *running}
    return {
        about: says
        for about, each in found.items()
        for verdict, says in each
        if verdict == "WRONG" and about not in known and "power cut" not in says and "superuser" not in says
    }


def found_on(about: str, serving: Settings, clock: Clock) -> health.Finding:
    return next(each for each in examined(serving, free_port(), clock.now) if each.about == about)


@contextmanager
def serving(answer: bytes) -> Iterator[int]:
    """Run a server that sends every client this response, and yield the port."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()
