"""Check that an administrator is at the server's command line, before keys are changed."""

from datetime import datetime

from companion.domain.people import Credentials, Role, Viewer
from companion.domain.refusals import NotAllowed
from companion.services.accounts import second_step, sign_in
from companion.services.accounts.second_step import Given
from companion.services.accounts.sign_in import Browser
from companion.services.act import record_refusal
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Store

PROMPT = "the operator's prompt"
"""Used instead of a network address when rate limits count sign-in attempts at the command line."""


def prove(store: Store, hasher: Hasher, given: Credentials, code: str, now: datetime) -> Viewer:
    """Return the administrator with this name, passphrase and code.

    Check the name, passphrase and code by signing the administrator in and straight out again. Raise
    ``Rejected`` for wrong details, ``SlowDown`` after too many attempts, or ``Crowded`` if the server is too
    busy. Raise ``NotAllowed`` if the person isn't an administrator or has no second sign-in step.
    """
    token = sign_in.sign_in(store, hasher, given, Browser(PROMPT), now).token
    try:
        signed_in = _signed_in(store, token, now)
        if signed_in.viewer.role is not Role.ADMINISTRATOR:
            record_refusal(store, signed_in.viewer, "administrators_only", now)
            raise NotAllowed("administrators_only")
        token = second_step.give(store, signed_in, Given(code), now)
    finally:
        sign_in.sign_out(store, token, now)
    return signed_in.viewer


def _signed_in(store: Store, token: str, now: datetime) -> SignedIn:
    with store.reading() as tx:
        found = sessions.find(tx, token, now)
    if found is None:  # somebody has just closed the account
        raise NotAllowed("administrators_only")
    return found
