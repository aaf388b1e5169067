"""Names that are stored stay: of tables, sealed columns, events, notices, kinds and keys."""

import tomllib
from pathlib import Path

from companion.domain.activities.answers import kinds
from companion.domain.concerns.concerns import ConcernKind, ConcernState, ConcernStepKind
from companion.domain.concerns.lead_access import AccessState, AccessStepKind, Purpose
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role
from companion.store.audit import Event
from companion.store.keys import SERVICE_KEYS, SERVICE_SECRETS
from companion.store.operations.migrations import KEYS, MAIN
from companion.store.operations.sealed_columns import place, sealed_columns
from companion.store.outbox import Notice

LISTED = tomllib.loads(Path(__file__).with_name("stored_names.toml").read_text())
NOW = {
    "sealed": {place(column) for column in sealed_columns(MAIN.metadata)},
    "events": {*Event},
    "notices": {*Notice},
    "answers": {*kinds()},
    "concerns": {*ConcernKind, *ConcernState, *ConcernStepKind},
    "pathway": {*PathwayState},
    "lead_access": {*Purpose, *AccessState, *AccessStepKind},
    "roles": {*Role},
    "keys": {*SERVICE_KEYS, *SERVICE_SECRETS},
}


def test_no_stored_name_changes_and_a_new_one_is_listed() -> None:
    assert {name: set(map(str, values)) for name, values in NOW.items()} == {
        name: set(LISTED[name]) for name in NOW
    }


def test_no_table_and_no_column_changes_its_name() -> None:
    tables = [table for history in (MAIN, KEYS) for table in history.metadata.sorted_tables]
    assert {table.name: {column.name for column in table.columns} for table in tables} == {
        name: set(columns) for name, columns in LISTED["tables"].items()
    }
