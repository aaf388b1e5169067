"""Accounts, what they sign in with, invitations, and who acknowledged what."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import tink
from sqlalchemy import ForeignKey, LargeBinary, Row, String, bindparam, case, event, false, func, select, true
from sqlalchemy.orm import Mapped, QueryContext, mapped_column

from companion.domain.people import Role, Viewer, folded, typed_code
from companion.domain.refusals import NotFound
from companion.store import keys, locks
from companion.store.base import Model, Transaction
from companion.store.keys import Box
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime

log = logging.getLogger(__name__)

STAFF = frozenset(role for role in Role if role.staff)
DAMAGED = "?"
"""What stands for a name or a title that is damaged: nothing else is lost with it. The log says which it is."""


def owner_of(account_id: UUID, role: str) -> str:
    """Whose data key seals what identifies somebody."""
    return keys.participant(account_id) if role == Role.PARTICIPANT else keys.WORDS


class Account(Bound, Model):
    """Somebody who may sign in, or will once he has joined."""

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
    """When a lead approved a new practitioner or lead; others are approved from the first."""
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Where notices go, for those who want them by email."""
    reset_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When an administrator asked a lead to let this person set up anew how he signs in."""
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when nobody signs in with it: somebody of the staff who left, or a participant who died."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when there is nothing left of a participant but that somebody was here. He has no name then."""
    return_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When an administrator asked a lead to take it back that he has left."""
    second_step: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it has a second factor: one that was deleted in the database is still asked for."""
    shift_leaves: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether the Shift key pressed three times leaves the site: some press it often, or have keys that stick."""

    @property
    def owner(self) -> str:
        """Whose data key seals what identifies this person."""
        return owner_of(self.id, self.role)


ACCOUNTS = select(Account).where(Account.id.in_(bindparam("ids", expanding=True)))
"""These accounts."""


class Invitation(Bound, Model):
    """A joining code, found by its hash; it joins only with the word that was agreed in person.

    For somebody who has joined it is a reset: he chooses anew how he signs in.
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
    """What a reset replaces; None for joining, and for both in rows of older versions."""
    made_by: Mapped[UUID | None]
    """Who made it; None for an operator's, and in rows of older versions."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Acknowledgement(Model):
    """That a person read a version of the confidentiality statement before joining."""

    __tablename__ = "acknowledgements"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    statement_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Person:
    """An account as pages show it."""

    id: UUID
    role: Role
    name: str
    joined_at: datetime | None
    approved_at: datetime | None
    left_at: datetime | None = None
    return_asked_at: datetime | None = None
    reset_asked_at: datetime | None = None


def add_account(tx: Transaction, role: Role, name: str, now: datetime, *, approved: bool) -> Account:
    """A new account that has not joined yet. A participant's data key is committed before its row."""
    account = Account(id=uuid4(), role=role, created_at=now, approved_at=now if approved else None)
    if role is Role.PARTICIPANT:
        tx.keys.create(account.owner, now)
    account.name = tx.keys.box(account.owner).seal("accounts.name", account.id, name)
    tx.add(account)
    tx.flush()
    return account


def account(tx: Transaction, account_id: UUID) -> Account:
    """The row of an account. Raises ``NotFound``, also for one that was changed outside Companion."""
    row = tx.get(Account, account_id)
    if row is None or not row.intact:
        raise NotFound
    return row


def lock(tx: Transaction, account_id: UUID) -> None:
    """Nobody else changes the account until the transaction ends; rows that name it can still be written."""
    locks.lock_one(tx, select(Account).where(Account.id == account_id))


def lock_several(tx: Transaction, accounts: Iterable[UUID]) -> None:
    """The same of several."""
    locks.lock(tx, select(Account).where(Account.id.in_(set(accounts))))


def account_signing_in(tx: Transaction, sign_in_name: str) -> Row[UUID, str | None, datetime | None] | None:
    """What is looked at of the account with this sign-in name, however it is written, before anything is proved.

    No more of it: reading the whole row would take longer than finding none.
    """
    wanted = select(Account.id, Account.passphrase_hash, Account.left_at)
    return tx.execute(wanted.where(Account.sign_in_hash == sign_in_hash(tx, sign_in_name))).first()


def sign_in_hash(tx: Transaction, sign_in_name: str) -> bytes:
    """What an account is found by when somebody signs in."""
    return tx.keys.lookup("sign-in name", folded(sign_in_name))


def name(tx: Transaction, row: Account) -> str:
    """What to call the person; empty for somebody who was erased."""
    if row.erased_at is not None:
        return ""
    return name_in(tx.keys.box(row.owner), row.id, row.name)


def name_in(box: Box, account_id: UUID, sealed: bytes) -> str:
    """The name that is sealed for an account; ``DAMAGED`` where it does not open."""
    try:
        return str(box.open("accounts.name", account_id, sealed))
    except tink.TinkError:
        log.error("a name is damaged: put it back from a backup", extra={"damaged": f"account {account_id}"})
        return DAMAGED


def keep_sign_in_name(tx: Transaction, row: Account, name: str) -> None:
    """Seal it, for its owner to read."""
    row.sign_in_name = tx.keys.box(row.owner).seal("accounts.sign_in_name", row.id, name)


def has_acknowledged(tx: Transaction, account_id: UUID) -> bool:
    """Whether any version of the statement was acknowledged."""
    query = select(Acknowledgement.id).where(Acknowledgement.account_id == account_id)
    return tx.scalar(query.limit(1)) is not None


def own_sign_in_name(tx: Transaction, row: Account) -> str:
    """What the person signs in with; empty before he has joined."""
    if row.sign_in_name is None:
        return ""
    return str(tx.keys.box(row.owner).open("accounts.sign_in_name", row.id, row.sign_in_name))


def email(tx: Transaction, row: Account) -> str:
    """Where notices go; empty for somebody who wants none by email."""
    return str(tx.keys.box(row.owner).open("accounts.email", row.id, row.email)) if row.email else ""


def set_email(tx: Transaction, row: Account, address: str) -> None:
    """From now on notices go there; to nobody where it is empty."""
    row.email = tx.keys.box(row.owner).seal("accounts.email", row.id, address) if address else None


def names(tx: Transaction, rows: Iterable[Account]) -> dict[UUID, str]:
    """What to call these people, by account, in one statement."""
    rows = list(rows)
    boxes = tx.keys.boxes({row.owner for row in rows if row.erased_at is None})
    return {row.id: name_in(boxes[row.owner], row.id, row.name) if row.owner in boxes else "" for row in rows}


def viewer(tx: Transaction, row: Account) -> Viewer:
    """The account as the one who acts."""
    return Viewer(row.id, Role(row.role), name(tx, row), row.language, row.shift_leaves)


def person(tx: Transaction, row: Account) -> Person:
    """The account as pages show it."""
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
    """Every account that is not a participant's, oldest first."""
    rows = tx.scalars(select(Account).where(Account.role.in_(STAFF)).order_by(Account.created_at))
    return [person(tx, row) for row in rows]  # their key is the service's, and at hand


def staff_waiting(tx: Transaction) -> tuple[int, int]:
    """How many of the staff wait for a lead's approval, and how many to be taken back."""
    new = Account.approved_at.is_(None) & Account.left_at.is_(None)
    counted = select(func.count(case((new, 1))), func.count(Account.return_asked_at))
    waiting, back = tx.execute(counted.where(Account.role.in_(STAFF))).one()
    return waiting, back


def accounts(tx: Transaction, role: Role) -> list[Account]:
    """The accounts of a role, oldest first."""
    return list(tx.scalars(select(Account).where(Account.role == role).order_by(Account.created_at)))


def practitioners(tx: Transaction, but: UUID | None = None) -> list[Person]:
    """Those who can take somebody on: approved, joined, still here, and not ``but``."""
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
    """Those of these with whose account nobody signs in any more."""
    query = select(Account.id).where(Account.id.in_(set(accounts)), Account.left_at.is_not(None))
    return set(tx.scalars(query))


def names_of(tx: Transaction, accounts: Iterable[UUID | None]) -> dict[UUID, str]:
    """What to call those of these who are of the staff, here or gone, in one statement at most."""
    wanted = {each for each in accounts if each is not None}
    at_hand = {row.id: row for row in tx.held(Account) if row.id in wanted}
    missing = wanted - at_hand.keys()
    found = tx.scalars(ACCOUNTS, {"ids": list(missing)}) if missing else ()
    return names(tx, [row for row in (*at_hand.values(), *found) if row.role != Role.PARTICIPANT])


def require_here(tx: Transaction, viewer: Viewer) -> None:
    """Raises ``NotFound`` for one who was let in a moment ago and may not act any more."""
    if tx.scalar(select(Account.left_at).where(Account.id == viewer.account_id)) is not None:
        raise NotFound


def present(tx: Transaction, *roles: Role) -> list[Account]:
    """Those of these roles who joined and are here, locked until the transaction ends."""
    rows = locks.lock(tx, select(Account).where(Account.role.in_(roles)))
    return [row for row in rows if row.joined_at is not None and row.left_at is None]


def any_account(tx: Transaction) -> bool:
    """Whether anybody is here yet."""
    return tx.scalar(select(Account.id).limit(1)) is not None


def author(row: Bound, called: Mapping[UUID, str], account_id: UUID) -> str:
    """The name of who did what the row says; ``DAMAGED`` if the row was changed outside Companion."""
    return called.get(account_id, DAMAGED) if row.intact else DAMAGED


def open_invitation(tx: Transaction, code: str, now: datetime) -> Invitation | None:
    """The invitation with this code that is neither used nor expired."""
    found = tx.scalar(select(Invitation).where(Invitation.code_hash == code_hash(tx, code)))
    return found if found and found.intact and found.used_at is None and found.expires_at > now else None


def end_invitations(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """No code that this account was given opens anything any more. The caller commits."""
    still_open = select(Invitation).where(
        Invitation.account_id == account_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    for row in tx.scalars(still_open.order_by(Invitation.id)):
        row.expires_at = now


def code_hash(tx: Transaction, code: str) -> bytes:
    """What a joining or recovery code is found by."""
    return tx.keys.lookup("code", typed_code(code))


def use_invitation(tx: Transaction, invitation_id: UUID, now: datetime) -> bool:
    """Mark as used. Of several tries at the same moment one is told True, and none once it has ended."""
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
