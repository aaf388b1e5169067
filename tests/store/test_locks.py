"""Test that missing locks, and locks in the wrong order, raise an error."""

import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import select, update

from companion.domain.enrolments.pathway import PathwayState
from companion.store import locks, people
from companion.store.base import Model
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.locks import ORDER, OutOfOrder
from companion.store.people import Account
from companion.store.work.rows import WorkRow
from tests.cast import Cast

ROOT = Path(__file__).parents[2]
LOCKING = {"companion/store/locks.py", "companion/store/keys.py"}
"""The modules that may take locks."""


def test_only_two_modules_can_take_locks() -> None:
    found = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "companion").rglob("*.py")
        if re.search(r"with_for_update|FOR (NO KEY )?UPDATE|FOR SHARE|LOCK TABLE", file.read_text())
    }
    assert found == LOCKING


def test_the_lock_order_in_the_code_matches_the_documents() -> None:
    text = (ROOT / "docs/locks.md").read_text()
    assert re.findall(r"^\| \d+ \| `(\w+)`", text, re.MULTILINE) == list(ORDER)
    assert set(ORDER) <= set(Model.metadata.tables)


def test_taking_a_lock_out_of_order_is_refused(cast: Cast) -> None:
    sam = cast.sam
    with cast.store.writing() as tx:
        enrolments.enrolment(tx, sam.viewer, lock=True)
        with pytest.raises(OutOfOrder):
            people.lock(tx, sam.viewer.account_id)
    with cast.store.writing() as tx:
        people.lock(tx, sam.viewer.account_id)
        enrolments.enrolment(tx, sam.viewer, lock=True)
        people.lock(tx, sam.viewer.account_id)  # this transaction already has a lock on the account


def test_rows_of_one_table_must_be_locked_in_id_order(cast: Cast) -> None:
    first, last = sorted([cast.sam.enrolment_id, cast.owen.enrolment_id])
    priya = cast.priya.viewer
    with cast.store.writing() as tx:
        enrolments.enrolment(tx, priya, last, lock=True)
        with pytest.raises(OutOfOrder):
            enrolments.enrolment(tx, priya, first, lock=True)
    with cast.store.writing() as tx:
        both = enrolments.lock_several(tx, priya, [last, first])
        assert [row.id for row in both] == [first, last]


def test_locking_a_row_reloads_its_current_values(cast: Cast) -> None:
    sam = cast.sam.viewer
    with cast.store.writing() as tx:
        row = enrolments.enrolment(tx, sam)
        tx.connection().execute(update(Enrolment.__table__).values(state=PathwayState.DIED))
        assert row.state != PathwayState.DIED
        assert enrolments.enrolment(tx, sam, lock=True) is row and row.state == PathwayState.DIED


def test_changing_a_row_without_a_lock_is_refused(cast: Cast) -> None:
    piece, sam = cast.priya.sets(cast.sam, "a-week-of-choices"), cast.sam.viewer
    with cast.store.writing() as tx:
        people.account(tx, sam.account_id).language = "cy"
        with pytest.raises(OutOfOrder):
            tx.flush()
    with cast.store.writing() as tx:
        tx.get_one(WorkRow, piece).started = True
        with pytest.raises(OutOfOrder):
            tx.flush()
    with cast.store.writing() as tx, pytest.raises(OutOfOrder):
        tx.execute(update(Account).values(language="cy"))


def test_production_allows_locks_in_the_wrong_order_but_logs_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sam = cast.sam.viewer
    monkeypatch.setattr(locks._Strict, "on", False)
    with cast.store.writing() as tx, caplog.at_level(logging.ERROR):
        enrolments.enrolment(tx, sam, lock=True)
        people.lock(tx, sam.account_id)
        assert tx.scalar(select(Account.id).limit(1))
    assert "a lock was taken out of order" in caplog.text


def test_a_reading_transaction_takes_no_locks(cast: Cast) -> None:
    with cast.store.reading() as tx:
        assert (
            enrolments.enrolment(tx, cast.sam.viewer, lock=True).participant_id == cast.sam.viewer.account_id
        )
        assert "locks" not in tx.info
