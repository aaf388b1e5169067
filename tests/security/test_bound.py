"""Test that Companion notices every manual change to a column with a keyed hash."""

import ast
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import tink
from sqlalchemy import Column, insert, select, update
from sqlalchemy.exc import DBAPIError, StatementError

from companion.domain.people import Role
from companion.services.operations import row_bindings
from companion.store import row_binding
from companion.store.accounts.sessions import WebSession
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Store, Transaction
from companion.store.operations.rebind_rows import RowPlace
from companion.store.operations.sealed_columns import sealed_columns
from companion.store.operations.unbound_columns import UNBOUND
from companion.store.people import Account
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.bound import Life
from tests.security.changed_rows import broken_on_record, puts, table

ROOT = Path(__file__).parents[2]
BOUND = [(str(model.__tablename__), column) for model in row_binding.models() for column in model.BOUND]
FINDS = {
    *("code_hash", "token_hash", "credential_id", "sign_in_hash", "account_id", "enrolment_id", "session_id"),
    *("purpose", "work_id", "submission_id", "appointment_id", "concern_id", "look_id", "participant_id"),
    *(
        "practitioner_id",
        "first",
        "last",
        "taken_back_at",
        "used_at",
        "expires_at",
        "ended_at",
        "left_at",
        "state",
    ),
    *("erased_at", "kind", "lifted_at"),
}
"""Columns that Companion uses to find rows. If somebody changes a value in one of these columns, Companion
might no longer find the row.
"""


ONLY_ONE = {"enrolment_steps.enrolment_id", "concern_steps.concern_id", "submissions.work_id"}
"""Columns that the test can't change, because of unique constraints."""


def other(tx: Transaction, column: Column[Any], value: Any) -> Iterator[Any]:
    for key in column.foreign_keys:
        rows = tx.connection().scalars(select(key.column)).all()
        yield from rows
        return
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 7
    elif isinstance(value, bytes):
        yield bytes([value[0] ^ 1]) + value[1:]
    elif isinstance(value, datetime | date):
        yield value + timedelta(days=1)
    elif isinstance(value, UUID):
        yield uuid4()
    elif isinstance(value, str):
        yield from ("lead", "opened", "practice", "closed", "started")
    else:
        yield from (datetime(2026, 11, 24, 13, tzinfo=row_binding.UTC), UUID(int=7), "lead")


def changes(store: Store, name: str, row: UUID, column: str) -> Any:
    """Change this column's value directly in the database, and return the previous value."""
    here = table(name)
    with store.reading() as tx:
        (value,) = tx.connection().execute(select(here.c[column]).where(here.c.id == row)).one()
        others = [each for each in other(tx, here.c[column], value) if each != value]
    for each in others:
        try:
            puts(store, name, row, {column: each})
        except (
            DBAPIError,
            StatementError,
            ValueError,
        ):  # another row already has this value, or the column doesn't accept its type
            continue
        return value
    assert f"{name}.{column}" in ONLY_ONE
    return value


def refuses(life: Life, name: str) -> bool:
    with by_hand(life.cast.store) as tx:
        try:
            return life.refused[name](tx)
        except (tink.TinkError, ValueError):
            return True  # the value can't be decrypted in this row, or it isn't valid


@pytest.fixture
def life(cast: Cast) -> Life:
    return Life(cast)


def test_rows_that_nobody_has_tampered_with_are_neither_refused_nor_reported(life: Life) -> None:
    assert life.rows.keys() == {name for name, _ in BOUND}
    for name in life.rows:
        assert name in ("holds", "erasures") or not refuses(life, name), name
    assert row_bindings.changed(life.cast.store) == [] and not life.cast.store.broken


@pytest.mark.parametrize("name", sorted({name for name, _ in BOUND}))
def test_a_changed_value_is_noticed_if_a_keyed_hash_covers_its_column(
    name: str, life: Life, clock: Clock
) -> None:
    store, row = life.cast.store, life.rows[name]
    unnoticed = []
    for column in (column for each, column in BOUND if each == name):
        before = changes(store, name, row, column)
        if f"{name}.{column}" in ONLY_ONE:
            continue
        if not refuses(life, name):
            unnoticed.append(f"{column} decides")
        if row_bindings.changed(store) != [RowPlace(name, row)]:
            unnoticed.append(f"doctor does not see {column}")
        if (name, row) not in store.broken and column not in FINDS:
            unnoticed.append(f"{column} is not looked at")
        store.broken.clear()
        puts(store, name, row, {column: before})
        assert row_bindings.changed(store) == []
    assert unnoticed == []


@pytest.mark.parametrize("name", ["accounts", "messages"])
def test_a_row_changed_by_hand_is_audited_once(name: str, life: Life, clock: Clock) -> None:
    store, row = life.cast.store, life.rows[name]
    changes(store, name, row, "created_at" if name == "accounts" else "sent_at")
    for _ in range(2):
        assert refuses(life, name)
        row_bindings.record_broken(store, clock.now)
        assert broken_on_record(store) == [(row, name)]
    row_bindings.renew(store, [RowPlace(name, row)], clock.now)
    assert row_bindings.changed(store) == [] and not refuses(life, name)
    with store.reading() as tx:
        renewed = select(AuditEntry.subject_id, AuditEntry.detail).where(
            AuditEntry.event == Event.BINDING_RENEWED
        )
        assert [tuple(each) for each in tx.execute(renewed)] == [(row, name)]


def test_every_column_is_encrypted_or_has_a_keyed_hash_or_is_listed_as_an_exception() -> None:
    """If this test fails for a new column, add the column to ``BOUND`` in its model, so that the keyed hash
    covers it.

    ``unbound_columns.py`` must explain, for each unprotected column, what harm a changed value could do.
    """
    sealed = {str(column) for column in sealed_columns(Model.metadata)}
    bound = {f"{name}.{column}" for name, column in BOUND}
    every = {
        str(column)
        for each in Model.metadata.sorted_tables
        for column in each.columns
        if column.name not in ("id", "binding") and str(column) not in sealed
    }
    named = {place for place in every if place in UNBOUND or place.partition(".")[0] in UNBOUND}
    assert every - bound - named == set()
    assert bound & UNBOUND.keys() == set()
    tables = {each.name for each in Model.metadata.sorted_tables}
    assert {place for place in UNBOUND if place not in every | tables} == set()


def test_the_threat_model_explains_why_some_columns_have_no_keyed_hash() -> None:
    model = " ".join((ROOT / "docs/threat-model.md").read_text().split())
    assert [why for why in set(UNBOUND.values()) if why.value not in model] == []


def test_a_row_matches_its_keyed_hash_after_two_simultaneous_changes(cast: Cast, server: str) -> None:
    if not server:
        return  # on SQLite, the later change waits before it reads the row
    account = cast.priya.viewer.account_id
    with by_hand(cast.store) as slow:
        row = slow.get_one(Account, account)
        with by_hand(cast.store) as quick:
            quick.get_one(Account, account).return_asked_at = cast.now
            quick.commit()
        row.reset_asked_at = cast.now
        slow.commit()
    assert row_bindings.changed(cast.store) == []
    with cast.store.reading() as tx:
        found = tx.get_one(Account, account)
        assert found.return_asked_at == found.reset_asked_at == cast.now


def test_a_bulk_update_of_rows_that_have_keyed_hashes_is_refused(cast: Cast) -> None:
    with by_hand(cast.store) as tx:
        for change in (
            update(WebSession).values(ended_at=cast.now),
            update(WebSession.__table__).values(ended_at=cast.now),
            insert(Account).values(role=Role.LEAD),
        ):
            with pytest.raises(AssertionError, match="change its rows one by one"):
                tx.execute(change)
        tx.execute(update(WebSession).values(last_seen_at=cast.now))


def test_every_function_that_lists_visible_enrolments_checks_their_keyed_hashes() -> None:
    """The test leaves out functions that only count rows or return no rows."""
    loose = []
    for path in sorted((ROOT / "companion").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name != "theirs" and asks_theirs(node):
                names = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                names |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if not names & {"intact", "shows", "reached", "record_box"}:
                    loose.append(f"{path.stem}.{node.name}")
    assert sorted(loose) == sorted(WITHOUT)


WITHOUT = {
    "activities.workable": "what opens it opens the box of the enrolment's participant for a row that was reached",
    "group_members._taking_part": "its callers ask",
    "board.open_board": "board_facts.on_board() leaves out what is not intact",
    "board.with_reference": "the store's own leaves out what is not intact",
    "corrections.own": "a participant's own",
    "group_places._of": "its callers ask enrolment(), or show times without a name",
}


def asks_theirs(node: ast.FunctionDef) -> bool:
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(isinstance(each.func, ast.Name) and each.func.id == "theirs" for each in calls)


def test_similar_values_have_different_keyed_hashes() -> None:
    row, secret = uuid4(), b"k" * 32

    def bound(*columns: tuple[str, Any]) -> bytes:
        return row_binding.value_of(secret, "accounts", row, columns)

    alike = [None, "", b"", 0, False, "0", b"0", 1, True, "1", "None", str(row), row]
    assert len({bound(("role", each)) for each in alike}) == len(alike)
    assert bound(("a", "b"), ("c", "d")) != bound(("a", "bc"), ("", "d"))
    assert bound(("a", None), ("b", 1)) != bound(("a", 1), ("b", None))
    assert row_binding.value_of(secret, "notes", row, [("a", 1)]) != bound(("a", 1))
