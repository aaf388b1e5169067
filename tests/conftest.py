"""What every test can ask for: a fresh store on either database, the people, a moving clock."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from companion import create_app
from companion.config import Settings
from companion.content import starter_activities
from companion.services.authoring import take_in
from companion.store.base import Model, Store, open_engine
from companion.store.keys import KeyModel, Keys, make_service_keys, wrapping_key
from companion.store.opening import open_store, prepare
from companion.store.passphrases import Hasher
from tests.cast import Cast
from tests.postgres import fresh_database, postgres_server
from tests.visitor import Visitor

TUESDAY = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""When the tests happen, unless they move the clock."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.addoption("--full", action="store_true", help="also what takes long")


def pytest_configure(config: pytest.Config) -> None:
    examples = 5000 if config.getoption("full") else 100
    hypothesis.settings.register_profile(
        "companion",
        max_examples=examples,
        deadline=None,  # a busy machine is no fault of the code
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("companion")
    if config.getoption("database") == "postgresql" and not hasattr(config, "workerinput"):
        stack = ExitStack()
        config.add_cleanup(stack.close)
        os.environ["COMPANION_TEST_SERVER"] = stack.enter_context(postgres_server())  # workers inherit it


class Clock:
    """The clock of the test; it stands still until it is moved."""

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
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Both databases of this worker, made once and empty: a copy of them is what a test gets."""
    home = tmp_path_factory.mktemp("home")
    environment = {"COMPANION_MODE": "test", "COMPANION_HOME": str(home), "COMPANION_CHEAP_HASHES": "1"}
    if request.config.getoption("database") == "postgresql":
        server, worker = os.environ["COMPANION_TEST_SERVER"], os.environ.get("PYTEST_XDIST_WORKER", "main")
        environment["COMPANION_DATABASE_URL"] = fresh_database(server, f"companion_{worker}")
        environment["COMPANION_KEYS_URL"] = fresh_database(server, f"keys_{worker}")
    settings = Settings.from_environment(environment)
    prepare(settings, TUESDAY)
    return settings


@pytest.fixture
def settings(prepared: Settings, tmp_path: Path) -> Settings:
    """Settings of databases that hold the service's keys and nothing else."""
    if prepared.database_url.startswith("sqlite"):
        shutil.copytree(prepared.home, tmp_path, dirs_exist_ok=True)
        return Settings.from_environment(
            {"COMPANION_MODE": "test", "COMPANION_HOME": str(tmp_path), "COMPANION_CHEAP_HASHES": "1"}
        )
    for url, metadata in (
        (prepared.database_url, Model.metadata),
        (prepared.keys_url, KeyModel.metadata),
    ):
        engine = open_engine(url)
        with engine.begin() as connection:
            tables = ", ".join(table.name for table in metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables}"))
        engine.dispose()
    engine = open_engine(prepared.keys_url)
    make_service_keys(Keys(engine, wrapping_key(prepared)), TUESDAY)
    engine.dispose()
    return prepared


@pytest.fixture(scope="session")
def furnished(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Embedded databases with the starter activities in them, to be copied; None on PostgreSQL."""
    if not prepared.database_url.startswith("sqlite"):
        return None
    home = tmp_path_factory.mktemp("furnished")
    shutil.copytree(prepared.home, home, dirs_exist_ok=True)
    opened = open_store(Settings.from_environment({"COMPANION_MODE": "test", "COMPANION_HOME": str(home)}))
    take_in(opened, starter_activities(), TUESDAY, shipped=True)
    opened.close()
    return home


@pytest.fixture
def store(settings: Settings, furnished: Path | None, clock: Clock) -> Iterator[Store]:
    """A store with the starter activities in it."""
    if furnished:
        shutil.copytree(furnished / "data", settings.home / "data", dirs_exist_ok=True)
    opened = open_store(settings)
    if not furnished:
        take_in(opened, starter_activities(), clock.now, shipped=True)
    yield opened
    opened.close()


@pytest.fixture
def hasher() -> Hasher:
    return Hasher(cheap=True)


@pytest.fixture
def cast(store: Store, hasher: Hasher, clock: Clock) -> Cast:
    """The people of the tests; each comes into being when he is first asked for."""
    return Cast(store, hasher, clock)


@pytest.fixture
def app(settings: Settings, store: Store) -> Iterator[Flask]:
    """The application on the test's databases."""
    made = create_app(settings)
    made.testing = True
    made.config["PROPAGATE_EXCEPTIONS"] = False  # what breaks must become a page here too
    yield made
    made.extensions["store"].close()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser in which nobody is signed in."""
    return Visitor(app)


@pytest.fixture
def enter(app: Flask, cast: Cast) -> "SimpleNamespace":
    """A signed-in browser for each of the people: ``enter.sam``, ``enter.priya`` …"""

    class Doors(SimpleNamespace):
        def __getattr__(self, name: str) -> Visitor:
            browser = Visitor(app)
            browser.sign_in(cast, getattr(cast, name))
            setattr(self, name, browser)
            return browser

    return Doors()
