"""Fixtures for all tests outside tests/domain."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask

from companion import cli, create_app
from companion.config import Settings
from companion.content import programme, starter_activities
from companion.services.authoring.drafts import take_in
from companion.services.programme import import_files
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store
from companion.store.operations.open_databases import open_store, prepare
from tests import pages
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.postgres import fresh_database, keep_rows, put_rows_back
from tests.visitor import Visitor

TUESDAY = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""The time at which each test begins."""


class Clock:
    """A clock that advances only when a test says so."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def forward(self, **amount: float) -> None:
        self._traveller.move_to(self.now + timedelta(**amount))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> str:
    """Return the URL of the PostgreSQL server, or an empty string for SQLite.

    Every test with a database depends on this fixture.
    """
    return os.environ["COMPANION_TEST_SERVER"] if request.config.getoption("database") == "postgresql" else ""


@pytest.fixture(scope="session")
def prepared(server: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Create this worker's two empty databases, for each test to copy."""
    settings = settings_in(tmp_path_factory.mktemp("home"))
    if server:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        settings = replace(
            settings,
            database_url=fresh_database(server, f"companion_{worker}"),
            keys_url=fresh_database(server, f"keys_{worker}"),
        )
    prepare(settings, TUESDAY)
    if server:
        keep_rows(settings, "prepared")
    return settings


def settings_in(home: Path) -> Settings:
    """Return settings for embedded databases in this folder."""
    return Settings.from_environment(
        {"COMPANION_MODE": "test", "COMPANION_HOME": str(home), "COMPANION_CHEAP_HASHES": "1"}
    )


@pytest.fixture
def settings(prepared: Settings, server: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Return settings for databases that contain the service's keys, but no participant's keys."""
    if server:
        if "store" not in request.fixturenames:  # in other tests, the `store` fixture restores the rows
            put_rows_back(prepared, "prepared")
        key = tmp_path / prepared.wrapping_key_file.relative_to(
            prepared.home
        )  # each test needs its own copy of the key, because some tests change the key
        key.parent.mkdir(mode=0o700)
        shutil.copy(prepared.wrapping_key_file, key)
        return replace(prepared, home=tmp_path, wrapping_key_file=key)
    shutil.copytree(prepared.home, tmp_path, dirs_exist_ok=True)
    return settings_in(tmp_path)


@pytest.fixture(scope="session")
def furnished(prepared: Settings, server: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings for databases that already contain keys, the starter activities and the programme."""
    settings = prepared
    if server:
        put_rows_back(settings, "prepared")
    else:
        home = tmp_path_factory.mktemp("furnished")
        settings = settings_in(shutil.copytree(prepared.home, home, dirs_exist_ok=True))
    opened = open_store(settings)
    take_in(opened, starter_activities(), TUESDAY, shipped=True)
    import_files.take_in(opened, [programme()], TUESDAY, shipped=True)
    opened.close()
    if server:
        keep_rows(settings, "furnished")
    return settings


@pytest.fixture
def store(settings: Settings, furnished: Settings, server: str, clock: Clock) -> Iterator[Store]:
    """Yield a store that contains the starter activities and the programme."""
    if server:
        put_rows_back(settings, "furnished")
    else:
        shutil.copytree(furnished.home / "data", settings.home / "data", dirs_exist_ok=True)
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def hasher() -> Hasher:
    return Hasher(cheap=True)


@pytest.fixture
def cast(store: Store, hasher: Hasher, clock: Clock) -> Cast:
    """Return the people that the tests use. Each person is created when a test first uses them."""
    return Cast(store, hasher, clock)


@pytest.fixture
def rehearsal(settings: Settings, server: str, tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """Return the backup destination for this test's databases."""
    return Rehearsal(settings, tmp_path_factory.mktemp("backups"), server)


@pytest.fixture
def app(settings: Settings, store: Store) -> Iterator[Flask]:
    """Yield the application, which uses the test's databases."""
    made = create_app(settings)
    cli.install(made)
    made.testing = True
    made.config["PROPAGATE_EXCEPTIONS"] = False  # errors must become error pages in tests as well
    pages.keep(made)
    yield made
    made.extensions["store"].close()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Return a browser without a session."""
    return Visitor(app)


@pytest.fixture
def enter(app: Flask, cast: Cast) -> "SimpleNamespace":
    """Return an object with one signed-in browser per person, for example ``enter.sam`` for Sam."""

    class Doors(SimpleNamespace):
        def __getattr__(self, name: str) -> Visitor:
            browser = Visitor(app)
            browser.comes_in(cast, getattr(cast, name))
            setattr(self, name, browser)
            return browser

    return Doors()
