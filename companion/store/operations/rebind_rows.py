"""Use the rows' keyed hashes to find rows that somebody has changed outside Companion. Compute rows' keyed
hashes again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update

from companion.store import locks, row_binding
from companion.store.accounts.passkeys import Passkey
from companion.store.accounts.second_factors import OneTimeCode
from companion.store.base import Transaction
from companion.store.people import Account

AT_ONCE = 500
"""The maximum number of rows that get a keyed hash in one transaction.

Each transaction changes only a few rows, so that other transactions don't wait long for locked rows.
"""


@dataclass(frozen=True)
class RowPlace:
    """A row's table and random id."""

    table: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.table} {self.id}"


def unfit(tx: Transaction) -> Iterator[RowPlace]:
    """Yield every row whose keyed hash is missing or doesn't match the row's columns."""
    for model in row_binding.models():
        for values in tx.connection().execute(_columns(model)).mappings():
            if not row_binding.fits(tx, model, dict(values)):
                yield RowPlace(model.__tablename__, values["id"])


def ids(tx: Transaction, model: type[Any]) -> list[UUID]:
    """Return the ids of every row of a model, in a fixed order."""
    return list(tx.connection().scalars(select(model.__table__.c.id).order_by(model.__table__.c.id)))


def bind(tx: Transaction, model: type[Any], rows: Collection[UUID]) -> None:
    """Compute the rows' keyed hashes again from the current values.

    The caller must record the reason in the audit log, and commit.
    """
    table = model.__table__
    locked = locks.about_to_change(_columns(model).where(table.c.id.in_(rows)).order_by(table.c.id))
    secret = tx.keys.secret(row_binding.SECRET)
    made = [
        {
            "row": values["id"],
            "made": row_binding.value_of(
                secret, model.__tablename__, values["id"], [(name, values[name]) for name in model.BOUND]
            ),
        }
        for values in tx.connection().execute(locked).mappings()
    ]
    if made:
        anew = update(table).where(table.c.id == bindparam("row")).values(binding=bindparam("made"))
        tx.connection().execute(anew, made)


def note_second_steps(tx: Transaction, accounts: Collection[UUID]) -> None:
    """Set ``second_step`` to True for those accounts that have a second sign-in step."""
    one_time = select(OneTimeCode.id).where(OneTimeCode.confirmed_at.is_not(None))
    has = or_(Account.id.in_(one_time), Account.id.in_(select(Passkey.account_id)))
    those = update(Account).where(Account.id.in_(accounts), has)
    tx.connection().execute(those.values(second_step=True))


def _columns(model: type[Any]) -> Any:
    table = model.__table__
    return select(table.c.id, table.c.binding, *(table.c[name] for name in model.BOUND))
