"""Passkeys, and the challenges that devices sign with passkeys."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.accounts.second_factors import CHALLENGE_LIFE
from companion.store.base import Model, Transaction
from companion.store.people import Account
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class Passkey(Bound, Model):
    """A passkey's public key (WebAuthn Level 2). The private key is on somebody's device."""

    __tablename__ = "passkeys"
    BOUND = ("account_id", "credential_id", "public_key", "sign_count", "added_at")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """The device's signature counter.

    A counter other than 0 must increase with every use.
    """
    name: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Challenge(Bound, Model):
    """Random bytes that a device signs with its passkey.

    A challenge belongs to one session and one purpose, and works once.
    """

    __tablename__ = "passkey_challenges"
    BOUND = ("session_id", "purpose", "challenge", "made_at")

    session_id: Mapped[UUID] = mapped_column(ForeignKey("web_sessions.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class ShownPasskey:
    """A passkey, as its owner sees it."""

    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


def passkeys(tx: Transaction, account: Account) -> list[ShownPasskey]:
    """Return an account's passkeys, the oldest first."""
    rows = tx.scalars(
        select(Passkey).where(Passkey.account_id == account.id).order_by(Passkey.added_at, Passkey.id)
    )
    return [shown(tx, account, row) for row in rows]


def shown(tx: Transaction, account: Account, row: Passkey) -> ShownPasskey:
    name = tx.keys.box(account.owner).open("passkeys.name", row.id, row.name)
    return ShownPasskey(row.id, str(name), row.added_at, row.used_at)


def add(tx: Transaction, account: Account, row: Passkey, name: str) -> None:
    """Save a new passkey with this name.

    Raise ``IntegrityError`` if a passkey with the credential id already exists.
    """
    row.name = tx.keys.box(account.owner).seal("passkeys.name", row.id, name)
    tx.add(row)
    tx.flush()


def known_by(tx: Transaction, account_id: UUID, credential_id: bytes) -> Passkey | None:
    """Return the account's passkey with the credential id, or None."""
    query = select(Passkey).where(Passkey.account_id == account_id)
    return tx.scalar(query.where(Passkey.credential_id == credential_id))


def credential_ids(tx: Transaction, account_id: UUID) -> list[bytes]:
    """Return the credential ids of the account's passkeys, the oldest first."""
    ids = select(Passkey.credential_id).where(Passkey.account_id == account_id)
    return list(tx.scalars(ids.order_by(Passkey.added_at, Passkey.id)))


def signed(tx: Transaction, row: Passkey, count: int, now: datetime) -> bool:
    """Record that a passkey was used.

    Return False if the passkey's counter didn't increase, because somebody may then have copied the passkey.
    A counter that always stays 0 is allowed. Return False too if the passkey's row was changed outside
    Companion.
    """
    tx.refresh(row)  # the caller has locked the account
    if not row.intact or not (row.sign_count < count or row.sign_count == count == 0):
        return False
    row.sign_count, row.used_at = count, now
    tx.flush()
    return True


def new_challenge(tx: Transaction, session_id: UUID, purpose: str, now: datetime) -> bytes:
    """Create a passkey challenge that is valid only for this session and this purpose, such as adding a
    passkey.

    Delete any earlier challenge that this session got for the same purpose, and every session's expired
    challenges. The caller must commit the transaction.
    """
    tx.execute(
        delete(Challenge).where(
            (Challenge.made_at <= now - CHALLENGE_LIFE)
            | ((Challenge.session_id == session_id) & (Challenge.purpose == purpose))
        )
    )
    challenge = secrets.token_bytes(32)
    tx.add(Challenge(session_id=session_id, purpose=purpose, challenge=challenge, made_at=now))
    return challenge


def take_challenge(tx: Transaction, session_id: UUID, purpose: str, now: datetime) -> bytes | None:
    """Delete this session's challenge for this purpose and return it.

    Return None if there is no challenge or the challenge has expired.
    """
    given = Challenge.session_id == session_id, Challenge.purpose == purpose
    row = tx.scalar(delete(Challenge).where(*given).returning(Challenge))
    return row.challenge if row and row.intact and now - row.made_at < CHALLENGE_LIFE else None
