"""nginx with Companion's site configuration, and clients that use this nginx."""

import base64
import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.growth.units import DEPLOY
from tests.ports import free_port

HOST = "portal.example.org"
SITE = DEPLOY / "nginx" / "companion.conf"
MAIN = Path("/etc/nginx/nginx.conf")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
STARTING_SECONDS = 10


def program() -> str:
    """Return nginx's path. Only root has nginx on the PATH."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "nginx is missing: apt-get install nginx"
    return found


class Proxy:
    """An nginx process that passes requests to the machines that run Companion."""

    def __init__(self, folder: Path, servers: Sequence[int], site: Path = SITE) -> None:
        self.folder, self._shipped = folder, site
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True)
        self.ca = make_certificate(folder)
        self.port, self.plain_port = free_port(), free_port()
        (folder / "site.conf").write_text(self._site(servers))
        (folder / "nginx.conf").write_text(self._main())
        command = [program(), "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off;"]
        with (folder / "said").open("wb") as said:
            self._nginx = subprocess.Popen(command, stdout=said, stderr=said)
        self._wait()

    def _site(self, servers: Sequence[int]) -> str:
        """Return the shipped site configuration, with this test's paths, ports and servers."""
        text = re.sub(r".*listen \[::\].*\n", "", self._shipped.read_text())  # some machines have no IPv6
        upstream = re.search(r"    server 127\.0\.0\.1:8000( .*\n)", text)
        assert upstream
        lines = "".join(f"    server 127.0.0.1:{port}{upstream[1]}" for port in servers)
        pages = re.search(r"alias (\S+)/;", text)
        assert pages
        places = {
            upstream[0]: lines,
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 80 ": f"listen 127.0.0.1:{self.plain_port} ",
            f"/etc/letsencrypt/live/{HOST}/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.logs}/",
            pages.group(1): str(DEPLOY / "nginx" / "pages"),
        }
        for place, here in places.items():
            assert place in text, place
            text = text.replace(place, here)
        return text

    def _main(self) -> str:
        """Return the configuration from nginx's own package, with our site as its only site."""
        text = MAIN.read_text()
        account = "user root;" if os.geteuid() == 0 else ""
        text = re.sub(r"^user .*;$", account, text, flags=re.MULTILINE)
        text = re.sub(r"^worker_processes .*;$", "worker_processes 1;", text, flags=re.MULTILINE)
        text = re.sub(r"^pid .*;$", f"pid {self.folder}/pid;", text, flags=re.MULTILINE)
        text = text.replace("/var/log/nginx/", f"{self.logs}/")
        text = re.sub(r".*include /etc/nginx/(modules-enabled|conf\.d)/.*\n", "", text)
        folders = "".join(f"    {name}_temp_path {self.folder}/{name}_temp;\n" for name in TEMPORARY)
        site = f"{folders}    include {self.folder}/site.conf;"
        assert "include /etc/nginx/sites-enabled/*;" in text
        return text.replace("include /etc/nginx/sites-enabled/*;", site)

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            if self._nginx.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx did not start:\n{self.said()}")
            time.sleep(0.02)

    def said(self) -> str:
        """Return everything that nginx has printed."""
        return (self.folder / "said").read_text()

    def logged(self) -> str:
        """Return the contents of all nginx logs."""
        return "\n".join(path.read_text() for path in sorted(self.logs.iterdir()))

    def on_disk(self) -> list[Path]:
        """Return every file and folder that nginx has created for requests or responses."""
        return [each for name in TEMPORARY for each in (self.folder / f"{name}_temp").rglob("*")]

    def ends(self) -> None:
        self._nginx.send_signal(signal.SIGTERM)
        self._nginx.wait()


def make_certificate(folder: Path) -> Path:
    """Create a self-signed certificate for the host, in the folder layout that ``certbot`` uses."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    whole = folder / "fullchain.pem"
    whole.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return whole


@dataclass(frozen=True)
class Answer:
    """A response from the proxy."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def field(self, name: str) -> str:
        """Return the value of the first form field with this name."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name} on a page with {self.status}"
        return unescape(found[1])


@dataclass
class Browser:
    """A person's connection through nginx.

    The connection has its own address and cookies, and never repeats a request.
    """

    proxy: Proxy
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = HOST
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str, **headers: str) -> Answer:
        """Request a path with ``GET``. Raise ``OSError`` or ``HTTPException`` if no response comes."""
        return self._asks("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, object], **headers: str) -> Answer:
        """Send a form. Raise ``OSError`` or ``HTTPException`` if no response comes."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
        return self._asks("POST", path, urlencode(form).encode(), {**kind, **headers})

    def sends(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> None:
        """Send a request without waiting for the response."""
        if self._connection is None:
            self.connects()
        assert self._connection
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        said = {"Host": self.host, "Cookie": cookies, **{k.replace("_", "-"): v for k, v in headers.items()}}
        self._connection.request(method, path, body, said)

    def _asks(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            self.sends(path, method, body, **headers)
            return self.receives()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def receives(self) -> Answer:
        """Return the complete response to the last request, and store its cookies."""
        assert self._connection
        response = self._connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), response.read())
        for each in response.headers.get_all("Set-Cookie") or []:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def connects(self) -> None:
        """Open a TLS connection to nginx."""
        plain = socket.create_connection(
            ("127.0.0.1", self.proxy.port), timeout=60, source_address=(self.address, 0)
        )
        context = ssl.create_default_context(cafile=self.proxy.ca)
        self._connection = http.client.HTTPConnection(HOST)
        self._connection.sock = context.wrap_socket(plain, server_hostname=HOST)

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


def digest_of_style(page: str) -> str:
    """Return the hash of this page's inline style for a content security policy."""
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    return "sha256-" + base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
