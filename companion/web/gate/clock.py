"""The only module that reads the clock during a request."""

from datetime import UTC, datetime

from flask import current_app

from companion.config import Settings


def now() -> datetime:
    """Return the current time in UTC. The demo and the tests can shift the time."""
    settings: Settings = current_app.extensions["settings"]
    return datetime.now(UTC) + settings.clock_offset
