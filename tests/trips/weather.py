"""A neutral site on this machine, which people see after they leave the portal."""

from http.server import BaseHTTPRequestHandler


class Weather(BaseHTTPRequestHandler):
    """A request handler that serves the same page in response to every request."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>The weather</title><h1>Rain at first, then sun</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""
