"""Pages from the tests, as sent by the portal, for HTML parsers and checkers: one of each shape."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from bleach._vendor import html5lib
from flask import Flask, Response, request

KEPT_IN = "COMPANION_TEST_PAGES"
"""Environment variable for the folder to keep pages in; without it none are kept."""
WORDS = re.compile(
    rb'>[^<]+|[0-9a-f]{8}-[0-9a-f-]{27}|(?<= )(?:value|content|href|action|data-[a-z]+)="[^"]*"'
)
"""What pages of the same shape may differ in: words, and what they refer to."""
PLANTED = {"planted", "static"}
"""Endpoints that serve no page of ours."""
PART_OF_A_PAGE = b'<!doctype html><html lang="en"><title>Companion</title><h1>A part of a page</h1>'
"""The page around a part that a script inserts."""
PARSED: set[str] = set()


def shape(page: bytes) -> str:
    """Return a text that is the same for pages differing only in their words."""
    return hashlib.sha256(WORDS.sub(b"", page)).hexdigest()[:16]


def is_well_formed(page: bytes, where: str) -> None:
    """Check that the page parses without an error, by bleach's parser; each shape is parsed once."""
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
