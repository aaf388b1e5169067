"""The portal's addresses, from its URL map: which no tool may press, where it begins, what it has reached."""

import re

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from companion.domain.people import Role
from companion.web.gate import access

ENDING = [
    *("public.leave", "account.sign_out", "account.end_session", "account.end_sessions"),
    "account.passphrase",  # its session goes on with a new token, which a tool does not take up
]
"""What ends the session that presses it: a tool that did so would see nothing more, and look content."""


class Addresses:
    """Of one application."""

    def __init__(self, app: Flask) -> None:
        self._rules = list(app.url_map.iter_rules())
        self._map = app.url_map.bind("localhost")
        with app.app_context():
            self._roles = {rule.endpoint: access.rule_of(rule.endpoint).roles for rule in self._rules}  # type: ignore[union-attr]

    def ending(self, anything: str) -> list[str]:
        """Those that end a session, with this where an address holds something that differs."""
        found = {rule.endpoint: re.sub("<[^>]+>", anything, rule.rule) for rule in self._rules}
        return [found[endpoint] for endpoint in ENDING]

    def beginnings(self, role: Role) -> list[str]:
        """The pages of a role whose addresses hold nothing that differs."""
        return [
            rule.rule
            for rule in self._rules
            if role in self._roles[rule.endpoint] and "GET" in (rule.methods or ()) and not rule.arguments
        ]

    def kind(self, method: str, path: str) -> str:
        """What a request is for, whatever it is about; nothing for an address that is none."""
        try:
            endpoint, _ = self._map.match(path, method=method)
        except (HTTPException, RequestRedirect):
            return ""
        return f"{method} {endpoint}"

    def is_of(self, kind: str, role: Role) -> bool:
        """Whether only who is signed in in this role is answered."""
        return bool(kind) and role in self._roles[kind.split()[1]]
