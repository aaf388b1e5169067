"""What is sent is compressed, where its length then tells nobody what is in it (decision 0031).

Whoever can have a browser ask for a page with words of his own in it, and sees how long the answer is, can guess at
what else the page holds: the attack is called BREACH (https://www.breachattack.com). So a page that is not the same
for everybody is compressed only where the browser says that no other site asked for it (Fetch Metadata,
https://www.w3.org/TR/fetch-metadata/); no site can have it say so falsely.
"""

import gzip
from collections.abc import Callable

import brotli
from flask import Flask, Response, request

LEAST = 300
"""Bytes, below which it is not worth it."""
KINDS = frozenset({"text/html", "text/plain", "application/json"})
OUR_OWN = frozenset({"same-origin", "none"})
"""Asked for by a page of ours, or by who sits there. Browsers that do not say get pages as they are."""
WINDOW = 16
"""Two to the power of this many bytes: hardly a page is longer, and nobody's memory is wasted."""


def install(app: Flask) -> None:
    """Compress what this application answers; the files of pages are compressed already (``web/server/assets.py``)."""
    app.after_request(_compress)
    app.after_request(_empty)


def encoding() -> str:
    """The best that the browser takes; empty where it wants it as it is."""
    return next((name for name in ENCODERS if request.accept_encodings[name] > 0), "")


def compressed(body: bytes, encoding: str, *, once: bool = False) -> bytes:
    """The body in this encoding. ``once``: it may take long, since what comes out is kept."""
    return ENCODERS[encoding](body, once) if encoding else body


def _brotli(body: bytes, once: bool) -> bytes:
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=11 if once else 5, lgwin=WINDOW))


def _gzip(body: bytes, _once: bool) -> bytes:
    return gzip.compress(body, mtime=0)


ENCODERS: dict[str, Callable[[bytes, bool], bytes]] = {"br": _brotli, "gzip": _gzip}
"""The best first."""


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
            response.set_etag(tag, weak=True)  # the same words in other bytes
    return response


def _empty(response: Response) -> Response:
    """What Flask writes below a redirect is shown to nobody."""
    if "Location" in response.headers:
        response.set_data(b"")
        response.headers.remove("Content-Type")
    return response
