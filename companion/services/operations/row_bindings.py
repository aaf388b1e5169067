"""Find rows that were changed outside Companion, and let an operator accept the changed values."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from companion.store import audit, row_binding
from companion.store.audit import Event
from companion.store.base import Store, Transaction
from companion.store.operations import rebind_rows, recorded_states
from companion.store.operations.rebind_rows import RowPlace
from companion.store.people import Account

GRACE = timedelta(days=1)
"""How long Companion waits after an upgrade before it starts to check the hashes that protect rows.

An older version of Companion that is still running changes rows without updating their hashes.
"""


def begin_when_due(store: Store, now: datetime) -> bool:
    """Start checking the rows' hashes when ``GRACE`` has passed since the upgrade.

    Return True if this call switched on the checks of rows' hashes.
    """
    since = row_binding.waits_since(store.keys)
    if since is None or now - since < GRACE:
        return False
    begin(store, now)
    return True


def begin(store: Store, now: datetime) -> None:
    """Store a hash that protects each existing row, and from now on check that rows match their hashes.

    Companion can't detect changes that were made to a row before the row's hash was stored.
    """
    if row_binding.waits_since(store.keys) is None:
        return
    bind_every_row(store)
    row_binding.check_from_now_on(store.keys, now)
    with store.writing(now) as tx:
        audit.record(tx, Event.BINDING_BEGUN)
        tx.commit()


def bind_every_row(store: Store) -> None:
    """For every row, store a hash that reveals changes made outside Companion. Each transaction updates only
    a few rows.
    """
    for model in row_binding.models():
        with store.reading() as tx:
            every = rebind_rows.ids(tx, model)
        for start in range(0, len(every), rebind_rows.AT_ONCE):
            some = every[start : start + rebind_rows.AT_ONCE]
            with store.writing() as tx:
                if model is Account:
                    rebind_rows.note_second_steps(tx, some)
                rebind_rows.bind(tx, model, some)
                tx.commit()


def changed(store: Store) -> list[RowPlace]:
    with store.reading() as tx:
        return list(rebind_rows.unfit(tx)) if row_binding.checked(tx.keys) else []


def to_settle(store: Store) -> list[RowPlace]:
    """Return every row whose values an operator must check. Accounts come first.

    An operator must check rows that were changed outside Companion. If an account's row and the audit log
    disagree about the second sign-in step, an operator must check the account.
    """
    with store.reading() as tx:
        if not row_binding.checked(tx.keys):
            return []
        found = {*rebind_rows.unfit(tx), *recorded_states.unlike_in_second_step(tx)}
    return sorted(found, key=lambda row: (row.table, row.id))


def renew(store: Store, rows: Iterable[RowPlace], now: datetime) -> None:
    """Accept the current values of rows that were changed outside Companion.

    If an operator accepts a row's changed values, the audit log records the row. Before accepting an
    account's row, set the account's ``second_step`` from the audit log. Older versions recorded setting up a
    second sign-in step only in the audit log.
    """
    models = {str(model.__tablename__): model for model in row_binding.models()}
    rows = list(rows)
    with store.writing(now) as tx:
        recorded_states.put_second_steps_right(
            tx, [row.id for row in rows if row.table == Account.__tablename__]
        )
        for row in rows:
            rebind_rows.bind(tx, models[row.table], [row.id])
            audit.record(tx, Event.BINDING_RENEWED, subject=row.id, detail=row.table)
            store.broken.pop((row.table, row.id), None)
        tx.commit()


def record_broken(store: Store, now: datetime) -> None:
    """Add an audit entry for each changed row that this process has found."""
    found = [row for row, on_record in list(store.broken.items()) if not on_record]
    if not found:
        return
    with store.writing(now) as tx:
        for table, row_id in found:
            _record(tx, table, row_id)
        tx.commit()
    store.broken.update(dict.fromkeys(found, True))


def _record(tx: Transaction, table: str, row_id: UUID) -> None:
    audit.record(tx, Event.BINDING_BROKEN, subject=row_id, detail=table)
