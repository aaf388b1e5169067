"""Sign people in and out.

Everybody needs a passphrase. Staff need a second sign-in step, and participants can set one up.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from companion.domain.accounts.second_factors import asked_for
from companion.domain.people import PASSPHRASE_MOST, Credentials, Role, folded
from companion.domain.refusals import Problem, Rejected
from companion.services.act import unattended
from companion.store import audit, people, rate_limits
from companion.store.accounts import devices, second_factors, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Store, Transaction
from companion.store.people import Account


@dataclass(frozen=True)
class Entered:
    """A session that has just started or been unlocked."""

    token: str
    unlocked: bool
    role: Role
    complete: bool
    """True if signing in needs no further step."""


@dataclass(frozen=True)
class Browser:
    """What sign-in needs to know about the browser: its network address, locked session (if any) and device
    cookie.
    """

    address: str
    locked: SignedIn | None = None
    mark: str = ""


def sign_in(store: Store, hasher: Hasher, given: Credentials, browser: Browser, now: datetime) -> Entered:
    """Start a session, or unlock this person's locked session in this browser.

    If the browser holds another person's locked session, signing in ends that session. An unknown name and a
    wrong passphrase get the same refusal after the same time. Every known device has its own rate limit.
    Raise ``Rejected`` for a wrong name or passphrase, or ``SlowDown`` after too many attempts. Raise
    ``Crowded`` if the server is too busy.
    """
    with store.reading() as tx:
        found = people.account_signing_in(tx, given.sign_in_name)
        device = devices.known(tx, found.id if found else None, browser.mark, now)
    owner = "sign-in.account", folded(given.sign_in_name)
    strangers = ("sign-in.address", browser.address), ("sign-in.overall", "")
    his_own = hasher.used_by(device=str(device))  # an unknown name must take just as long
    if device:
        owner = "sign-in.device", str(device)
        hasher = his_own  # strangers at the same network address can't lock the owner out
    stored = found.passphrase_hash if found else None
    with hasher.place() as place:
        rate_limits.take(store, now, owner, *strangers, known=device is not None)
        # cut off an overlong passphrase: the check must not take longer
        fits = place.fits(stored, given.passphrase[: PASSPHRASE_MOST + 1])
    if not fits or found is None or found.left_at is not None or not _intact(store, found.id):
        _refuse(store, found.id if found else None, now)
    with unattended(store, now) as tx:
        people.lock(tx, found.id)
        account = people.account(tx, found.id)
        if account.passphrase_hash != stored or account.left_at:  # the row has just changed
            audit.record(tx, audit.Event.SIGN_IN_FAILED, subject=account.id)
            tx.commit()
            raise Rejected(Problem("wrong_sign_in"))
        tx.by = people.viewer(tx, account)
        entered = _unlock_or_begin(tx, account, browser.locked, now)
        rate_limits.forget(tx, *owner)
        event = audit.Event.UNLOCKED if entered.unlocked else audit.Event.SIGNED_IN
        audit.record(tx, event, subject=account.id)
        tx.commit()
    return entered


def _intact(store: Store, account_id: UUID) -> bool:
    """Return False if the account's row was changed outside Companion.

    Nobody can sign in to an account that somebody inserted straight into the database.
    """
    with store.reading() as tx:
        return tx.get_one(Account, account_id).intact


def _refuse(store: Store, account_id: UUID | None, now: datetime) -> NoReturn:
    """Refuse to sign somebody in. An unknown name and a wrong passphrase get the same response."""
    with store.writing(now) as tx:
        audit.record(tx, audit.Event.SIGN_IN_FAILED, subject=account_id)
        tx.commit()
    raise Rejected(Problem("wrong_sign_in"))


def _unlock_or_begin(tx: Transaction, account: Account, locked: SignedIn | None, now: datetime) -> Entered:
    """Unlock the account's locked session, or start a new session.

    If the browser holds another account's locked session, end that session.
    """
    role = Role(account.role)
    complete = not asked_for(role, second_factors.factors_of(tx, account.id))
    if locked and not sessions.is_live(tx, locked.session_id):  # the session has just ended
        locked = None
    unlocked = locked is not None and locked.viewer.account_id == account.id
    if locked and unlocked:
        token = sessions.renew(tx, locked.session_id, now, complete=complete, proved_at=now)
    else:
        _end_anothers(tx, account, locked, now)
        token = sessions.start(tx, account.id, now, complete=complete)
    return Entered(token, unlocked, role, complete)


def _end_anothers(tx: Transaction, account: Account, found: SignedIn | None, now: datetime) -> None:
    if found and sessions.end_one(tx, found.viewer, found.session_id, now):
        audit.record(tx, audit.Event.SESSION_ENDED, subject=found.viewer.account_id)


def sign_out(store: Store, token: str, now: datetime) -> None:
    """End the session with this token, if it still exists."""
    with store.writing(now) as tx:
        account_id = sessions.end(tx, token, now)
        if account_id:
            tx.by = people.viewer(tx, people.account(tx, account_id))
            audit.record(tx, audit.Event.SIGNED_OUT, subject=account_id)
        tx.commit()
