"""An application that reads what comes, and answers; at some addresses it waits, as for a database or a turn to hash.

gunicorn imports it in each worker, so it stands apart from the tests and from what they import.
"""

import os
import resource
import signal
import threading
from pathlib import Path
from typing import Any

from companion.web import memory


def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """It says which process answered; at one address its memory is spent, at one no thread can be started."""
    environ["wsgi.input"].read()
    if environ["PATH_INFO"] in ("/waits", "/sign-in"):
        signal.sigtimedwait([], 0.5 if environ["QUERY_STRING"] else 60)
    if environ["PATH_INFO"] == "/spent":
        memory.SPENT.set()
    if environ["PATH_INFO"] == "/no-more-threads":  # there is room, but for no such stack
        threading.stack_size(1 << 30)
        most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + (1 << 29)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    start_response("200 OK", [("Content-Length", "2"), ("Worker", str(os.getpid()))])
    return [b"ok"]
