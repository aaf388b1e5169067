"""One-time codes from an authenticator app, and recovery codes for people who can't use the app."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pyotp

from companion.domain.accounts.second_factors import must_stay
from companion.domain.people import Viewer, typed_code
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.services.act import Actor, Counted, acting
from companion.store import audit, people, rate_limits
from companion.store.accounts import second_factors, sessions
from companion.store.accounts.second_factors import OneTimeCode
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Store, Transaction
from companion.store.people import Account

ISSUER = "Companion"
STEP_SECONDS = 30
"""The length of a one-time code's time step in seconds (RFC 6238)."""
DRIFT_STEPS = 1
"""The maximum difference between a phone's clock and the server's clock, in time steps."""


@contextmanager
def failing_on_record(actor: Actor) -> Iterator[None]:
    """Record a refused code in a new transaction, because the transaction that refused the code is rolled
    back.
    """
    try:
        yield
    except Rejected as rejected:
        event, detail = audit.Event.SECOND_FACTOR_FAILED, rejected.problems[0].key
        with actor.store.writing(actor.now, actor.viewer) as tx:
            audit.record(tx, event, subject=actor.viewer.account_id, detail=detail)
            tx.commit()
        raise


def offered(store: Store, viewer: Viewer) -> tuple[str, str] | None:
    """Return an unconfirmed authenticator secret and its ``otpauth:`` URL for the QR code.

    Return None if there is no unconfirmed secret. A confirmed secret is never shown again. The authenticator
    app's setup URL doesn't contain a participant's name.
    """
    with store.reading() as tx:
        secret = second_factors.offered_secret(tx, people.account(tx, viewer.account_id))
    if secret is None:
        return None
    name = viewer.name if viewer.role.staff else ISSUER
    return secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def offer_new(actor: Actor) -> None:
    """Create a new authenticator secret.

    The current secret works until somebody confirms the new secret.
    """
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)
        account = people.account(tx, actor.viewer.account_id)
        second_factors.offer_one_time_code(tx, account, pyotp.random_base32())
        audit.record(tx, audit.Event.SECOND_FACTOR_OFFERED, subject=account.id)
        tx.commit()


def confirm(store: Store, signed_in: SignedIn, code: str, now: datetime) -> tuple[str, list[str]]:
    """Check the person's first code, then switch to the new one-time-code secret. Give the session a new
    token, and return the token with any new recovery codes.

    If the account had no second sign-in step before, create recovery codes too. Raise ``NotAllowed`` if there
    is no secret to confirm, if the session has ended, or if the account's second sign-in step disappeared
    from the database. Also raise ``NotAllowed`` if the account has a second sign-in step that this session
    hasn't completed. Raise ``Rejected`` for a wrong code, or ``SlowDown`` after too many attempts.
    """
    viewer = signed_in.viewer
    rate_limits.take(store, now, ("code.account", str(viewer.account_id)))
    with failing_on_record(Actor(store, viewer, now)), acting(Actor(store, viewer, now), Counted.NEVER) as tx:
        sessions.lock_owner(tx, signed_in)
        account = people.account(tx, viewer.account_id)
        present = second_factors.factors_of(tx, account.id)
        secret, first = second_factors.offered_secret(tx, account), not present.any
        if secret is None or present.lost or not (first or signed_in.complete):
            raise NotAllowed("second_factor_set")
        second_factors.confirm_one_time_code(tx, account, secret, _step(secret, code, now), now)
        recovery = second_factors.new_recovery_codes(tx, account.id) if first else []
        rate_limits.forget(tx, "code.account", str(account.id))
        token = sessions.renew(tx, signed_in.session_id, now, complete=True)
        audit.record(tx, audit.Event.SECOND_FACTOR_SET, subject=account.id, detail="one_time")
        tx.commit()
    return token, recovery


def remove(actor: Actor) -> None:
    """Stop using one-time codes for the account.

    If the account doesn't use one-time codes, do nothing. Raise ``NotAllowed`` if a staff member would be
    left without a second sign-in step.
    """
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)
        row = tx.get(OneTimeCode, actor.viewer.account_id)
        if row is None:
            return
        if row.confirmed_at:
            let_go(tx, actor.viewer)
            audit.record(
                tx, audit.Event.SECOND_FACTOR_REMOVED, subject=actor.viewer.account_id, detail="one_time"
            )
        tx.delete(row)
        tx.commit()


def let_go(tx: Transaction, viewer: Viewer) -> None:
    """Check that a second sign-in step can be removed. Delete the recovery codes if they would be the only
    second sign-in step left.

    Raise ``NotAllowed`` if a staff member would be left without a second sign-in step.
    """
    present = second_factors.factors_of(tx, viewer.account_id)
    if must_stay(viewer.role, present):
        raise NotAllowed("last_factor")
    if present.last:
        second_factors.let_go_of_last(tx, viewer.account_id)


def new_recovery_codes(actor: Actor) -> list[str]:
    """Replace the recovery codes with ten new codes. The new codes are shown only once.

    Raise ``NotAllowed`` if the account hasn't set up a second sign-in step.
    """
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)
        if not second_factors.factors_of(tx, actor.viewer.account_id).any:
            raise NotAllowed("second_factor_missing")
        made = second_factors.new_recovery_codes(tx, actor.viewer.account_id)
        audit.record(tx, audit.Event.RECOVERY_CODES_MADE, subject=actor.viewer.account_id)
        tx.commit()
    return made


def accept(tx: Transaction, account: Account, code: str, now: datetime) -> None:
    """Accept an unused recovery code or one-time code. Mark the code as used.

    Raise ``Rejected`` if the code isn't valid.
    """
    if second_factors.use_recovery_code(tx, account.id, code, now):
        audit.record(tx, audit.Event.RECOVERY_CODE_USED, subject=account.id)
        return
    factor = tx.get(OneTimeCode, account.id)
    if factor is None or not factor.intact or factor.confirmed_at is None:
        raise Rejected(Problem("wrong_recovery_code", field="code"))
    step = _step(second_factors.one_time_secret(tx, account, factor), code, now)
    if not second_factors.accept_step(tx, account.id, step):
        raise Rejected(Problem("code_used", field="code"))


def _step(secret: str, code: str, now: datetime) -> int:
    """Return the time step of this one-time code. Raise ``Rejected`` if the code is wrong."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    this_step = int(now.timestamp()) // STEP_SECONDS
    steps = [
        step
        for step in range(this_step - DRIFT_STEPS, this_step + DRIFT_STEPS + 1)
        if pyotp.utils.strings_equal(totp.generate_otp(step), typed_code(code))
    ]
    if not steps:
        raise Rejected(Problem("wrong_second_factor", field="code"))
    return max(steps)
