"""Storage quotas.

A commit updates the account's total of stored bytes in one atomic statement.

Quotas cover every table that somebody could otherwise fill without limit. A participant's quota limits all
their stored data. Members of staff have a daily quota.
"""

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Executable,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    bindparam,
    case,
    inspect,
    or_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.people import Viewer
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.working_days import london_day
from companion.store.base import Model, Transaction
from companion.store.row_binding import BINDING

PARTICIPANTS_MOST = 8_000_000
"""A participant's quota in bytes, which is enough for about 8,000 texts of 150 words."""
STAFF_MOST = 8_000_000
"""A staff member's quota in bytes per day."""
ROW = 200
"""How many bytes of the quota a row uses besides its texts. Even an empty row uses some of the quota."""
UNCOUNTED = {
    **dict.fromkeys(
        ("concerns", "concern_steps"), "telling a worry is never refused, and leaves no trace here"
    ),
    **dict.fromkeys(("evaluations_waiting", "evaluation_batches"), "nothing tells whose it is"),
    **dict.fromkeys(("submissions",), "a copy of what is counted, once for each time that staff ask for it"),
    **dict.fromkeys(("audit_entries", "outbox", "tries"), "what the service records"),
    **dict.fromkeys(
        ("accounts", "web_sessions", "one_time_codes", "recovery_codes", "passkeys", "passkey_challenges"),
        "nobody is kept out for want of room",
    ),
    **dict.fromkeys(
        ("known_devices", "invitations", "acknowledgements"), "nobody is kept out for want of room"
    ),
    **dict.fromkeys(("held_forms",), "one for each session, with a most of its own"),
    **dict.fromkeys(("erasure_requests", "erasures", "holds"), "a right, or what stands against it"),
    **dict.fromkeys(("stored_bytes",), "the count itself"),
}
"""The tables that no quota covers, each with the reason."""


class StoredBytes(Model):
    """The number of bytes that an account has stored.

    The row's ``id`` is the id of the account.
    """

    __tablename__ = "stored_bytes"

    id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    since: Mapped[str] = mapped_column(String(10))
    """The day that ``count`` applies to. An empty string if the account is a participant's: only staff have a
    daily quota.
    """
    count: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True)
class AccountQuota:
    account_id: UUID
    since: str
    most: int
    problem: str

    @classmethod
    def of(cls, viewer: Viewer, now: datetime) -> "AccountQuota":
        """Return the viewer's quota. Each member of staff has a new quota every day, and ``now`` determines
        the day.
        """
        if viewer.role.staff:
            return cls(viewer.account_id, london_day(now).isoformat(), STAFF_MOST, "no_room_today")
        return cls(viewer.account_id, "", PARTICIPANTS_MOST, "no_room")

    def growth(self, tx: Transaction) -> int:
        """Return how many bytes the unsaved changes add to the tables with a quota."""
        return (
            sum(_size(row) for row in tx.new if _counts(row))
            + sum(_change(row) for row in tx.dirty if _counts(row))
            - sum(_size(row) for row in tx.deleted if _counts(row))
        )

    def take(self, tx: Transaction, more: int) -> None:
        """Add this many bytes to the account's total.

        Raise ``Rejected`` if the person would then have stored more data than the quota allows.
        """
        its = {"its": self.account_id, "since": self.since, "more": more, "first": max(more, 0)}
        fits = more <= self.most
        if (
            not fits
            or tx.execute(_take(tx.get_bind().dialect.name), its | {"most": self.most}).first() is None
        ):
            raise Rejected(Problem(self.problem))


@functools.cache
def _take(dialect: str) -> Executable:
    """Return the SQL statement that adds to an account's total of stored bytes.

    If the account's total would exceed the quota, the SQL statement changes nothing and returns no row.
    """
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table = cast(Table, StoredBytes.__table__)
    more, since = bindparam("more", type_=BigInteger), bindparam("since", type_=String)
    before = case((table.c.since == since, table.c.count), else_=0)
    return (
        insert(table)
        .values(id=bindparam("its"), since=since, count=bindparam("first", type_=BigInteger))
        .on_conflict_do_update(
            index_elements=[table.c.id],
            set_={"since": since, "count": case((before + more < 0, 0), else_=before + more)},
            where=or_(more <= 0, before + more <= bindparam("most", type_=BigInteger)),
        )
        .returning(table.c.count)
    )


def _counts(row: Any) -> bool:
    return row.__tablename__ not in UNCOUNTED


@functools.cache
def _sealed(table: str) -> tuple[str, ...]:
    return tuple(
        each.key
        for each in Model.metadata.tables[table].c
        if isinstance(each.type, LargeBinary) and each.name != BINDING  # the row's hash is set later
    )


def _size(row: Any) -> int:
    return ROW + sum(_length(getattr(row, name)) for name in _sealed(row.__tablename__))


def _change(row: Any) -> int:
    more = 0
    for name in _sealed(row.__tablename__):
        now, _same, before = inspect(row).attrs[name].history
        if now:
            more += _length(now[0]) - sum(_length(each) for each in before or ())
    return more


def _length(value: bytes | None) -> int:
    return len(value or b"")
