"""Notices that are due to somebody, written in the transaction of what they tell of."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.base import Model, Transaction
from companion.store.types import UtcDateTime


class Notice(StrEnum):
    """What happened. A notice never carries content: the recipient signs in to see it."""

    WORK_SET = "work_set"
    WORK_SUBMITTED = "work_submitted"
    FEEDBACK_RELEASED = "feedback_released"
    WORK_RETURNED = "work_returned"
    APPOINTMENT_MOVED = "appointment_moved"
    CONCERN_NEW = "concern_new"
    CONCERN_OVERDUE = "concern_overdue"


class Outgoing(Model):
    """One notice to one account, kept until it is delivered."""

    __tablename__ = "outbox"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    notice: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


def notify(tx: Transaction, account_id: UUID, notice: Notice, subject: UUID, now: datetime) -> None:
    """Put a notice into the outbox of the running transaction."""
    tx.add(Outgoing(account_id=account_id, notice=notice, subject_id=subject, made_at=now))
