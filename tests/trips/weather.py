"""A neutral page on this machine, shown after leaving the portal."""

from http.server import BaseHTTPRequestHandler


class Weather(BaseHTTPRequestHandler):
    """A request handler that always serves the same page."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>The weather</title><h1>Rain at first, then sun</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""
