"""Save one page for each distinct HTML structure, for HTML checkers to read."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from bleach._vendor import html5lib
from flask import Flask, Response, request

KEPT_IN = "COMPANION_TEST_PAGES"
"""The environment variable that names the folder for saved pages.

If this environment variable isn't set, the tests don't save the pages that they visit.
"""
WORDS = re.compile(
    rb'>[^<]+|[0-9a-f]{8}-[0-9a-f-]{27}|(?<= )(?:value|content|href|action|data-[a-z]+)="[^"]*"'
)
"""This pattern matches wording, ids and links, which tests ignore when they compare pages' HTML structure."""
PLANTED = {"planted", "static"}
"""Endpoints that don't serve Companion's pages."""
PART_OF_A_PAGE = b'<!doctype html><html lang="en"><title>Companion</title><h1>A part of a page</h1>'
"""The start of a page. Tests put it before an HTML fragment, because HTML checkers need a whole page.

Scripts insert HTML fragments into real pages.
"""
PARSED: set[str] = set()


def shape(page: bytes) -> str:
    """Return a string that is the same for pages that differ only in wording."""
    return hashlib.sha256(WORDS.sub(b"", page)).hexdigest()[:16]


def is_well_formed(page: bytes, where: str) -> None:
    """Check that html5lib parses the page without an error. Pages with the same HTML structure are checked
    only once.
    """
    known = shape(page)
    if known not in PARSED:
        parser = html5lib.HTMLParser()
        parser.parse(page, transport_encoding="utf-8")
        assert parser.errors == [], f"{where}: {parser.errors}"
        PARSED.add(known)


def keep(app: Flask) -> None:
    """Save each page that this application sends, if ``COMPANION_TEST_PAGES`` names a folder."""
    app.after_request(_kept)


def post_worker_init(worker: Any) -> None:
    """In browser tests, save every page that the portal shows. gunicorn calls this function after a worker
    has loaded the portal.
    """
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
