"""Retries a request, once, if PostgreSQL rolled it back only because of concurrent transactions (docs/locks.md)."""

from flask import Flask, request, session
from flask.typing import ResponseReturnValue

from companion.services.act import repeated


class Repeating(Flask):
    """An application that repeats a view after a deadlock: nothing sent is lost, and nobody sees an error."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view, twice at most. What the first attempt put into the cookie's session is removed."""
        before = dict(session) if request.method == "POST" else None

        def back() -> None:
            if before is not None:
                session.clear()
                session.update(before)

        return repeated(super().dispatch_request, back)
