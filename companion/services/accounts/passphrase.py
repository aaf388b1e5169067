"""Let people change their passphrase.

The change ends all sessions that began with the old passphrase.
"""

from datetime import datetime

from companion.domain.people import typed_passphrase
from companion.services.act import Actor, Counted, acting
from companion.store import audit, people
from companion.store.accounts import second_factors, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Store


def change(store: Store, hasher: Hasher, signed_in: SignedIn, passphrase: str, now: datetime) -> str:
    """Set a new passphrase and end the account's other sessions. Return this session's new token.

    Cancel the account's reset slips, reset requests and unfinished set-ups of one-time codes, because an
    intruder may have seen them. Raise ``Rejected`` for a bad passphrase, or ``Crowded`` if the server is too
    busy. Raise ``NotAllowed`` if the session has ended.
    """
    viewer = signed_in.viewer
    with store.reading() as tx:
        name = people.own_sign_in_name(tx, people.account(tx, viewer.account_id))
    typed_passphrase(passphrase, [name, viewer.name])
    passphrase_hash = hasher.hash(passphrase)
    with acting(Actor(store, viewer, now), Counted.NEVER) as tx:
        sessions.lock_owner(tx, signed_in)
        account = people.account(tx, viewer.account_id)
        account.passphrase_hash = passphrase_hash
        sessions.end_all(tx, account.id, now, but=signed_in.session_id)
        people.end_invitations(tx, account.id, now)
        second_factors.withdraw_offer(tx, account.id)
        account.reset_asked_at = None
        token = sessions.renew(tx, signed_in.session_id, now, complete=True)
        audit.record(tx, audit.Event.PASSPHRASE_CHANGED, subject=account.id)
        tx.commit()
    return token
