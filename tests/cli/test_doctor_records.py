"""Test what ``doctor`` says about the audit, about rows that were changed by hand, and about wrong clocks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from companion.cli.audit import seal_now
from companion.cli.background.gauges import Measures
from companion.cli.background.loop import DISORDERED, attempt, work
from companion.cli.rights import keep_to_schedule
from companion.config import Settings
from companion.domain.operations import health
from companion.domain.operations.health import Verdict
from companion.store import audit
from companion.store.audit import AuditEntry
from companion.store.base import Store
from companion.store.enrolments.enrolments import Enrolment
from companion.store.operations import pragmas
from tests.cast import Cast
from tests.cli.doctor import found_on, said, wrong
from tests.cli.machines import Run, works
from tests.fixtures import Clock
from tests.tampering import tampering


def test_doctor_reports_records_with_dates_in_the_future(migrated: Run, opened: Callable[[], Store]) -> None:
    works(migrated("first-start", COMPANION_CLOCK_OFFSET="7500"))
    assert "2 hours ahead of this clock" in wrong(said(migrated("doctor")))["clock"]


def test_doctor_checks_the_database_servers_clock(cast: Cast, server: str, clock: Clock) -> None:
    with cast.store.reading() as tx:
        theirs = pragmas.clock_of(tx)
    assert (theirs is None) == (not server)
    if theirs:
        assert health.clock(theirs + timedelta(minutes=5), None, theirs).verdict is Verdict.WRONG


def test_doctor_reports_audit_entries_that_are_still_missing_from_the_hash_chain_after_an_hour(
    migrated: Run,
) -> None:
    works(migrated("first-start"))
    found = said(migrated("doctor", COMPANION_CLOCK_OFFSET="3600"))
    assert "entries are not chained, the oldest for 60 minutes" in wrong(found)["audit"]
    works(migrated("audit", "seal"))
    assert "audit" not in wrong(said(migrated("doctor", COMPANION_CLOCK_OFFSET="3600")))


def test_a_missing_audit_entry_stops_all_erasures(
    store: Store, settings: Settings, cast: Cast, app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert cast.sam
    seal_now(store)
    fine = found_on("audit's head", settings, clock)
    assert fine.verdict is Verdict.FINE
    with tampering(store) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == 2))
        tx.execute(update(AuditEntry).where(AuditEntry.position > 2).values(position=None, link=None))
    says = found_on("audit's head", settings, clock).says
    assert "entries were removed, or an older copy of the database was put back" in says
    with app.app_context():
        work(store, Measures(settings))
        attempt(Measures(settings), keep_to_schedule, store)
    said = [
        record for record in caplog.records if getattr(record, "job", "") in ("seal_now", "keep_to_schedule")
    ]
    assert [record.getMessage() for record in said] == [DISORDERED] * 2
    with store.reading() as tx:
        assert audit.last(tx, audit.Event.RETENTION_RAN) is None


def test_doctor_reports_rows_that_were_changed_by_hand(
    store: Store, settings: Settings, cast: Cast, app: Flask, clock: Clock
) -> None:
    assert cast.sam and cast.daniel
    says = app.test_cli_runner()
    before = row_of(store, cast)
    cast.priya.hands_over(cast.sam, cast.daniel)
    with store.writing() as tx:  # restore the whole old row, with its old hash
        tx.connection().execute(update(Enrolment).where(Enrolment.id == before["id"]).values(before))
        tx.commit()
    found = found_on("bound rows", settings, clock)
    assert found.verdict is Verdict.WRONG and "not as the record says" in found.says
    assert f"enrolments {cast.sam.enrolment_id}" in found.says
    with store.writing() as tx:
        moved = update(Enrolment).where(Enrolment.id == before["id"])
        tx.connection().execute(moved.values(practitioner_id=cast.daniel.viewer.account_id))
        tx.commit()
    assert "were changed outside Companion" in found_on("bound rows", settings, clock).says
    with app.app_context():
        checked = says.invoke(args=["bindings", "check"])
        assert checked.exit_code == 1 and f"enrolments {cast.sam.enrolment_id}" in checked.output
        assert says.invoke(args=["bindings", "renew"], input="n\n").exit_code == 1
        assert says.invoke(args=["bindings", "renew"], input="y\n").exit_code == 0
        assert says.invoke(args=["bindings", "check"]).exit_code == 0
        assert says.invoke(args=["bindings", "begin"]).exit_code == 0
    assert found_on("bound rows", settings, clock).verdict is Verdict.FINE


def row_of(store: Store, cast: Cast) -> dict[str, object]:
    """Return Sam's enrolment as the database stores it."""
    with store.reading() as tx:
        his = select(Enrolment.__table__).where(Enrolment.id == cast.sam.enrolment_id)
        return dict(tx.connection().execute(his).mappings().one())
