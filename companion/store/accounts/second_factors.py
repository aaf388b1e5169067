"""Second sign-in steps: one-time codes and recovery codes."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.accounts.second_factors import RECOVERY_CODES, Factors, is_replay
from companion.domain.people import new_code
from companion.store import people
from companion.store.accounts.passkeys import Passkey
from companion.store.base import Model, Transaction
from companion.store.people import Account
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class OneTimeCode(Bound, Model):
    """The secret for an account's one-time codes (RFC 6238). ``id`` is the account's id."""

    __tablename__ = "one_time_codes"
    BOUND = ("confirmed_at", "last_step")

    id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)
    """The time step (RFC 6238) of the last one-time code that Companion accepted.

    After accepting a code, refuse that code and all older ones.
    """
    replacement: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A new secret. The new secret replaces the old one once the account holder enters a code from the new
    one.
    """


class RecoveryCode(Bound, Model):
    """A single-use recovery code, for people who have lost their second sign-in step."""

    __tablename__ = "recovery_codes"
    BOUND = ("account_id", "code_hash", "used_at")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def one_time_secret(tx: Transaction, row: Account, factor: OneTimeCode) -> str:
    """Return the base-32 secret for one-time codes."""
    return str(tx.keys.box(row.owner).open("one_time_codes.secret", row.id, factor.secret))


def offer_one_time_code(tx: Transaction, row: Account, secret: str) -> None:
    """Save a new secret for one-time codes. The new secret takes effect when the owner enters a code from the
    new secret.

    The caller must lock the account first.
    """
    box, factor = tx.keys.box(row.owner), tx.get(OneTimeCode, row.id)
    if factor and factor.confirmed_at:
        factor.replacement = box.seal("one_time_codes.replacement", row.id, secret)
        return
    factor = factor or OneTimeCode(id=row.id, last_step=0)
    factor.secret = box.seal("one_time_codes.secret", row.id, secret)
    tx.add(factor)


def offered_secret(tx: Transaction, row: Account) -> str | None:
    """Return the account's new secret for one-time codes, if it has one that isn't in use yet. Otherwise
    return None.

    A row that was changed outside Companion is ignored.
    """
    factor = tx.get(OneTimeCode, row.id)
    if factor is None or not factor.intact:
        return None
    if factor.replacement is None:
        return None if factor.confirmed_at else one_time_secret(tx, row, factor)
    return str(tx.keys.box(row.owner).open("one_time_codes.replacement", row.id, factor.replacement))


def withdraw_offer(tx: Transaction, account_id: UUID) -> None:
    """Delete a new secret that isn't in use yet.

    The caller must commit the transaction.
    """
    factor = tx.get(OneTimeCode, account_id)
    if factor and factor.confirmed_at:
        factor.replacement = None
    elif factor:
        tx.delete(factor)


def confirm_one_time_code(tx: Transaction, row: Account, secret: str, step: int, now: datetime) -> None:
    """Accept one-time codes from the new secret from now on.

    ``step`` is the time step (RFC 6238) of the one-time code that the person entered.
    """
    factor = tx.get_one(OneTimeCode, row.id)
    factor.secret = tx.keys.box(row.owner).seal("one_time_codes.secret", row.id, secret)
    factor.confirmed_at, factor.last_step, factor.replacement = now, step, None
    row.second_step = True


def accept_step(tx: Transaction, account_id: UUID, step: int) -> bool:
    """Record the time step of an accepted one-time code, so that the code can't be used again.

    Return True only if the time step is later than the time step of the last accepted code.
    """
    row = tx.get(OneTimeCode, account_id, populate_existing=True)  # the account is locked
    if row is None or not row.intact or is_replay(step, row.last_step):
        return False
    row.last_step = step
    tx.flush()
    return True


def factors_of(tx: Transaction, account_id: UUID) -> Factors:
    """Return the account's second sign-in steps.

    Ignore one-time codes and passkeys whose rows were changed outside Companion. Count every unused recovery
    code.
    """
    one_time = tx.get(OneTimeCode, account_id)
    keys = tx.scalars(select(Passkey).where(Passkey.account_id == account_id)).all()
    unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Factors(
        one_time is not None and one_time.intact and one_time.confirmed_at is not None,
        sum(each.intact for each in keys),
        tx.scalar(unused) or 0,
        expected=people.account(tx, account_id).second_step,
    )


def new_recovery_codes(tx: Transaction, account_id: UUID) -> list[str]:
    """Replace an account's recovery codes, and return the new codes.

    The database contains only the hashes of recovery codes. The caller must commit the transaction.
    """
    drop_recovery_codes(tx, account_id)
    codes = [new_code(2) for _ in range(RECOVERY_CODES)]
    for each in codes:
        tx.add(RecoveryCode(id=uuid4(), account_id=account_id, code_hash=people.code_hash(tx, each)))
    return codes


def use_recovery_code(tx: Transaction, account_id: UUID, code: str, now: datetime) -> bool:
    """Mark a recovery code as used. Return True if this recovery code is the account's and hasn't been used
    before.
    """
    unused = select(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == people.code_hash(tx, code),
        RecoveryCode.used_at.is_(None),
    )
    row = tx.scalar(unused.execution_options(populate_existing=True))  # the account is locked
    if row is None or not row.intact:
        return False
    row.used_at = now
    tx.flush()
    return True


def let_go_of_last(tx: Transaction, account_id: UUID) -> None:
    """Record that the account has no second sign-in step any more. Delete the account's recovery codes.

    The caller must commit the transaction.
    """
    people.account(tx, account_id).second_step = False
    drop_recovery_codes(tx, account_id)


def drop_recovery_codes(tx: Transaction, account_id: UUID) -> None:
    """Delete all of an account's recovery codes. The caller must commit the transaction."""
    tx.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def drop_all(tx: Transaction, account_id: UUID) -> None:
    """Delete all of an account's second sign-in steps and recovery codes.

    The caller must commit the transaction.
    """
    tx.execute(delete(OneTimeCode).where(OneTimeCode.id == account_id))
    tx.execute(delete(Passkey).where(Passkey.account_id == account_id))
    let_go_of_last(tx, account_id)
