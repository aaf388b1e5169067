"""Signing in and out: a passphrase, for staff a second factor always, and sessions that lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update

from companion.domain.people import (
    PASSPHRASE_MOST,
    RECOVERY_CODES,
    Role,
    Viewer,
    folded,
    new_code,
    typed_code,
)
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.services.acting import acting
from companion.store import audit, devices, limits, people, sessions
from companion.store.base import BUSY_SECONDS, Store, Transaction
from companion.store.passphrases import Hasher
from companion.store.people import Account, OneTimeCode, RecoveryCode
from companion.store.sessions import SignedIn

ISSUER = "Companion"
STEP_SECONDS = 30
"""The time step of a one-time code (RFC 6238)."""
DRIFT_STEPS = 1
"""Steps that a telephone's clock may be off, either way."""


@dataclass(frozen=True)
class Entered:
    """A session that was begun or unlocked."""

    token: str
    unlocked: bool
    role: Role


def sign_in(
    store: Store,
    hasher: Hasher,
    sign_in_name: str,
    passphrase: str,
    address: str,
    locked: SignedIn | None,
    now: datetime,
    *,
    mark: str = "",
) -> Entered:
    """Begin a session, or unlock ``locked`` if it is the same person's; staff's still needs the second factor.

    A name that nobody has, or somebody who left, is refused in the same words and the same time. ``mark`` is the
    browser's own: a device that the account knows has tries of its own. Raises ``Rejected``, ``SlowDown``.
    """
    with store.reading() as tx:
        account = people.account_signing_in(tx, sign_in_name)
        device = devices.known(tx, account.id if account else None, mark, now)
    tries = limits.everywhere("sign-in", folded(sign_in_name), address)
    if device:
        tries = (("sign-in.device", str(device)), *tries[1:])
    limits.take(store, now, *tries, known=device is not None)
    # One character more than allowed can fit no passphrase, and costs no more time than one that could.
    stored = account.passphrase_hash if account else None
    fits = hasher.fits(stored, passphrase[: PASSPHRASE_MOST + 1])
    if not fits or account is None or account.left_at is not None:
        with store.writing() as tx:
            audit.record(tx, audit.Event.SIGN_IN_FAILED, now, None, subject=account.id if account else None)
            tx.commit()
        raise Rejected(Problem("wrong_sign_in"))
    role = Role(account.role)
    with acting(store, None, now) as tx:
        unlocked = locked is not None and locked.viewer.account_id == account.id
        if locked and unlocked:
            token = sessions.renew(tx, locked.session_id, now, complete=not role.staff)
        else:
            token = sessions.start(tx, account.id, now, complete=not role.staff)
        limits.forget(tx, *tries[0])
        event = audit.Event.UNLOCKED if unlocked else audit.Event.SIGNED_IN
        audit.record(tx, event, now, people.viewer(tx, account), subject=account.id)
        tx.commit()
    return Entered(token, unlocked, role)


def sign_out(store: Store, token: str, now: datetime, patience: float = BUSY_SECONDS) -> None:
    """End the session of a token whole. Of one that has ended already nothing is said.

    Raises ``Busy`` when the database does not let it through within ``patience`` seconds.
    """
    with store.writing(patience) as tx:
        account_id = sessions.end(tx, token, now)
        if account_id:
            viewer = people.viewer(tx, people.account(tx, account_id))
            audit.record(tx, audit.Event.SIGNED_OUT, now, viewer, subject=account_id)
        tx.commit()


def has_second_factor(store: Store, account_id: UUID) -> bool:
    """Whether the account has confirmed its one-time code."""
    with store.reading() as tx:
        factor = tx.get(OneTimeCode, account_id)
        return factor is not None and factor.confirmed_at is not None


def new_second_factor(store: Store, signed_in: SignedIn) -> tuple[str, str]:
    """The secret to put into an authenticator, and its ``otpauth:`` address for the QR code.

    Raises ``NotAllowed`` once it is confirmed: it is never shown again.
    """
    viewer = signed_in.viewer
    with store.reading() as tx:
        account = people.account(tx, viewer.account_id)
        factor = tx.get(OneTimeCode, account.id)
        if factor is None or factor.confirmed_at is not None:
            raise NotAllowed("second_factor_set")
        secret = people.one_time_secret(tx, account, factor)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=viewer.name, issuer_name=ISSUER)


def confirm_second_factor(
    store: Store, signed_in: SignedIn, code: str, now: datetime
) -> tuple[str, list[str]]:
    """Take the first code of a new factor: the session's new token, and the recovery codes, shown only now."""
    viewer = signed_in.viewer
    limits.take(store, now, ("code.account", str(viewer.account_id)), ("code.overall", ""))
    with _failing_on_record(store, viewer, now), acting(store, viewer, now) as tx:
        account = people.account(tx, viewer.account_id)
        factor = tx.get(OneTimeCode, account.id)
        if factor is None or factor.confirmed_at is not None:
            raise NotAllowed("second_factor_set")
        _accept(tx, account, factor, code, now)
        factor.confirmed_at = now
        codes = [new_code(2) for _ in range(RECOVERY_CODES)]
        tx.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
        for each in codes:
            tx.add(RecoveryCode(account_id=account.id, code_hash=people.code_hash(tx, each)))
        token = sessions.renew(tx, signed_in.session_id, now, complete=True)
        audit.record(tx, audit.Event.SECOND_FACTOR_SET, now, viewer, subject=account.id)
        tx.commit()
    return token, codes


def give_code(store: Store, signed_in: SignedIn, code: str, now: datetime) -> str:
    """Complete the session with a one-time code or a recovery code; its new token.

    Raises ``Rejected`` (a wrong code, or one that was used) and ``SlowDown``.
    """
    viewer = signed_in.viewer
    limits.take(store, now, ("code.account", str(viewer.account_id)), ("code.overall", ""))
    with _failing_on_record(store, viewer, now), acting(store, viewer, now) as tx:
        account = people.account(tx, viewer.account_id)
        factor = tx.get(OneTimeCode, account.id)
        if factor is None or factor.confirmed_at is None:
            raise NotAllowed("second_factor_missing")
        if not _use_recovery_code(tx, account, code, now):
            _accept(tx, account, factor, code, now)
        limits.forget(tx, "code.account", str(account.id))
        token = sessions.renew(tx, signed_in.session_id, now, complete=True)
        tx.commit()
    return token


@contextmanager
def _failing_on_record(store: Store, viewer: Viewer, now: datetime) -> Iterator[None]:
    """A wrong code is written down; the act itself was rolled back."""
    try:
        yield
    except Rejected:
        with store.writing() as tx:
            audit.record(tx, audit.Event.SECOND_FACTOR_FAILED, now, viewer, subject=viewer.account_id)
            tx.commit()
        raise


def _use_recovery_code(tx: Transaction, account: Account, code: str, now: datetime) -> bool:
    row_id = tx.scalar(
        select(RecoveryCode.id).where(
            RecoveryCode.account_id == account.id, RecoveryCode.code_hash == people.code_hash(tx, code)
        )
    )
    if row_id is None or not people.use_once(tx, RecoveryCode, row_id, now):
        return False
    audit.record(tx, audit.Event.RECOVERY_CODE_USED, now, people.viewer(tx, account), subject=account.id)
    return True


def _accept(tx: Transaction, account: Account, factor: OneTimeCode, code: str, now: datetime) -> None:
    """Only a later time step than the last accepted one counts, whatever came in between."""
    totp = pyotp.TOTP(people.one_time_secret(tx, account, factor), interval=STEP_SECONDS)
    this_step = int(now.timestamp()) // STEP_SECONDS
    steps = [
        step
        for step in range(this_step - DRIFT_STEPS, this_step + DRIFT_STEPS + 1)
        if pyotp.utils.strings_equal(totp.generate_otp(step), typed_code(code))
    ]
    if not steps:
        raise Rejected(Problem("wrong_second_factor", field="code"))
    newer = (
        update(OneTimeCode)
        .where(OneTimeCode.id == account.id, OneTimeCode.last_step < max(steps))
        .values(last_step=max(steps))
        .returning(OneTimeCode.id)
    )
    if tx.scalar(newer) is None:
        raise Rejected(Problem("code_used", field="code"))
