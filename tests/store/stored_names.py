"""Collect the fixed names, such as names of events, that the code stores in databases."""

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

STORED_NAMES = Path(__file__).with_name("stored_names.toml")
LISTED = tomllib.loads(STORED_NAMES.read_text())


def stored_names() -> dict[str, set[str]]:
    """Return all fixed names, such as names of events, that the code stores in databases."""
    return {
        "sealed": {place(column) for column in sealed_columns(MAIN.metadata)},
        "events": {str(each) for each in Event},
        "notices": {str(each) for each in Notice},
        "answers": {*kinds()},
        "concerns": {str(each) for each in (*ConcernKind, *ConcernState, *ConcernStepKind)},
        "pathway": {str(each) for each in PathwayState},
        "lead_access": {str(each) for each in (*Purpose, *AccessState, *AccessStepKind)},
        "roles": {str(each) for each in Role},
        "keys": {*SERVICE_KEYS, *SERVICE_SECRETS},
    }


def columns() -> dict[str, set[str]]:
    """Return the column names of each table in both databases."""
    tables = [table for history in (MAIN, KEYS) for table in history.metadata.sorted_tables]
    return {table.name: {column.name for column in table.columns} for table in tables}
