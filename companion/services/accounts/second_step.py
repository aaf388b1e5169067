"""Complete the second sign-in step. Check both sign-in steps again before a sensitive change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from companion.domain.people import PASSPHRASE_MOST
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.services.accounts import one_time_codes, passkeys
from companion.services.accounts.passkeys import NOWHERE, USING, Signed, Site
from companion.services.act import Actor, Counted, acting
from companion.store import audit, people, rate_limits
from companion.store.accounts import second_factors, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Store, Transaction
from companion.store.people import Account


@dataclass(frozen=True)
class Given:
    """Proof for the second sign-in step: a typed code or a passkey's signature."""

    code: str = ""
    passkey: str = ""
    site: Site = NOWHERE


def give(store: Store, signed_in: SignedIn, given: Given, now: datetime) -> str:
    """Check the second sign-in step, complete the sign-in, and return the session's new token.

    Raise ``Rejected`` for a wrong or used code, or ``SlowDown`` after too many attempts. Raise ``NotAllowed``
    if the account has no second sign-in step.
    """
    viewer = signed_in.viewer
    rate_limits.take(store, now, ("code.account", str(viewer.account_id)))
    with (
        _given(store, signed_in, given, now) as challenge,
        acting(Actor(store, viewer, now), Counted.NEVER) as tx,
    ):
        people.lock(tx, viewer.account_id)
        account = people.account(tx, viewer.account_id)
        if not second_factors.factors_of(tx, account.id).any:
            raise NotAllowed("second_factor_missing")
        _accept(tx, account, given, challenge, now)
        rate_limits.forget(tx, "code.account", str(account.id))
        token = sessions.renew(tx, signed_in.session_id, now, complete=True)
        tx.commit()
    return token


def prove(
    store: Store, hasher: Hasher, signed_in: SignedIn, passphrase: str, given: Given, now: datetime
) -> str:
    """Check the passphrase and any second sign-in step.

    Return the session's new token. Raise ``Rejected`` for a wrong passphrase or code, or ``SlowDown`` after
    too many attempts. Raise ``Crowded`` if the server is too busy, or ``NotAllowed`` if the session has
    ended. A wrong passphrase doesn't use up the code entered with it.
    """
    viewer = signed_in.viewer
    with store.reading() as tx:
        account = people.account(tx, viewer.account_id)
        stored = account.passphrase_hash
    tries = ("sign-in.device", str(signed_in.session_id)), ("code.account", str(account.id))
    with hasher.place() as place:
        rate_limits.take(store, now, tries[0])
        fits = place.fits(stored, passphrase[: PASSPHRASE_MOST + 1])
    if not fits:
        with store.writing(now, viewer) as tx:
            audit.record(tx, audit.Event.SIGN_IN_FAILED, subject=account.id)
            tx.commit()
        raise Rejected(Problem("wrong_passphrase", field="passphrase"))
    rate_limits.take(store, now, tries[1])  # guesses at the passphrase don't use up the attempts at codes
    with (
        _given(store, signed_in, given, now) as challenge,
        acting(Actor(store, viewer, now), Counted.NEVER) as tx,
    ):
        sessions.lock_owner(tx, signed_in)
        account = people.account(tx, account.id)
        if account.passphrase_hash != stored:  # somebody has just changed the passphrase
            raise Rejected(Problem("wrong_passphrase", field="passphrase"))
        if second_factors.factors_of(tx, account.id).any:
            _accept(tx, account, given, challenge, now)
        for each in tries:
            rate_limits.forget(tx, *each)
        token = sessions.renew(tx, signed_in.session_id, now, complete=True, proved_at=now)
        audit.record(tx, audit.Event.PROVED, subject=account.id)
        tx.commit()
    return token


@contextmanager
def _given(store: Store, signed_in: SignedIn, given: Given, now: datetime) -> Iterator[bytes]:
    """Yield the challenge that the passkey signed, or empty bytes if the person entered a code instead. A
    challenge can be used only once. If the code or passkey is refused, the audit log records the refusal.
    """
    with one_time_codes.failing_on_record(Actor(store, signed_in.viewer, now)):
        yield passkeys.taken_challenge(store, signed_in, USING, now) if given.passkey else b""


def _accept(tx: Transaction, account: Account, given: Given, challenge: bytes, now: datetime) -> None:
    if given.passkey:
        passkeys.accept(tx, account, Signed(given.passkey, given.site), challenge)
    else:
        one_time_codes.accept(tx, account, given.code, now)
