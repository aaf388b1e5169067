"""Collect a participant's decrypted data for their download.

The tables and columns come from the models and table_policy.py. A test fails if the download leaves out a new
table or column by mistake.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, LargeBinary, RowMapping, Table, select

from companion.domain.activities.activity import as_asked
from companion.domain.people import Viewer
from companion.domain.time.working_days import london_day
from companion.domain.work.work import Work
from companion.store import keys
from companion.store.activities import library
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import enrolment
from companion.store.keys import Box
from companion.store.messages import message_drafts
from companion.store.people import Account, names
from companion.store.records.export_columns import HELD_COLUMNS, TO_THE_DAY
from companion.store.records.table_policy import BELONGINGS, Belonging, his, table
from companion.store.work.rows import WorkRow
from companion.store.work.work import work

Rows = list[dict[str, Any]]
IN_ORDER = (
    *("number", "starts_at", "created_at", "set_at", "round", "since", "at", "submitted_at"),
    *("asked_at", "made_at", "added_at", "started_at", "saved_at"),
)
"""A table's rows are sorted by whichever of these columns the table has."""


def held(tx: Transaction, viewer: Viewer) -> dict[str, Rows]:
    """Return each table's rows for the viewer's download.

    If a table has some of the columns that ``IN_ORDER`` lists, its rows are sorted by those columns. The viewer
    must be a participant.
    """
    box = tx.keys.box(keys.participant(viewer.account_id))
    found: dict[str, Rows] = {}
    people: set[UUID] = set()
    for name, belonging in BELONGINGS.items():
        if belonging.out is None:
            found[name] = [_row(box, table(name), belonging, row, people) for row in _rows(tx, viewer, name)]
    called = _called(tx, people)
    for rows in found.values():
        for row in rows:
            row |= {name: called.get(each, "") for name, each in row.items() if isinstance(each, _Person)}
    _with_activities(tx, viewer, found["set_work"])
    return found


def works(tx: Transaction, viewer: Viewer) -> list[Work]:
    """Return the viewer's own work with answers and submissions, the oldest work first."""
    his_own = WorkRow.enrolment_id == enrolment(tx, viewer).id
    rows = tx.scalars(select(WorkRow).where(his_own).order_by(WorkRow.set_at, WorkRow.id)).all()
    return [work(tx, row) for row in rows]


class _Person(UUID):
    """The id of an account. In the download, the person's name replaces the id."""


def _rows(tx: Transaction, viewer: Viewer, name: str) -> Sequence[RowMapping]:
    here = table(name)
    query = select(here).where(his(name, viewer.account_id)).order_by(*_order(here))
    if name == "message_drafts":  # leave out feedback that the practitioner is still typing
        place = message_drafts.place_of(tx, enrolment(tx, viewer).id, viewer)
        query = query.where(here.c.place == place)
    return tx.execute(query).mappings().all()


def _order(here: Table) -> list[Column[Any]]:
    return [*(here.c[name] for name in IN_ORDER if name in here.c), here.c.id]


def _row(box: Box, here: Table, belonging: Belonging, row: RowMapping, people: set[UUID]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in (here.c[name] for name in ("id", *HELD_COLUMNS[here.name])):
        value = row[column.name]
        if (needs := belonging.released.get(column.name)) and row[needs] is None:
            value = None
        if value is not None and isinstance(column.type, LargeBinary):
            value = box.open(f"{here.name}.{column.name}", row["id"], value)
        if _names_somebody(column) and isinstance(value, UUID):
            people.add(value)
            found[column.name.removesuffix("_id")] = _Person(int=value.int)
        else:
            coarse = column.name in TO_THE_DAY.get(here.name, ())
            found[column.name] = _plain(london_day(value) if coarse and value else value)
    return found


def _names_somebody(column: Column[Any]) -> bool:
    to_accounts = any(key.column.table.name == "accounts" for key in column.foreign_keys)
    return to_accounts and column.name != "id"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else msgspec.to_builtins(value)


def _called(tx: Transaction, people: set[UUID]) -> dict[UUID, str]:
    return names(tx, tx.scalars(select(Account).where(Account.id.in_(people)))) if people else {}


def _with_activities(tx: Transaction, viewer: Viewer, works: Rows) -> None:
    """Add the questions to each piece of set work."""
    versions = dict(
        tx.execute(
            select(table("set_work").c.id, table("set_work").c.version_id).where(
                his("set_work", viewer.account_id)
            )
        ).all()
    )
    for each in works:
        each["activity"] = as_asked(library.version(tx, versions[UUID(each["id"])]).activity)
