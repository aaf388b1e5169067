"""Test the background loop in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from companion.cli.background.gauges import Measures
from companion.cli.background.loop import work
from companion.config import Settings
from companion.services.plan import items, reviews
from companion.store.audit import AuditEntry
from companion.store.base import UNAVAILABLE
from companion.store.concerns.concerns import ConcernRow
from companion.store.outbox import Notice, Outgoing
from tests.cast import Cast
from tests.fixtures import Clock
from tests.web.test_disk import read_only

ROOT = Path(__file__).parents[3]
STARTING_SECONDS = 60


def asked(cast: Cast) -> int:
    """Return how many notices ask somebody to review a plan."""
    with cast.store.reading() as tx:
        those = select(func.count()).where(Outgoing.notice == Notice.PLAN_REVIEW_DUE)
        return tx.scalar(those) or 0


def test_a_participant_is_asked_to_review_their_plan_on_the_agreed_day(
    cast: Cast, settings: Settings
) -> None:
    item = uuid4()
    items.add(cast.sam.actor, item, "good", [("Walking", "", "")], None)
    reviews.begin(cast.sam.actor)
    reviews.still_true(cast.sam.actor, item, 1)
    reviews.finish(cast.sam.actor, "no", "2026-12-22")
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
    ours = {
        "COMPANION_MODE": "test",
        "COMPANION_HOME": str(settings.home),
        "COMPANION_DATABASE_URL": settings.database_url,
        "COMPANION_KEYS_URL": settings.keys_url,
        "COMPANION_CLOCK_OFFSET": str(int(timedelta(days=60).total_seconds())),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "background"]
    with subprocess.Popen(command, cwd=ROOT, env=outside | ours, stderr=subprocess.PIPE) as loop:
        deadline = time.monotonic() + STARTING_SECONDS
        while not asked(cast) and loop.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        loop.send_signal(signal.SIGTERM)
        loop.wait(STARTING_SECONDS)
    assert (asked(cast), loop.returncode) == (1, 0)


def test_the_background_loop_fails_if_the_database_is_read_only(
    cast: Cast, app: Flask, settings: Settings
) -> None:
    measures = Measures(settings)
    event.listen(cast.store._engine, "begin", read_only)
    with app.app_context(), pytest.raises(UNAVAILABLE):
        work(cast.store, measures)
    event.remove(cast.store._engine, "begin", read_only)


def test_a_damaged_value_stops_only_one_background_job(
    cast: Cast, app: Flask, settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    item = uuid4()
    items.add(cast.sam.actor, item, "good", [("Walking", "", "")], None)
    reviews.begin(cast.sam.actor)
    reviews.still_true(cast.sam.actor, item, 1)
    reviews.finish(cast.sam.actor, "no", "2026-11-25")
    concern = cast.sam.tells("I have a worry about a child.")
    with cast.store.writing() as tx:
        changed = update(ConcernRow).where(ConcernRow.id == concern).values(kind="damaged")
        tx.connection().execute(changed)
        tx.commit()
    clock.forward(days=14)
    with app.app_context():
        work(cast.store, Measures(settings))
    assert [record.job for record in caplog.records if "job" in record.__dict__] == ["escalate"]
    assert asked(cast) == 1
    with cast.store.reading() as tx:
        assert not tx.scalar(
            select(func.count()).where(AuditEntry.position.is_(None), AuditEntry.at < cast.now)
        )
