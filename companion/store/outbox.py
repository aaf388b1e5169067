"""Notices that are due to somebody, written in the transaction of what they tell of, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Select, String, and_, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.base import Model, Transaction
from companion.store.types import UtcDateTime

GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
"""How long until the next try after each one that failed; after the last of them nobody tries again."""
CLAIMED_FOR = timedelta(minutes=10)
"""How long one worker has for what it claimed. After that it died, and another one takes it up."""


class Notice(StrEnum):
    """What happened. A notice never carries content: the recipient signs in to see it."""

    WORK_SET = "work_set"
    WORK_SUBMITTED = "work_submitted"
    FEEDBACK_RELEASED = "feedback_released"
    WORK_RETURNED = "work_returned"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_REMINDER = "appointment_reminder"
    PLAN_SUGGESTED = "plan_suggested"
    PLAN_REVIEW_DUE = "plan_review_due"
    CONCERN_NEW = "concern_new"
    CONCERN_OVERDUE = "concern_overdue"
    MESSAGE_SENT = "message_sent"


class Outcome(StrEnum):
    """How it ended."""

    SENT = "sent"
    NOT_WANTED = "not_wanted"
    """The recipient has asked for no e-mail."""
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """What it told of changed before it went out."""


class Outgoing(Model):
    """One notice to one account."""

    __tablename__ = "outbox"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    notice: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def notify(tx: Transaction, account_id: UUID, notice: Notice, subject: UUID, now: datetime) -> None:
    """Put a notice into the outbox of the running transaction."""
    tx.add(Outgoing(account_id=account_id, notice=notice, subject_id=subject, made_at=now, next_try_at=now))


def withdraw(tx: Transaction, notice: Notice, subject: UUID, now: datetime) -> None:
    """What is not sent yet of this notice about this subject never goes out. The caller commits."""
    waiting = update(Outgoing).where(
        Outgoing.notice == notice, Outgoing.subject_id == subject, Outgoing.outcome.is_(None)
    )
    tx.execute(waiting.values(outcome=Outcome.WITHDRAWN, settled_at=now, claimed_until=None))


def claim(tx: Transaction, now: datetime) -> Sequence[Outgoing]:
    """All that is due to one account, for this worker alone; nothing when nothing is due. The caller commits."""
    due = and_(
        Outgoing.outcome.is_(None),
        Outgoing.next_try_at <= now,
        or_(Outgoing.claimed_until.is_(None), Outgoing.claimed_until <= now),
    )
    first = tx.scalar(_locked(due).order_by(Outgoing.next_try_at, Outgoing.id).limit(1))
    if first is None:
        return ()
    rows = tx.scalars(_locked(and_(due, Outgoing.account_id == first.account_id))).all()
    for row in rows:
        row.claimed_until = now + CLAIMED_FOR
        row.tries += 1
    return rows


def settle(tx: Transaction, rows: Sequence[Outgoing], outcome: Outcome | None, now: datetime) -> None:
    """Note what became of claimed notices; None is a try that failed and is made again, unless it was the last."""
    for row in rows:
        stored = tx.get_one(Outgoing, row.id)
        stored.claimed_until = None
        if outcome is None and stored.tries <= len(GAPS):
            stored.next_try_at = now + GAPS[stored.tries - 1]
        else:
            stored.outcome, stored.settled_at = outcome or Outcome.FAILED, now


@dataclass(frozen=True)
class Undelivered:
    """A notice that could not be delivered, and of when it was."""

    made_at: datetime


def undelivered(tx: Transaction, account_id: UUID, since: datetime) -> list[Undelivered]:
    """What was given up for this account since then, newest first."""
    rows = tx.scalars(
        select(Outgoing)
        .where(
            Outgoing.account_id == account_id,
            Outgoing.outcome == Outcome.FAILED,
            Outgoing.settled_at >= since,
        )
        .order_by(Outgoing.made_at.desc())
    )
    return [Undelivered(row.made_at) for row in rows]


def _locked(condition: ColumnElement[bool]) -> Select[Outgoing]:
    return select(Outgoing).where(condition).with_for_update(skip_locked=True)
