"""The real application with its normal settings, in a temporary folder."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask

from companion import create_app
from companion.config import Settings
from companion.store.accounts.passphrases import Hasher
from companion.store.operations.open_databases import prepare
from tests.cast import Cast
from tests.postgres import fresh_database


class RealClock:
    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Portal:
    """The application, with the test users' accounts in its databases."""

    app: Flask
    cast: Cast
    environment: Mapping[str, str] = field(default_factory=dict)
    """The environment variables with which to serve the application."""


@contextmanager
def portal(server_url: str = "", name: str = "companion") -> Iterator[Portal]:
    """Yield an empty portal, and finally remove the portal.

    Passphrases are hashed with the tests' settings, which make hashing quick. If ``server_url`` is given, the
    portal creates its databases on that PostgreSQL server. Without a ``server_url``, the databases are
    embedded.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = {"COMPANION_MODE": "test", "COMPANION_HOME": folder, "COMPANION_CHEAP_HASHES": "1"}
        if server_url:
            environment["COMPANION_DATABASE_URL"] = fresh_database(server_url, name)
            environment["COMPANION_KEYS_URL"] = fresh_database(server_url, f"{name}_keys")
        settings = Settings.from_environment(environment)
        clock = RealClock()
        prepare(settings, clock.now)
        app = create_app(settings)
        store = app.extensions["store"]
        try:
            yield Portal(app, Cast(store, Hasher(cheap=True), clock), environment)
        finally:
            store.close()
