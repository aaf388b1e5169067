"""An attacker's or an ordinary person's browser. The browser sends HTTP requests with its own cookies and
from its own IP address.
"""

import base64
import http.client
import json
import re
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

if TYPE_CHECKING:
    from tests.attacks.places import Place

Form = Mapping[str, object] | Sequence[tuple[str, object]]
PATIENCE_SECONDS = 120
MOST_REDIRECTS = 8
LOST = -1
_numbers = count(2)


def own_address() -> str:
    """Return a loopback address that no other person uses."""
    number = next(_numbers)
    return f"127.0.{number // 250 + 1}.{number % 250 + 1}"


@dataclass(frozen=True)
class Answer:
    """A response, and how many seconds it took. The status is ``LOST`` if no response came."""

    status: int
    path: str
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """Return the body as text, with HTML entities resolved."""
        return unescape(self.body.decode(errors="replace"))

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def field(self, name: str) -> str:
        """Return the value of the first field with this name.

        Raise ``LookupError`` if no field has this name.
        """
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.body.decode(errors="replace"))
        if not found:
            raise LookupError(f"no field {name} on {self.path}, which answered {self.status}")
        return unescape(found[1])

    def links(self, pattern: str) -> list[str]:
        """Return the URLs on the page that match this pattern from start to end, without repeats."""
        found = re.findall(r'(?:href|action|formaction|src)="([^"]*)"', self.body.decode(errors="replace"))
        return list(dict.fromkeys(each for each in map(unescape, found) if re.fullmatch(pattern, each)))

    def link(self, pattern: str) -> str:
        """Return the first URL on the page that matches this pattern from start to end.

        Raise ``LookupError`` if no URL matches.
        """
        found = self.links(pattern)
        if not found:
            raise LookupError(f"no link {pattern} on {self.path}, which answered {self.status}")
        return found[0]


@dataclass
class Browser:
    """A person's browser, which opens a new connection for each request."""

    place: "Place"
    address: str = field(default_factory=own_address)
    claimed: str = ""
    """The client address to send to nginx, if it differs from ``address``."""
    cookies: dict[str, str] = field(default_factory=dict)
    session: str = ""
    """The id of the signed-in session, in hex."""
    patience: float = PATIENCE_SECONDS

    def get(self, path: str, *, follow: bool = True, **headers: str) -> Answer:
        return self._follow(self.ask("GET", path, None, headers), follow)

    def post(
        self,
        path: str,
        form: Form = (),
        *,
        of: str = "",
        token: str = "",
        follow: bool = True,
        **headers: str,
    ) -> Answer:
        """Send a form to ``path``.

        If ``token`` is empty, use the CSRF token from the page whose path is in ``of``. If neither
        ``token`` nor ``of`` is given, use the CSRF token from the page at ``path``.
        """
        pairs = [*form.items()] if isinstance(form, Mapping) else [*form]
        body = urlencode([("csrf_token", token or self.token(of or path)), *pairs], doseq=True).encode()
        return self._follow(self.send(path, body, **headers), follow)

    def send(self, path: str, body: bytes, **headers: str) -> Answer:
        """Send this body as a form, without a CSRF token and without following redirects."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.place.origin}
        return self.ask("POST", path, body, {**kind, **headers})

    def token(self, path: str) -> str:
        """Return the CSRF token on this page."""
        return self.get(path).field("csrf_token")

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Make one request. If there is no response, the status is ``LOST``."""
        sent = {"Host": self.place.host, "Connection": "close", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.claimed:
            sent[self.place.CLAIM] = self.claimed
        began = time.monotonic()
        connection = self.place.connect(self.address, self.patience)
        try:
            connection.request(method, path, body, sent)
            reply = connection.getresponse()
            read = reply.read()
        except (OSError, http.client.HTTPException):
            return Answer(LOST, path, {}, b"", time.monotonic() - began)
        finally:
            connection.close()
        for each in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(reply.status, path, dict(reply.getheaders()), read, time.monotonic() - began)

    def _follow(self, answer: Answer, follow: bool) -> Answer:
        for _ in range(MOST_REDIRECTS if follow else 0):
            if answer.status not in (301, 302, 303):
                break
            to = urlsplit(urljoin(answer.path, answer.headers["Location"]))
            answer = self.ask("GET", f"{to.path}?{to.query}" if to.query else to.path, None, {})
        return answer

    def copy(self) -> "Browser":
        """Return a browser with the same session, but with an address and cookies of its own."""
        return Browser(self.place, claimed=self.claimed, cookies=dict(self.cookies), session=self.session)

    def cookie_says(self) -> dict[str, Any]:
        """Return the contents of the session cookie."""
        (value,) = [each for name, each in self.cookies.items() if name.endswith("companion")]
        packed = value.startswith(".")
        data = value.removeprefix(".").partition(".")[0]
        plain = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
        said: dict[str, Any] = json.loads(zlib.decompress(plain) if packed else plain)
        return said
