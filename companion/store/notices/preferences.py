"""People's choices about email, and whether mail servers accept email to their address."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.notices.reminders import SET_ASIDE_AFTER, Choice
from companion.store import people
from companion.store.base import Model, Transaction
from companion.store.types import UtcDateTime


class NoticeChoice(Model):
    """The emails that the owner of an account wants. The id of the row is the account's id.

    The email address is in the account's row.
    """

    __tablename__ = "notice_choices"

    id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    digest: Mapped[bool] = mapped_column(default=False)
    refusals: Mapped[int] = mapped_column(default=0)
    """How many emails in a row mail servers have permanently refused."""
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which Companion stopped sending to the address.

    If Companion has stopped emailing an address, it starts again when the person saves their choice of
    emails.
    """


class ReminderDay(Model):
    """A person's choice to get a reminder a certain number of days before an appointment.

    An account can have several reminders before each appointment.
    """

    __tablename__ = "reminder_days"
    __table_args__ = (UniqueConstraint("account_id", "days"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    days: Mapped[int]


def choice(tx: Transaction, account_id: UUID) -> Choice:
    """Return an account's choice about email."""
    row = tx.get(NoticeChoice, account_id)
    days = tx.scalars(select(ReminderDay.days).where(ReminderDay.account_id == account_id))
    address = people.email(tx, people.account(tx, account_id))
    return Choice(address, frozenset(days), bool(row and row.digest))


def choose(tx: Transaction, account_id: UUID, chosen: Choice) -> None:
    """Save an account's choice about email. Forget that mail servers refused earlier emails to the account.

    The caller must commit the transaction.
    """
    row = _locked(tx, account_id)
    row.digest, row.refusals, row.set_aside_at = chosen.digest, 0, None
    people.set_email(tx, people.account(tx, account_id), chosen.address)
    tx.execute(delete(ReminderDay).where(ReminderDay.account_id == account_id))
    tx.add_all(ReminderDay(account_id=account_id, days=days) for days in chosen.days)


def arrived(tx: Transaction, account_id: UUID) -> None:
    """Record that the mail server accepted an email to the account. Forget earlier refusals."""
    row = tx.get(NoticeChoice, account_id)
    if row is not None and row.refusals:
        row.refusals = 0


def refused(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """Record that a mail server permanently refused an email to the account's address.

    If an address's mail server refuses several emails in a row, Companion stops emailing that address.
    """
    row = _locked(tx, account_id)
    row.refusals += 1
    if row.refusals >= SET_ASIDE_AFTER:
        row.set_aside_at = now


def set_aside_notices(tx: Transaction, accounts: Iterable[UUID]) -> set[UUID]:
    """Return the accounts that get no more emails because mail servers refused earlier emails."""
    aside = NoticeChoice.set_aside_at.is_not(None)
    return set(tx.scalars(select(NoticeChoice.id).where(NoticeChoice.id.in_(list(accounts)), aside)))


def _locked(tx: Transaction, account_id: UUID) -> NoticeChoice:
    """Lock the account, and return the row that holds the person's email preferences. Create the row if there
    is none.
    """
    people.lock(tx, account_id)
    row = tx.get(NoticeChoice, account_id)
    if row is None:
        row = NoticeChoice(id=account_id, digest=False, refusals=0)
        tx.add(row)
    return row
