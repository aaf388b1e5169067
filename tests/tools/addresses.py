"""URLs that security scanners must avoid, and the pages where the scanners start."""

import re

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from companion.domain.people import Role
from companion.web.gate import access

ENDING = [
    *("public.leave", "account.sign_out", "account.end_session", "account.end_sessions"),
    "account.passphrase",  # a tool wouldn't notice the session's new token
]
"""Endpoints that end the session.

The tools must not open these endpoints, because the tools would then be signed out.
"""


class Addresses:
    """An application's URLs, found in its URL map."""

    def __init__(self, app: Flask) -> None:
        self._rules = list(app.url_map.iter_rules())
        self._map = app.url_map.bind("localhost")
        with app.app_context():
            self._roles = {rule.endpoint: access.rule_of(rule.endpoint).roles for rule in self._rules}  # type: ignore[union-attr]

    def ending(self, anything: str) -> list[str]:
        """Return the URLs that end a session, with ``anything`` in place of every variable part."""
        found = {rule.endpoint: re.sub("<[^>]+>", anything, rule.rule) for rule in self._rules}
        return [found[endpoint] for endpoint in ENDING]

    def beginnings(self, role: Role) -> list[str]:
        """Return the URLs that have no variable parts and that this role can open."""
        return [
            rule.rule
            for rule in self._rules
            if role in self._roles[rule.endpoint] and "GET" in (rule.methods or ()) and not rule.arguments
        ]

    def kind(self, method: str, path: str) -> str:
        """Return a request's method and endpoint, or an empty string for unknown URLs."""
        try:
            endpoint, _ = self._map.match(path, method=method)
        except (HTTPException, RequestRedirect):
            return ""
        return f"{method} {endpoint}"

    def is_of(self, kind: str, role: Role) -> bool:
        """Return whether this kind of request is for people with this role."""
        return bool(kind) and role in self._roles[kind.split()[1]]
