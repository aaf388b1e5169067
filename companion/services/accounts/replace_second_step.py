"""Let people remove their second sign-in step if they've lost the phone or passkey for it.

To remove a lost second step, people enter the code from a reset slip, the word agreed in person, and their
passphrase.
"""

from datetime import datetime
from uuid import UUID

from companion.domain.accounts.second_factors import Lost
from companion.domain.people import PASSPHRASE_MOST
from companion.domain.refusals import Problem, Rejected
from companion.services.accounts import join
from companion.services.act import unattended
from companion.store import audit, people, rate_limits
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store


def replace(store: Store, hasher: Hasher, invitation_id: UUID, passphrase: str, now: datetime) -> str:
    """Remove the second sign-in step, start a new session and return its token.

    All sessions of the account end, and all known devices are forgotten. Raise ``Rejected`` if the passphrase
    is wrong or the reset slip isn't valid for replacing the second sign-in step. Raise ``SlowDown`` after too
    many attempts. Raise ``Crowded`` if the server is too busy. Each reset slip has its own rate limit.
    Attempts with other reset slips don't count towards this reset slip's limit.
    """
    tried = "join.code", str(invitation_id)
    with hasher.place() as place:
        rate_limits.take(store, now, tried)
        with store.reading() as tx:
            invitation = join.open_invitation(tx, invitation_id, now)
            account = people.account(tx, invitation.account_id)
            stored = account.passphrase_hash
        if join.lost(invitation) is not Lost.SECOND_STEP:  # the slip was made for another purpose
            raise Rejected(Problem("wrong_code", field="code"))
        fits = place.fits(stored, passphrase[: PASSPHRASE_MOST + 1])
    if not fits:
        with store.writing(now) as tx:
            audit.record(tx, audit.Event.SIGN_IN_FAILED, subject=account.id)
            tx.commit()
        raise Rejected(Problem("wrong_passphrase", field="passphrase"))
    with unattended(store, now) as tx:
        people.lock(tx, account.id)
        account = people.account(tx, account.id)
        if account.passphrase_hash != stored:  # somebody has just changed the passphrase
            raise Rejected(Problem("wrong_passphrase", field="passphrase"))
        join.use(tx, join.open_invitation(tx, invitation_id, now), now)
        join.forget_way_in(tx, account, Lost.SECOND_STEP, now)
        rate_limits.forget(tx, *tried)
        token = join.begin_session(tx, account, now)
        tx.by = people.viewer(tx, account)
        audit.record(tx, audit.Event.RESET_DONE, subject=account.id, detail=Lost.SECOND_STEP)
        tx.commit()
    return token
