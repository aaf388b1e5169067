"""Pages that the tests meet, as the portal sent them, for parsers and checkers of HTML: one of each shape."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from bleach._vendor import html5lib
from flask import Flask, Response, request

KEPT_IN = "COMPANION_TEST_PAGES"
"""Names the folder that pages are kept in; without it none is kept."""
WORDS = re.compile(
    rb'>[^<]+|[0-9a-f]{8}-[0-9a-f-]{27}|(?<= )(?:value|content|href|action|data-[a-z]+)="[^"]*"'
)
"""What two pages of one shape do not share: what they say, and of what they speak."""
PLANTED = {"planted", "static"}
"""Endpoints of which no page is ours."""
PART_OF_A_PAGE = b'<!doctype html><html lang="en"><title>Companion</title><h1>A part of a page</h1>'
"""What stands around the part that a script puts into a page."""
PARSED: set[str] = set()


def shape(page: bytes) -> str:
    """The same for two pages that differ in their words alone."""
    return hashlib.sha256(WORDS.sub(b"", page)).hexdigest()[:16]


def is_well_formed(page: bytes, where: str) -> None:
    """The page parses without one mistake, by the parser that bleach carries; each shape is parsed once."""
    known = shape(page)
    if known not in PARSED:
        parser = html5lib.HTMLParser()
        parser.parse(page, transport_encoding="utf-8")
        assert parser.errors == [], f"{where}: {parser.errors}"
        PARSED.add(known)


def keep(app: Flask) -> None:
    """Keep each page that this application sends in the folder, if one is named by then."""
    app.after_request(_kept)


def post_worker_init(worker: Any) -> None:
    """The same for a portal of the trips: called by gunicorn, once the portal is made."""
    keep(worker.wsgi)


def _kept(response: Response) -> Response:
    folder = os.environ.get(KEPT_IN)
    if not folder:
        return response
    ours = response.mimetype == "text/html" and not 300 <= response.status_code < 400
    if ours and request.endpoint not in PLANTED and response.get_data():
        page = response.get_data()
        if not page.startswith(b"<!doctype"):
            page = PART_OF_A_PAGE + page
        path = Path(folder) / f"{request.endpoint}-{response.status_code}-{shape(page)}.html"
        if not path.exists():
            path.write_bytes(page)
    return response
