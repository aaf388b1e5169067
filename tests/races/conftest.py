"""Fixtures for racing two actions on a separate PostgreSQL server."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine

from companion.config import Settings
from companion.content import programme, starter_activities
from companion.services.authoring.drafts import take_in
from companion.services.programme import import_files
from companion.store.accounts.passphrases import Hasher
from companion.store.operations.open_databases import open_store, prepare
from tests.cast import Cast
from tests.fixtures import TUESDAY, Clock, settings_in
from tests.postgres import fresh_database, postgres_server
from tests.races.stages import Stage


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    running = os.environ.get("COMPANION_TEST_SERVER")
    if running:
        yield running
        return
    with postgres_server() as made:
        yield made


@pytest.fixture(scope="module")
def racing(own_server: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings for two databases that contain the starter activities and the programme."""
    settings = settings_in(tmp_path_factory.mktemp("races"))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    settings = replace(
        settings,
        database_url=fresh_database(own_server, f"races_{worker}"),
        keys_url=fresh_database(own_server, f"races_keys_{worker}"),
    )
    prepare(settings, TUESDAY)
    store = open_store(settings)
    take_in(store, starter_activities(), TUESDAY, shipped=True)
    import_files.take_in(store, [programme()], TUESDAY, shipped=True)
    store.close()
    return settings


@pytest.fixture(scope="module")
def stage(racing: Settings) -> Iterator[Stage]:
    """Yield the tests' people and records, restored before each race."""
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        store = open_store(racing)
        yield Stage(Cast(store, Hasher(cheap=True), Clock(traveller)), racing)
        store.close()
