"""Fixtures for the operator's commands."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from companion.cli.background import mail
from companion.config import Settings
from companion.store.base import Store
from companion.store.operations.open_databases import open_store
from tests.cli.machines import Run, inside, machine, process, works
from tests.cli.posting import SENDER, Delivers
from tests.fixtures import Clock
from tests.mail import Mailroom, smtp_server


@pytest.fixture
def environment(server: str, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the settings of a new machine: a folder and databases of its own."""
    if "migrated" not in request.fixturenames:
        return machine(tmp_path, server, "commands")
    shutil.copytree(request.getfixturevalue("migrated_once"), tmp_path, dirs_exist_ok=True)
    return machine(tmp_path, server, "commands", copied="migrated")


@pytest.fixture
def flask(environment: dict[str, str]) -> Run:
    """Run commands such as ``flask("audit", "verify")``.

    A keyword such as ``SETTING=value`` changes a setting for this call.
    """
    return process(environment)


@pytest.fixture
def within(environment: dict[str, str]) -> Run:
    """Run commands as ``flask`` does, but faster, within this process."""
    return inside(environment)


@pytest.fixture(scope="session")
def migrated_once(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a machine on which ``migrate`` ran.

    ``audit seal`` has already added the audit entries from ``migrate`` to the hash chain.
    """
    home = tmp_path_factory.mktemp("migrated")
    run = inside(machine(home, server, "migrated"))
    works(run("migrate"))
    works(run("audit", "seal"))
    return home


@pytest.fixture
def migrated(migrated_once: Path, within: Run) -> Run:
    """Run commands in this process, on a copy of an installation whose databases ``migrate`` has prepared."""
    return within


@pytest.fixture
def opened(environment: dict[str, str]) -> Iterator[Callable[[], Store]]:
    stores: list[Store] = []

    def store() -> Store:
        stores.append(open_store(Settings.from_environment(environment)))
        return stores[-1]

    yield store
    for each in stores:
        each.close()


@pytest.fixture
def mail_server() -> Iterator[tuple[Mailroom, str]]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def room(mail_server: tuple[Mailroom, str]) -> Mailroom:
    return mail_server[0]


@pytest.fixture
def delivers(
    app: Flask, store: Store, settings: Settings, mail_server: tuple[Mailroom, str], clock: Clock
) -> Delivers:
    """Return a function that sends all due emails and says how many it sent."""
    there = dataclasses.replace(settings, smtp_url=mail_server[1], mail_from=SENDER)

    def deliver() -> int:
        with app.app_context():
            return mail.deliver_now(store, there, clock.now)

    return deliver
