"""Compress responses without letting their length reveal their contents (decision 0031).

In the BREACH attack (https://www.breachattack.com), an attacker's site makes somebody's browser request a
page, and puts text of its own into that page. The page's compressed length can show whether the same text
also occurs elsewhere on the page. Don't compress a personal page if another site requested it: that site
could guess secrets from the page's size. Browsers say in the header ``Sec-Fetch-Site`` whether another site
made the request. Browsers set ``Sec-Fetch-Site`` themselves, so no website can fake it
(https://www.w3.org/TR/fetch-metadata/).
"""

import gzip
from collections.abc import Callable

import brotli
from flask import Flask, Response, request

LEAST = 300
"""Responses with fewer bytes than this aren't compressed."""
KINDS = frozenset({"text/html", "text/plain", "application/json"})
OUR_OWN = frozenset({"same-origin", "none"})
"""Values of ``Sec-Fetch-Site`` that show the request didn't come from another site.

Companion compresses a personal page only if the request has a ``Sec-Fetch-Site`` header with one of these
values.
"""
WINDOW = 16
"""Brotli's window size in bytes is 2 to the power of this number. A small compression window needs less
memory, and most pages fit into it.
"""


def install(app: Flask) -> None:
    """Compress the application's responses. Assets are already compressed."""
    app.after_request(_compress)
    app.after_request(_empty)


def encoding() -> str:
    """Return the best encoding that the browser accepts, or an empty string."""
    return next((name for name in ENCODERS if request.accept_encodings[name] > 0), "")


def compressed(body: bytes, encoding: str, *, once: bool = False) -> bytes:
    """Return the compressed body.

    Set ``once`` if the caller caches the result: compression then takes longer, but the result is smaller.
    """
    return ENCODERS[encoding](body, once) if encoding else body


def _brotli(body: bytes, once: bool) -> bytes:
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=11 if once else 5, lgwin=WINDOW))


def _gzip(body: bytes, _once: bool) -> bytes:
    return gzip.compress(body, mtime=0)


ENCODERS: dict[str, Callable[[bytes, bool], bytes]] = {"br": _brotli, "gzip": _gzip}
"""The compression functions by encoding, with the best encoding first."""


def _compress(response: Response) -> Response:
    if response.mimetype not in KINDS:
        return response
    if response.cache_control.public:
        response.vary.add("Accept-Encoding")
    elif request.headers.get("Sec-Fetch-Site") not in OUR_OWN:
        return response
    chosen = encoding()
    if chosen and len(response.get_data()) >= LEAST:
        response.set_data(compressed(response.get_data(), chosen))
        response.headers["Content-Encoding"] = chosen
        tag, _weak = response.get_etag()
        if tag:
            response.set_etag(tag, weak=True)  # the content is the same, but its bytes differ
    return response


def _empty(response: Response) -> Response:
    """Remove the body that Flask adds to redirects, because browsers never show it."""
    if "Location" in response.headers:
        response.set_data(b"")
        response.headers.remove("Content-Type")
    return response
