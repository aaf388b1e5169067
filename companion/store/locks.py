"""Row locks.

Every lock is taken through this module. A fixed order of tables prevents deadlocks (docs/locks.md). Rows
within a table are locked in the order of their ids.
"""

import logging
from collections.abc import Sequence
from typing import Any, Final, TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState

from companion.store.base import Model, Transaction

log = logging.getLogger(__name__)

T = TypeVar("T", bound=Model)
Ts = TypeVarTuple("Ts")

ORDER: Final = (
    "accounts",
    "groups",
    "enrolments",
    "activities",
    "evaluation_questions",
    "erasure_requests",
    "holds",
    "away_days",
    "appointments",
    "set_work",
    "submissions",
    "plan_versions",
    "concerns",
    "looks",
    "corrections",
    "evaluations_waiting",
    "web_sessions",
    "outbox",
    "audit_entries",
)
"""The order in which tables are locked.

After locking a row, a transaction can't lock rows in tables that come earlier in this list.
"""
GUARDING: Final = frozenset({"accounts", "groups", "enrolments"})
"""Tables whose rows must be locked before a change.

Locking an enrolment protects every row that belongs to the enrolment.
"""
BY_ITSELF: Final = frozenset({"audit_entries"})
"""Tables that have an ``enrolment_id`` but need no lock on the enrolment."""
DEADLOCK, NOT_SERIAL = "40P01", "40001"


class OutOfOrder(Exception):
    """Raised if a transaction locks rows in the wrong order or could otherwise cause a deadlock."""


class _Strict:
    """While this switch is on, a lock in the wrong order raises ``OutOfOrder``.

    In production, Companion doesn't raise ``OutOfOrder``, but only logs locks taken in the wrong order.
    Deadlocked transactions are retried.
    """

    on = False


def be_strict() -> None:
    """Raise ``OutOfOrder`` whenever a transaction takes locks in the wrong order.

    Tests and the demo call this function.
    """
    _Strict.on = True


def lock(tx: Transaction, query: Select[T]) -> Sequence[T]:
    """Run a query on one table, and lock the found rows until the transaction ends. Return the rows' current
    state.

    The rows are locked in the order of their ids. Other transactions can still write rows with a foreign key
    to a locked row. A read-only transaction locks nothing.
    """
    of: type[T] = query.column_descriptions[0]["entity"]
    query = _as_it_is_now(query)
    if not tx.writes:
        return tx.scalars(query).all()
    if _is_before_what_is_held(tx, of.__tablename__):
        rows = tx.scalars(query).all()
        _require(all(_holds(tx, of.__tablename__, row.id) for row in rows), f"{of.__tablename__} comes late")
        return rows
    in_order = query.order_by(None).order_by(of.id)
    rows = tx.scalars(in_order.with_for_update(of=of, key_share=True)).all()
    _note(tx, of.__tablename__, [row.id for row in rows])
    return rows


def lock_guarded(tx: Transaction, query: Select[T], guard: type[Model], guard_id: str) -> T | None:
    """Lock the parent row in ``guard`` first, then lock the row that the query finds. Return the row, or None
    if the query found nothing.

    In the queried table, the column ``guard_id`` contains the parent row's id. PostgreSQL locks the parent
    row first, because ``with_for_update`` lists the parent's table first.
    """
    of: type[T] = query.column_descriptions[0]["entity"]
    query = _as_it_is_now(query)
    row = tx.scalar(query.with_for_update(of=[guard, of], key_share=True) if tx.writes else query)
    if row is not None and tx.writes:
        _note(tx, guard.__tablename__, [getattr(row, guard_id)])
        _note(tx, of.__tablename__, [row.id])
    return row


def _as_it_is_now(query: Select[T]) -> Select[T]:
    """Make a query reload rows that the transaction has already loaded."""
    return query.execution_options(populate_existing=True)


def lock_one(tx: Transaction, query: Select[T]) -> T | None:
    """Lock the row that a query finds, and return its current state, or None."""
    return next(iter(lock(tx, query)), None)


def skipping_locked(query: Select[*Ts]) -> Select[*Ts]:
    """Change a query so that it locks the rows that it returns. Skip rows that another transaction has
    locked.
    """
    return query.with_for_update(skip_locked=True)


def about_to_change(query: Select[*Ts]) -> Select[*Ts]:
    """Change a query so that it locks the rows it returns, because the next statement will change them."""
    return query.with_for_update(key_share=True)


def in_each_others_way(error: BaseException) -> bool:
    """Return whether PostgreSQL rolled a transaction back because of a conflict with another transaction.

    The transaction may succeed if it is retried.
    """
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") in (
        DEADLOCK,
        NOT_SERIAL,
    )


def _held(tx: Transaction) -> dict[str, set[UUID]]:
    held: dict[str, set[UUID]] = tx.info.setdefault("locks", {})
    return held


def _made(tx: Transaction) -> set[tuple[str, UUID]]:
    """Return the tables and ids of the rows that this transaction has inserted. Newly created rows need no
    lock, because other transactions can't see uncommitted rows.
    """
    made: set[tuple[str, UUID]] = tx.info.setdefault("made", set())
    return made


def _holds(tx: Transaction, table: str, row_id: UUID) -> bool:
    return row_id in _held(tx).get(table, ()) or (table, row_id) in _made(tx)


def _is_before_what_is_held(tx: Transaction, table: str) -> bool:
    return any(ORDER.index(each) > ORDER.index(table) for each in _held(tx))


def _note(tx: Transaction, table: str, ids: Sequence[UUID]) -> None:
    held = _held(tx).setdefault(table, set())
    new = [each for each in ids if not _holds(tx, table, each)]
    _require(not (new and held) or min(new) > max(held), f"{table} out of the order of their ids")
    held.update(new)
    if not held:
        del _held(tx)[table]


def _require(fine: bool, what: str) -> None:
    if fine:
        return
    if _Strict.on:
        raise OutOfOrder(what)
    log.error("a lock was taken out of order", extra={"lock": what})


@event.listens_for(Transaction, "before_flush")
def _require_locked(tx: Transaction, _context: object, _instances: object) -> None:
    """Report changes to rows for which the transaction doesn't hold the required lock.

    A transaction must lock a row in a ``GUARDING`` table before changing the row. Before changing a row that
    belongs to an enrolment, a transaction must lock the enrolment.
    """
    if not _Strict.on:
        return
    for row in (*tx.new, *tx.dirty, *tx.deleted):
        table = row.__tablename__
        if row in tx.dirty and not tx.is_modified(row):
            continue
        if table in GUARDING and row not in tx.new:
            _require(_holds(tx, table, row.id), f"{table} changed without a lock")
        of = getattr(row, "enrolment_id", None)
        if of and table not in BY_ITSELF:
            _require(
                _holds(tx, "enrolments", of) or _is_new(tx, of),
                f"{table} changed without its enrolment's lock",
            )


def _is_new(tx: Transaction, enrolment_id: UUID) -> bool:
    return any(row.__tablename__ == "enrolments" and row.id == enrolment_id for row in tx.new)


@event.listens_for(Transaction, "after_flush")
def _note_made(tx: Transaction, _context: object) -> None:
    _made(tx).update((row.__tablename__, row.id) for row in tx.new if row.__tablename__ in ORDER)


@event.listens_for(Transaction, "do_orm_execute")
def _require_locked_at_once(state: ORMExecuteState) -> None:
    """In tests and the demo, raise ``OutOfOrder`` if accounts, groups or enrolments are changed in bulk and
    no row of that table is locked.
    """
    if _Strict.on and (state.is_update or state.is_delete) and state.bind_mapper is not None:
        table = state.bind_mapper.local_table.description
        tx: Any = state.session
        held = {*_held(tx), *(made for made, _ in _made(tx))}
        _require(table not in GUARDING or table in held, f"{table} changed without a lock")
