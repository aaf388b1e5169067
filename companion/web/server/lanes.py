"""Separate groups of threads (lanes) for different kinds of request, so that no kind of request can use up
all threads.

The view's access rule decides which threads handle a request. To find the view, this module decodes the URL
and looks it up in the same way as Flask.
"""

from enum import Enum, auto
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Lane(Enum):
    """A group of threads for one kind of request."""

    PAGES = auto()
    APART = auto()
    """Requests that are answered without a database."""
    HASHING = auto()


def lane_of(app: object, environ: dict[str, Any]) -> Lane:
    """Return the group of threads for a request.

    The threads for ordinary pages handle requests without a view, such as redirected requests, because those
    requests need no hashing.
    """
    if not isinstance(app, Flask):
        return Lane.PAGES
    try:
        request = app.request_class(environ)
        adapter = app.create_url_adapter(request)
        found, _ = adapter.match(return_rule=True) if adapter else (None, {})
    except HTTPException:
        return Lane.PAGES
    rule = getattr(app.view_functions[found.endpoint], "rule", None) if found else None
    if rule is None:
        return Lane.PAGES
    if rule.hashes and request.method not in SAFE:
        return Lane.HASHING
    return Lane.APART if rule.apart else Lane.PAGES
