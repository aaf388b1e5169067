"""Helpers for the tests of email."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import time_machine
from sqlalchemy import select

from companion.config import Settings
from companion.domain.notices.reminders import Choice
from companion.services.notices import preferences
from companion.store.base import Store
from companion.store.outbox import Outgoing
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Somebody

Delivers = Callable[[], int]
ROOT = Path(__file__).parents[2]
SENDER = "Companion <notes@companion.example>"


def wants_notices(cast: Cast, somebody: Somebody, address: str, *days: int, digest: bool = False) -> None:
    choice = Choice(address, frozenset(days), digest)
    preferences.choose(somebody.actor, choice)


def outcomes(store: Store, somebody: Somebody) -> list[str | None]:
    with store.reading() as tx:
        mine = select(Outgoing.outcome).where(Outgoing.account_id == somebody.viewer.account_id)
        return list(tx.scalars(mine.order_by(Outgoing.due_at)))


def worker(command: str, settings: Settings, smtp_url: str, clock: Clock) -> subprocess.Popen[str]:
    """Start a worker in its own process, using the test's clock."""
    moved = clock.now - time_machine.escape_hatch.datetime.datetime.now(UTC)
    environment = {
        "PATH": os.defpath,
        "COMPANION_MODE": "test",
        "COMPANION_HOME": str(settings.home),
        "COMPANION_DATABASE_URL": settings.database_url,
        "COMPANION_KEYS_URL": settings.keys_url,
        "COMPANION_SMTP_URL": smtp_url,
        "COMPANION_MAIL_FROM": SENDER,
        "COMPANION_CLOCK_OFFSET": str(round(moved.total_seconds())),
    }
    run = [sys.executable, "-m", "flask", "--app", "wsgi", command]
    return subprocess.Popen(run, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
