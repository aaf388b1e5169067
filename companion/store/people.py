"""Accounts, sign-in names, joining codes, and acknowledgements of the confidentiality statement."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import tink
from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    Row,
    String,
    bindparam,
    case,
    event,
    false,
    func,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Mapped, QueryContext, mapped_column

from companion.domain.people import Role, Viewer, folded, typed_code
from companion.domain.refusals import NotFound
from companion.domain.waiting import Waiting
from companion.store import keys, locks
from companion.store.base import Model, Transaction
from companion.store.keys import Box
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime

log = logging.getLogger(__name__)

STAFF = frozenset(role for role in Role if role.staff)
DAMAGED = "?"
"""The text that replaces a name or title that can't be decrypted.

The log says which name or title is damaged.
"""


def owner_of(account_id: UUID, role: str) -> str:
    """Return whose data key encrypts a person's name, sign-in name and email address."""
    return keys.participant(account_id) if role == Role.PARTICIPANT else keys.WORDS


class Account(Bound, Model):
    """The account of somebody who can sign in, or who can join."""

    __tablename__ = "accounts"
    BOUND = (
        *("role", "sign_in_hash", "passphrase_hash", "second_step", "created_at", "joined_at", "approved_at"),
        *("reset_asked_at", "left_at", "erased_at", "return_asked_at"),
    )

    role: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(2), default="en")
    sign_in_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    sign_in_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    passphrase_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which a lead approved this account.

    Only practitioners' and leads' accounts need approval.
    """
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The encrypted email address, or None if the person wants no email."""
    reset_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which an administrator asked a lead to reset the person's sign-in."""
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which a member of staff left or a participant died. Nobody can sign in to the account after
    this time.
    """
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the participant's data was erased. The row remains after an erasure, but without a
    name.
    """
    return_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which an administrator asked a lead to approve the person's return."""
    second_step: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True if the account has a second sign-in step.

    Deleting the second step's row from the database doesn't let anybody skip the step.
    """
    shift_leaves: Mapped[bool] = mapped_column(default=True, server_default=true())
    """True if pressing Shift three times leaves the site.

    People who use sticky keys can turn off the shortcut of pressing Shift three times.
    """
    review_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    """True if single-key shortcuts work on the page for reading submissions.

    People who use speech input can turn off single-key shortcuts.
    """
    phrases_kept: Mapped[int] = mapped_column(default=0, server_default="0")
    """The number of phrases that the person has saved."""

    @property
    def owner(self) -> str:
        """The identifier of the data key that encrypts the person's name, sign-in name and email address."""
        return owner_of(self.id, self.role)


ACCOUNTS = select(Account).where(Account.id.in_(bindparam("ids", expanding=True)))
"""The query that loads the accounts with the given ``ids``."""


class Invitation(Bound, Model):
    """A joining code.

    A joining code works only together with the word that was agreed in person. For somebody who has joined
    before, the joining code resets sign-in details.
    """

    __tablename__ = "invitations"
    BOUND = (
        "account_id",
        "code_hash",
        "word_hash",
        "resets",
        "lost",
        "made_by",
        "made_at",
        "expires_at",
        "used_at",
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    word_hash: Mapped[str] = mapped_column(String(200))
    resets: Mapped[bool] = mapped_column(default=False)
    lost: Mapped[str | None] = mapped_column(String(20))
    """The sign-in steps that the person has to set up again, or None if they're joining for the first time.

    Joining codes stored by older versions have an empty ``lost`` field. If ``resets`` is true, treat both
    sign-in steps as lost.
    """
    made_by: Mapped[UUID | None]
    """The account of the code's issuer, or None if an operator issued the code.

    ``made_by`` is None too in rows saved before the column existed.
    """
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Acknowledgement(Model):
    """A record that a person has read a particular version of the confidentiality statement."""

    __tablename__ = "acknowledgements"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    statement_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Person:
    """The details about an account's owner that Companion shows on pages."""

    id: UUID
    role: Role
    name: str
    joined_at: datetime | None
    approved_at: datetime | None
    left_at: datetime | None = None
    return_asked_at: datetime | None = None
    reset_asked_at: datetime | None = None


def add_account(tx: Transaction, role: Role, name: str, now: datetime, *, approved: bool) -> Account:
    """Add an account for somebody who hasn't used their joining code yet.

    A participant's data key is committed before the account's row.
    """
    account = Account(id=uuid4(), role=role, created_at=now, approved_at=now if approved else None)
    if role is Role.PARTICIPANT:
        tx.keys.create(account.owner, now)
    account.name = tx.keys.box(account.owner).seal("accounts.name", account.id, name)
    tx.add(account)
    tx.flush()
    return account


def account(tx: Transaction, account_id: UUID) -> Account:
    """Return an account's row.

    Raise ``NotFound`` if the account doesn't exist or was changed outside Companion.
    """
    row = tx.get(Account, account_id)
    if row is None or not row.intact:
        raise NotFound
    return row


def lock(tx: Transaction, account_id: UUID) -> None:
    """Lock an account until the transaction ends.

    Other transactions can still write rows that refer to the account.
    """
    locks.lock_one(tx, select(Account).where(Account.id == account_id))


def lock_several(tx: Transaction, accounts: Iterable[UUID]) -> None:
    """Lock several accounts until the transaction ends."""
    locks.lock(tx, select(Account).where(Account.id.in_(set(accounts))))


def account_signing_in(tx: Transaction, sign_in_name: str) -> Row[UUID, str | None, datetime | None] | None:
    """Find the account with the sign-in name, regardless of capital letters. Return None if no account
    has the sign-in name.

    Load only the columns that signing in needs. A slower response for existing names would reveal that a name
    exists.
    """
    wanted = select(Account.id, Account.passphrase_hash, Account.left_at)
    return tx.execute(wanted.where(Account.sign_in_hash == sign_in_hash(tx, sign_in_name))).first()


def sign_in_hash(tx: Transaction, sign_in_name: str) -> bytes:
    """Return a sign-in name's hash. Companion looks accounts up by this hash."""
    return tx.keys.lookup("sign-in name", folded(sign_in_name))


def name(tx: Transaction, row: Account) -> str:
    """Return the person's name, or an empty string after an erasure."""
    if row.erased_at is not None:
        return ""
    return name_in(tx.keys.box(row.owner), row.id, row.name)


def name_in(box: Box, account_id: UUID, sealed: bytes) -> str:
    """Decrypt an account's name, or return ``DAMAGED`` if the name can't be decrypted."""
    try:
        return str(box.open("accounts.name", account_id, sealed))
    except tink.TinkError:
        log.error("a name is damaged: put it back from a backup", extra={"damaged": f"account {account_id}"})
        return DAMAGED


def keep_sign_in_name(tx: Transaction, row: Account, name: str) -> None:
    """Encrypt and save the sign-in name."""
    row.sign_in_name = tx.keys.box(row.owner).seal("accounts.sign_in_name", row.id, name)


def has_acknowledged(tx: Transaction, account_id: UUID, **edition: object) -> bool:
    """Return whether the person has acknowledged this edition of the confidentiality statement.

    ``edition`` gives the ``statement_version`` and ``language``. Without it, any edition counts.
    """
    query = select(Acknowledgement.id).filter_by(account_id=account_id, **edition)
    return tx.scalar(query.limit(1)) is not None


def own_sign_in_name(tx: Transaction, row: Account) -> str:
    """Return the person's sign-in name, or an empty string before the person joins."""
    if row.sign_in_name is None:
        return ""
    return str(tx.keys.box(row.owner).open("accounts.sign_in_name", row.id, row.sign_in_name))


def email(tx: Transaction, row: Account) -> str:
    """Return the person's email address, or an empty string for somebody who wants no email."""
    return str(tx.keys.box(row.owner).open("accounts.email", row.id, row.email)) if row.email else ""


def set_email(tx: Transaction, row: Account, address: str) -> None:
    """Set the person's email address. An empty string removes the address."""
    row.email = tx.keys.box(row.owner).seal("accounts.email", row.id, address) if address else None


def names(tx: Transaction, rows: Iterable[Account]) -> dict[UUID, str]:
    """Map the accounts' ids to the holders' names.

    One query loads all the data keys for decrypting the names.
    """
    rows = list(rows)
    boxes = tx.keys.boxes({row.owner for row in rows if row.erased_at is None})
    return {row.id: name_in(boxes[row.owner], row.id, row.name) if row.owner in boxes else "" for row in rows}


def viewer(tx: Transaction, row: Account) -> Viewer:
    return Viewer(row.id, Role(row.role), name(tx, row), row.language, row.shift_leaves)


def person(tx: Transaction, row: Account) -> Person:
    """Convert an account's row to a ``Person`` for display."""
    return Person(
        row.id,
        Role(row.role),
        name(tx, row),
        row.joined_at,
        row.approved_at,
        row.left_at,
        row.return_asked_at,
        row.reset_asked_at,
    )


def staff(tx: Transaction) -> list[Person]:
    """Return every staff account, the oldest first."""
    rows = tx.scalars(select(Account).where(Account.role.in_(STAFF)).order_by(Account.created_at))
    return [person(tx, row) for row in rows]  # all staff share one data key, which is already loaded


def staff_waiting(tx: Transaction) -> tuple[Waiting, Waiting]:
    """Return two numbers: new staff waiting for approval, and former staff waiting to return."""
    new = Account.approved_at.is_(None) & Account.left_at.is_(None)
    since = type_coerce(func.min(case((new, Account.created_at))), UtcDateTime)
    asked = func.min(Account.return_asked_at)
    counted = select(func.count(case((new, 1))), since, func.count(Account.return_asked_at), asked)
    waiting, oldest, back, oldest_back = tx.execute(counted.where(Account.role.in_(STAFF))).one()
    return Waiting(waiting, oldest), Waiting(back, oldest_back)


def accounts(tx: Transaction, role: Role) -> list[Account]:
    """Return all accounts with the role, the oldest first."""
    return list(tx.scalars(select(Account).where(Account.role == role).order_by(Account.created_at)))


def practitioners(tx: Transaction, but: UUID | None = None) -> list[Person]:
    """Return the practitioners who can take over participants.

    Leave out the practitioner whose id is given in ``but``, if any. Leave out practitioners who haven't
    joined, haven't been approved or have left.
    """
    rows = tx.scalars(
        select(Account)
        .where(
            Account.role == Role.PRACTITIONER,
            Account.joined_at.is_not(None),
            Account.approved_at.is_not(None),
            Account.left_at.is_(None),
        )
        .order_by(Account.joined_at, Account.id)
    )
    return [person(tx, row) for row in rows if row.id != but and row.intact]


def gone(tx: Transaction, accounts: Iterable[UUID]) -> set[UUID]:
    """Return the ids of those accounts in ``accounts`` whose owners have left."""
    query = select(Account.id).where(Account.id.in_(set(accounts)), Account.left_at.is_not(None))
    return set(tx.scalars(query))


def names_of(tx: Transaction, accounts: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of those accounts that belong to current or former staff."""
    wanted = {each for each in accounts if each is not None}
    at_hand = {row.id: row for row in tx.held(Account) if row.id in wanted}
    missing = wanted - at_hand.keys()
    found = tx.scalars(ACCOUNTS, {"ids": list(missing)}) if missing else ()
    return names(tx, [row for row in (*at_hand.values(), *found) if row.role != Role.PARTICIPANT])


def require_here(tx: Transaction, viewer: Viewer) -> None:
    """Raise ``NotFound`` if the viewer has just been marked as having left."""
    if tx.scalar(select(Account.left_at).where(Account.id == viewer.account_id)) is not None:
        raise NotFound


def present(tx: Transaction, *roles: Role) -> list[Account]:
    """Lock all accounts with these roles. Return only the accounts of people who have joined and haven't
    left.
    """
    rows = locks.lock(tx, select(Account).where(Account.role.in_(roles)))
    return [row for row in rows if row.joined_at is not None and row.left_at is None]


def any_account(tx: Transaction) -> bool:
    """Return whether the database contains any accounts."""
    return tx.scalar(select(Account.id).limit(1)) is not None


def author(row: Bound, called: Mapping[UUID, str], account_id: UUID) -> str:
    """Return the name of the person that a row's account id refers to, such as a message's writer. Return
    ``DAMAGED`` if the row was changed outside Companion, or if the person's name isn't in ``called``.
    """
    return called.get(account_id, DAMAGED) if row.intact else DAMAGED


def open_invitation(tx: Transaction, code: str, now: datetime) -> Invitation | None:
    """Return the invitation for a joining code, or None if the code isn't valid."""
    found = tx.scalar(select(Invitation).where(Invitation.code_hash == code_hash(tx, code)))
    return found if found and found.intact and found.used_at is None and found.expires_at > now else None


def end_invitations(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """Expire every unused joining code for this account. The caller must commit the transaction."""
    still_open = select(Invitation).where(
        Invitation.account_id == account_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    for row in tx.scalars(still_open.order_by(Invitation.id)):
        row.expires_at = now


def code_hash(tx: Transaction, code: str) -> bytes:
    """Return the keyed hash under which a joining or recovery code is stored."""
    return tx.keys.lookup("code", typed_code(code))


def use_invitation(tx: Transaction, invitation_id: UUID, now: datetime) -> bool:
    """Mark an invitation as used. Return False if the invitation can't be used.

    Nobody can use an invitation twice, or after its expiry.
    """
    unused = select(Invitation).where(
        Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    row = tx.scalar(unused.execution_options(populate_existing=True))
    if row is None or not row.intact:
        return False
    row.used_at = now
    tx.flush()
    return True


@event.listens_for(Account, "load")
def _hold(row: Account, context: QueryContext) -> None:
    if isinstance(context.session, Transaction):
        context.session.hold(row)
