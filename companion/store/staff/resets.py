"""Queries for resets: joining codes for people who have lost their sign-in details."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from companion.store import people
from companion.store.base import Transaction
from companion.store.people import Account, Invitation

OPERATORS_SHOWN_FOR = timedelta(days=90)


@dataclass(frozen=True)
class OperatorsSlip:
    """A reset issued by an operator, as shown to leads and administrators."""

    name: str
    made_at: datetime
    used_at: datetime | None


def open_reset(tx: Transaction, account_id: UUID, now: datetime) -> Invitation | None:
    """Return the reset that the person can use, or None."""
    return tx.scalar(
        select(Invitation)
        .where(
            Invitation.account_id == account_id,
            Invitation.resets,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .limit(1)
    )


def by_operators(tx: Transaction, now: datetime) -> list[OperatorsSlip]:
    """Return the resets that operators issued in the last 90 days, the latest first."""
    rows = tx.execute(
        select(Invitation, Account)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.resets,
            Invitation.made_by.is_(None),
            Invitation.made_at > now - OPERATORS_SHOWN_FOR,
        )
        .order_by(Invitation.made_at.desc(), Invitation.id)
    ).all()
    names = people.names(tx, [account for _, account in rows]) if rows else {}
    return [OperatorsSlip(names[account.id], slip.made_at, slip.used_at) for slip, account in rows]
