"""Private URLs for calendar apps. Every URL contains a random token. The database contains only the token's
hash.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.base import Model, Transaction
from companion.store.keys import hash_of
from companion.store.people import Account
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class CalendarFeed(Bound, Model):
    """The private URL for an account's calendar app."""

    __tablename__ = "calendar_feeds"
    BOUND = ("account_id", "token_hash", "made_at")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


def renew(tx: Transaction, account_id: UUID, now: datetime) -> str:
    """Replace the account's calendar URL, and return the new token."""
    end(tx, account_id)
    token = secrets.token_urlsafe(32)
    tx.add(CalendarFeed(account_id=account_id, token_hash=hash_of(token), made_at=now))
    tx.flush()
    return token


def end(tx: Transaction, account_id: UUID) -> bool:
    """Delete the account's calendar URL. Return whether the account had a calendar URL."""
    ended = delete(CalendarFeed).where(CalendarFeed.account_id == account_id).returning(CalendarFeed.id)
    return tx.scalar(ended) is not None


def made_at(tx: Transaction, account_id: UUID) -> datetime | None:
    """Return when the account's calendar URL was created, or None."""
    return tx.scalar(select(CalendarFeed.made_at).where(CalendarFeed.account_id == account_id))


def owner(tx: Transaction, token: str) -> Account | None:
    """Return the account whose calendar feed has this token, or None.

    Return None too if somebody changed the feed's or the account's row outside Companion.
    """
    found = tx.execute(
        select(CalendarFeed, Account)
        .join(Account, Account.id == CalendarFeed.account_id)
        .where(CalendarFeed.token_hash == hash_of(token))
    ).first()
    if found is None:
        return None
    feed, account = found
    return account if feed.intact and account.intact else None
