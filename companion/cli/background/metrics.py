"""Serve ``/metrics`` to Prometheus on a separate private address. The portal itself doesn't serve
``/metrics``.
"""

import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import AF_INET, AF_INET6

from companion.config import Settings
from companion.domain.operations.metrics import written
from companion.store.operations.counters import gathered

log = logging.getLogger(__name__)

PATIENCE = 2
"""The timeout in seconds for each client of the metrics server. The timeout is short: a slow client makes all
other clients wait.
"""


def serve(settings: Settings) -> None:
    """Serve the metrics in a separate thread. If the metrics server can't use its network address, log a
    warning and return. If metrics are off, do nothing.
    """
    if settings.metrics_address is None:
        return
    try:
        server = _Server(settings.metrics_address, _answering(settings.home / "metrics"))
    except OSError as error:
        log.warning("the metrics can't be served: their address is in use or not allowed", exc_info=error)
        return
    threading.Thread(target=server.serve_forever, daemon=True).start()


class _Server(HTTPServer):
    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = AF_INET6 if ":" in address[0] else AF_INET
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors, such as those from clients that disconnect. Without this method, the standard
        library's HTTP server would log the client's address.
        """


def _answering(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        timeout = PATIENCE
        server_version = sys_version = ""

        def do_GET(self) -> None:
            known = self.path == "/metrics"
            body = written(gathered(folder)).encode() if known else b""
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        log_message: Callable[..., None] = lambda *_: None

    return Answer
