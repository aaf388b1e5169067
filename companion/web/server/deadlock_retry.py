"""Retry a request once after a deadlock in PostgreSQL (docs/locks.md)."""

from flask import Flask, request, session
from flask.typing import ResponseReturnValue

from companion.services.act import repeated


class Repeating(Flask):
    """A Flask application that calls a view a second time if the first call ended in a deadlock."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view, at most twice.

        Before the second call, restore the session data that the first call may have changed.
        """
        before = dict(session) if request.method == "POST" else None

        def back() -> None:
            if before is not None:
                session.clear()
                session.update(before)

        return repeated(super().dispatch_request, back)
