"""Lanes: groups of threads for different kinds of request.

The access rule of the requested view decides which group of threads handles the request. This module finds
the view in the same way as Flask does.
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
    """Return the group of threads that handles a request."""
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
