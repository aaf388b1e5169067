"""What could not be delivered, for as long as somebody should know of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from companion.domain.people import Viewer
from companion.domain.time.working_days import london_day
from companion.store.base import Model, Transaction
from companion.store.outbox import Notice, Outcome, Outgoing
from companion.store.types import UtcDateTime

SHOWN = timedelta(days=60)
"""How long it is shown at most."""

KINDS: dict[str, Literal["reminder", "digest"]] = {
    Notice.APPOINTMENT_REMINDER: "reminder",
    Notice.DIGEST: "digest",
}


class Dismissal(Model):
    """Up to when one person has seen what could not be delivered to another, or to himself."""

    __tablename__ = "failure_dismissals"
    __table_args__ = (UniqueConstraint("viewer_id", "account_id"),)

    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Undelivered:
    """Something that was given up: what it was, when it was due, and whether it may have arrived all the same."""

    id: UUID
    kind: Literal["notice", "reminder", "digest"]
    due_at: datetime
    unsure: bool


def undelivered(
    tx: Transaction, viewer: Viewer, accounts: Iterable[UUID], now: datetime
) -> dict[UUID, list[Undelivered]]:
    """What was given up for each of these accounts, newest first, in one statement; nothing twice of one day.

    It ends when the viewer has dismissed it, when a later letter arrives, or after ``SHOWN``. The caller has
    found the accounts through the viewer.
    """
    later = aliased(Outgoing)
    arrived = exists().where(
        later.account_id == Outgoing.account_id,
        later.outcome == Outcome.SENT,
        later.settled_at > Outgoing.settled_at,
    )
    dismissed = exists().where(
        Dismissal.viewer_id == viewer.account_id,
        Dismissal.account_id == Outgoing.account_id,
        Dismissal.until >= Outgoing.settled_at,
    )
    rows = tx.scalars(
        select(Outgoing)
        .where(
            Outgoing.account_id.in_(list(accounts)),
            Outgoing.outcome == Outcome.FAILED,
            Outgoing.settled_at >= now - SHOWN,
            ~arrived,
            ~dismissed,
        )
        .order_by(Outgoing.settled_at.desc(), Outgoing.due_at.desc())
    )
    found: dict[UUID, dict[object, Undelivered]] = {}
    for row in rows:
        one = Undelivered(row.id, KINDS.get(row.notice, "notice"), row.due_at, row.unsure > 0)
        same = one.kind, london_day(one.due_at), one.unsure
        found.setdefault(row.account_id, {}).setdefault(same, one)
    return {account_id: list(each.values()) for account_id, each in found.items()}


def dismiss(tx: Transaction, viewer: Viewer, account_id: UUID, last: UUID) -> bool:
    """What was given up until then, ``last`` being the newest, is not shown to the viewer any more.

    False where it is not this account's. The caller commits, and holds what is locked for one viewer at a time.
    """
    failed = tx.get(Outgoing, last)
    if failed is None or failed.account_id != account_id or failed.settled_at is None:
        return False
    row = tx.scalar(
        select(Dismissal).where(Dismissal.viewer_id == viewer.account_id, Dismissal.account_id == account_id)
    )
    if row is None:
        row = Dismissal(viewer_id=viewer.account_id, account_id=account_id, until=failed.settled_at)
        tx.add(row)
    row.until = max(row.until, failed.settled_at)
    return True
