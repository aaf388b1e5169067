"""A simulated browser without JavaScript, for tests in which the portal runs in other processes."""

from http.cookiejar import CookieJar
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.visitor import Visitor


class Stays(HTTPRedirectHandler):
    """A handler that doesn't follow redirects."""

    def redirect_request(self, *_: Any) -> None:
        """Return None, so that the client doesn't follow the redirect."""


class Wire:
    """An HTTP client with only the methods that a ``Visitor`` needs."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.cookies = CookieJar()
        jar = HTTPCookieProcessor(self.cookies)
        self._stays, self._follows = build_opener(jar, Stays()), build_opener(jar)

    def get(self, path: str, **more: Any) -> SimpleNamespace:
        return self._asks(path, None, **more)

    def post(self, path: str, data: dict[str, object], **more: Any) -> SimpleNamespace:
        return self._asks(path, urlencode(data).encode(), **more)

    def _asks(
        self,
        path: str,
        data: bytes | None,
        headers: dict[str, str] | None = None,
        follow_redirects: bool = False,
    ) -> SimpleNamespace:
        request = Request(self._address + path, data, headers or {})
        try:
            reply = (self._follows if follow_redirects else self._stays).open(request, timeout=30)
        except HTTPError as refused:
            reply = refused
        with reply:
            text = reply.read().decode()
        return SimpleNamespace(
            text=text,
            get_data=lambda as_text: text,
            status_code=reply.status,
            headers=reply.headers,
            location=reply.headers["Location"],
            mimetype=reply.headers.get_content_type(),
            request=SimpleNamespace(url=reply.url),
        )


class Remote(Visitor):
    """A browser without JavaScript and with cookies, for a portal at the given URL."""

    def __init__(self, address: str) -> None:
        self.client = Wire(address)  # type: ignore[assignment]

    comes_in = Visitor.signs_in
