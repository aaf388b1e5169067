"""Machines on which tests run the operator's commands. Each machine has its own folder and databases."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from companion import create_app
from companion.config import Settings
from tests.postgres import fresh_database

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def machine(home: Path, server: str, name: str, copied: str = "template1") -> dict[str, str]:
    """Return the settings of a machine.

    On PostgreSQL, each test machine has its own databases, which are either empty or copies of another
    machine's databases.
    """
    chosen = {"COMPANION_MODE": "demo", "COMPANION_HOME": str(home), "COMPANION_CHEAP_HASHES": "1"}
    if server:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        for each in ("DATABASE", "KEYS"):
            its_own = f"_{each.lower()}_{worker}"
            template = copied if copied == "template1" else copied + its_own
            chosen[f"COMPANION_{each}_URL"] = fresh_database(server, name + its_own, template)
    return chosen


WITHOUT_ROOT_S_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
"""A command prefix that enforces file permissions, even for root."""


def process(environment: dict[str, str], *through: str) -> Run:
    """Return a function that runs each command on this machine in a new process."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}

    def run(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*through, sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env={**outside, **environment, **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def inside(environment: dict[str, str]) -> Run:
    """Return a function that runs commands on this machine within this process."""

    def run(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        app = create_app(Settings.from_environment({**environment, **settings}), for_commands=True)
        with app.app_context():
            done = app.test_cli_runner().invoke(args=command)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)

    return run


def works(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def refuses(done: subprocess.CompletedProcess[str]) -> str:
    """Check that a command refused to run, and return its one-sentence message."""
    assert done.returncode != 0 and "Traceback" not in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr
