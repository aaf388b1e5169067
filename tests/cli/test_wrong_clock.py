"""Test that a wrong clock is reported, and never causes records to be erased early."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from companion.cli.background.gauges import Measures
from companion.cli.background.loop import work
from companion.cli.rights import IN_DOUBT, keep_to_schedule
from companion.config import Settings
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.records.retention import LONGEST_BACK, LONGEST_GAP
from companion.services.records import retention
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.web.log_lines import fits
from tests.cast import Cast
from tests.cli.posting import worker
from tests.cli.test_rights import invoke
from tests.fixtures import Clock
from tests.services.records.test_erasure import is_wiped
from tests.tampering import tampering

YEARS = 2300
STARTING_SECONDS = 60
ASKS = "Look at the clock. If it is right: “flask --app wsgi retention run --do --clock-is-right”"


@pytest.fixture
def over(cast: Cast, app: Flask) -> Cast:
    """Set up Companion, close Sam's enrolment, and run the background loop for a day."""
    assert cast.margaret and cast.owen
    retention.begin(cast.store, cast.now)
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY, PathwayState.CLOSED)
    a_day(cast, app)
    return cast


def a_day(cast: Cast, app: Flask) -> None:
    """Do what the background loop does in a day."""
    with app.app_context():
        measures = Measures(app.extensions["settings"])
        work(cast.store, measures)
        keep_to_schedule(cast.store)
        work(cast.store, measures)


def details(store: Store, event: Event) -> list[str]:
    with store.reading() as tx:
        return list(
            tx.scalars(select(AuditEntry.detail).where(AuditEntry.event == event).order_by(AuditEntry.at))
        )


def test_a_clock_that_is_years_ahead_never_causes_an_erasure(
    over: Cast, app: Flask, clock: Clock, enter: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    clock.forward(days=YEARS)
    for day in range(3):
        # other events are still recorded, but with the wrong time
        over.priya.raises(over.owen, f"It is day {day}.")
        a_day(over, app)
        clock.forward(days=1)
    assert not is_wiped(over.store, over.sam)
    said = [record for record in caplog.records if record.msg == IN_DOUBT]
    assert [record.last for record in said] == ["2026-11-24"] * 3 and fits("last", said[0].last)
    assert details(over.store, Event.REFUSED) == ["retention:clock_ahead"] * 3
    assert details(over.store, Event.RETENTION_RAN) == ["first_start", ""]
    done = invoke(app, ["retention", "run", "--do"])
    assert done.exit_code == 1 and ASKS in done.output and not is_wiped(over.store, over.sam)
    said = invoke(app, ["retention", "run"])
    assert said.exit_code == 0 and ASKS in said.output and "would be erased" in said.output
    assert "Nothing is being erased or deleted. The schedule last ran on" in enter.margaret.get(
        "/lead/retention"
    )


def test_old_records_can_be_erased_after_an_operator_confirms_that_the_clock_is_right(
    over: Cast, app: Flask, clock: Clock
) -> None:
    clock.forward(days=YEARS)
    a_day(over, app)
    done = invoke(app, ["retention", "run", "--do", "--clock-is-right"])
    assert done.exit_code == 0 and is_wiped(over.store, over.sam)
    assert details(over.store, Event.RETENTION_RAN) == ["first_start", "", "clock_is_right"]
    clock.forward(days=1)
    assert invoke(app, ["retention", "run", "--do"]).exit_code == 0


def test_retention_continues_after_the_clock_is_corrected(over: Cast, app: Flask, clock: Clock) -> None:
    clock.forward(days=YEARS)
    a_day(over, app)
    clock.forward(days=1 - YEARS)
    assert invoke(app, ["retention", "run", "--do"]).exit_code == 0


def test_the_retention_command_asks_for_confirmation_if_the_clock_was_set_back(
    over: Cast, app: Flask, clock: Clock
) -> None:
    clock.forward(days=20)
    a_day(over, app)
    clock.forward(days=-20)
    refused = invoke(app, ["retention", "run", "--do"])
    assert refused.exit_code == 1 and ASKS in refused.output
    assert details(over.store, Event.REFUSED) == ["retention:clock_back"]
    assert invoke(app, ["retention", "run", "--do", "--clock-is-right"]).exit_code == 0
    clock.forward(days=1)
    assert invoke(app, ["retention", "run", "--do"]).exit_code == 0


@pytest.mark.parametrize("by", [LONGEST_GAP, -LONGEST_BACK])
def test_old_records_are_erased_only_if_the_clock_has_not_moved_too_far_since_the_last_run(
    over: Cast, app: Flask, clock: Clock, by: timedelta
) -> None:
    clock.forward(seconds=by.total_seconds())
    assert invoke(app, ["retention", "run", "--do"]).exit_code == 0
    clock.forward(seconds=by.total_seconds() + (1 if by > timedelta() else -1))
    assert invoke(app, ["retention", "run", "--do"]).exit_code == 1


def test_the_first_retention_run_erases_nobody_if_the_clock_is_ahead(
    cast: Cast, app: Flask, clock: Clock
) -> None:
    """An older version neither checked the clock nor recorded when retention last ran."""
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY, PathwayState.CLOSED)
    a_day(cast, app)
    with tampering(cast.store) as tx:
        for entry in tx.scalars(select(AuditEntry).where(AuditEntry.event == Event.RETENTION_RAN)):
            tx.delete(entry)
    clock.forward(days=YEARS)
    a_day(cast, app)
    assert not is_wiped(cast.store, cast.sam)


def test_the_background_process_erases_nobody_if_its_clock_is_years_ahead(
    over: Cast, settings: Settings, clock: Clock
) -> None:
    clock.forward(days=YEARS)
    with worker("background", settings, "", clock) as loop:
        deadline = time.monotonic() + STARTING_SECONDS
        while not details(over.store, Event.REFUSED) and loop.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        loop.terminate()
    assert details(over.store, Event.REFUSED) == ["retention:clock_ahead"]
    assert loop.returncode == 0 and not is_wiped(over.store, over.sam)
