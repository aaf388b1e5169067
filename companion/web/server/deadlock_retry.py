"""Retry a request once if PostgreSQL rolled back its transaction because of a deadlock (docs/locks.md)."""

from flask import Flask, request, session
from flask.typing import ResponseReturnValue

from companion.services.act import repeated


class Repeating(Flask):
    """An application that calls a view again after a deadlock, so that no input is lost and nobody sees an
    error.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view, at most twice.

        Changes that the first attempt made to the session cookie are undone before the second attempt.
        """
        before = dict(session) if request.method == "POST" else None

        def back() -> None:
            if before is not None:
                session.clear()
                session.update(before)

        return repeated(super().dispatch_request, back)
