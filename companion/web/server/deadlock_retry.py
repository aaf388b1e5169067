"""What PostgreSQL undid only since others were at work is done once more, within the same request (docs/locks.md)."""

from flask import Flask, request, session
from flask.typing import ResponseReturnValue

from companion.services.act import repeated


class Repeating(Flask):
    """An application that repeats a view after a deadlock: nobody loses what was sent, and nobody sees an error."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view, twice at most. What it put into the cookie's session the first time is taken out again."""
        before = dict(session) if request.method == "POST" else None

        def back() -> None:
            if before is not None:
                session.clear()
                session.update(before)

        return repeated(super().dispatch_request, back)
