"""The portal's URLs that no attack tool may use, and the pages where the tools start."""

import re

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from companion.domain.people import Role
from companion.web.gate import access

ENDING = [
    *("public.leave", "account.sign_out", "account.end_session", "account.end_sessions"),
    "account.passphrase",  # the session continues with a new token, which a tool wouldn't notice
]
"""Endpoints that end the session.

A tool that requested one of the sign-out URLs would be signed out, find no more faults, and report success.
"""


class Addresses:
    """An application's URLs, found in its URL map."""

    def __init__(self, app: Flask) -> None:
        self._rules = list(app.url_map.iter_rules())
        self._map = app.url_map.bind("localhost")
        with app.app_context():
            self._roles = {rule.endpoint: access.rule_of(rule.endpoint).roles for rule in self._rules}  # type: ignore[union-attr]

    def ending(self, anything: str) -> list[str]:
        """Return the URLs that end a session, with this value instead of each variable part."""
        found = {rule.endpoint: re.sub("<[^>]+>", anything, rule.rule) for rule in self._rules}
        return [found[endpoint] for endpoint in ENDING]

    def beginnings(self, role: Role) -> list[str]:
        """Return the pages that this role can open and whose URLs have no variable parts."""
        return [
            rule.rule
            for rule in self._rules
            if role in self._roles[rule.endpoint] and "GET" in (rule.methods or ()) and not rule.arguments
        ]

    def kind(self, method: str, path: str) -> str:
        """Return the method and endpoint of a request, or an empty string for an unknown URL."""
        try:
            endpoint, _ = self._map.match(path, method=method)
        except (HTTPException, RequestRedirect):
            return ""
        return f"{method} {endpoint}"

    def is_of(self, kind: str, role: Role) -> bool:
        """Return whether this kind of request works only for people with this role."""
        return bool(kind) and role in self._roles[kind.split()[1]]
