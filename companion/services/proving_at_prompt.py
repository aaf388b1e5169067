"""Fresh proof at the operator's prompt that somebody is an administrator, before keys are changed."""

from datetime import datetime

from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotAllowed
from companion.services import proving, signing_in
from companion.services.acting import record_refusal
from companion.services.proving import Given
from companion.store import sessions
from companion.store.base import Store
from companion.store.passphrases import Hasher
from companion.store.sessions import SignedIn

PROMPT = "the operator's prompt"
"""Tries there count together, as those of one address."""


def prove(
    store: Store, hasher: Hasher, sign_in_name: str, passphrase: str, code: str, now: datetime
) -> Viewer:
    """The administrator who gave all three: he signs in as he does in a browser, and out again at once.

    Raises ``Rejected``, ``SlowDown``, and ``NotAllowed`` for anybody else.
    """
    token = signing_in.sign_in(store, hasher, sign_in_name, passphrase, PROMPT, None, now).token
    try:
        signed_in = _signed_in(store, token, now)
        if signed_in.viewer.role is not Role.ADMINISTRATOR:
            record_refusal(store, signed_in.viewer, "administrators_only", now)
            raise NotAllowed("administrators_only")
        token = proving.give(store, signed_in, Given(code), now)
    finally:
        signing_in.sign_out(store, token, now)
    return signed_in.viewer


def _signed_in(store: Store, token: str, now: datetime) -> SignedIn:
    with store.reading() as tx:
        found = sessions.find(tx, token, now)
    if found is None:  # he was marked as left at this very moment
        raise NotAllowed("administrators_only")
    return found
