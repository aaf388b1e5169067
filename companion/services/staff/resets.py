"""Let people replace lost sign-in details.

A reset slip replaces the passphrase, the second sign-in step, or both. People who have lost only their
passphrase still need their second sign-in step. People who have lost only their second sign-in step keep
their passphrase and sign in with it. Existing sessions and sign-in details work until somebody uses the slip.
The person who issues the slip never sees the new sign-in details. Administrators can issue slips only for
other administrators. A practitioner's or lead's reset needs two people: an administrator asks for it and a
lead agrees.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from companion.domain.accounts import second_factors
from companion.domain.accounts.second_factors import Lost
from companion.domain.people import Role, Viewer, new_code
from companion.domain.refusals import NotAllowed, NotFound
from companion.services.accounts.join import Slip, agreed_word, invite
from companion.services.act import Actor, acting, unattended
from companion.services.staff.leaving import leaver
from companion.store import audit, outbox, people
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.second_factors import factors_of
from companion.store.base import Store, Transaction
from companion.store.enrolments import enrolments
from companion.store.people import Account, Person

ASKED_FOR = timedelta(days=7)
"""The time within which a lead must agree to a reset."""


def reset_participant(
    actor: Actor, hasher: Hasher, enrolment_id: UUID, word: str, *, lost: str = Lost.BOTH
) -> Slip:
    """Issue a slip that lets one of the viewer's participants replace lost sign-in details.

    ``lost`` says what the participant lost: the passphrase, the second sign-in step or both. Before resetting
    a participant's sign-in details, the practitioner must have met the participant in person. The reset slip
    might be all that the participant needs to prove their identity to Companion. Raise ``Rejected`` for a
    mistake in the form. Raise ``NotAllowed`` for somebody who hasn't joined or has left the service.
    """
    word_hash = hasher.hash(agreed_word(word))
    with acting(actor) as tx:
        account, enrolment = enrolments.with_account(tx, actor.viewer, enrolment_id)
        gone = second_factors.lost(lost, factors_of(tx, account.id))
        slip = _begin(tx, account, gone, word_hash)
        audit.record(tx, audit.Event.RESET_BEGUN, subject=account.id, enrolment=enrolment.id, detail=gone)
        tx.commit()
    return slip


def member(tx: Transaction, viewer: Viewer, account_id: UUID) -> Account:
    """Return a staff member whose reset the viewer may request or approve.

    Raise ``NotFound`` if the viewer may not request or approve a reset for this person. Raise ``NotAllowed``
    if the viewer requests or approves a reset of their own account. Raise ``NotAllowed`` for somebody who
    hasn't joined or has left the service.
    """
    people.lock(tx, account_id)
    if viewer.role is Role.ADMINISTRATOR:
        account = leaver(tx, viewer, account_id)
    else:
        account = people.account(tx, account_id)
        if viewer.role is not Role.LEAD or account.role not in (Role.PRACTITIONER, Role.LEAD):
            raise NotFound
    if account.id == viewer.account_id:
        raise NotAllowed("own_reset")
    _require_here(account)
    return account


def ask(actor: Actor, account_id: UUID) -> None:
    """Let an administrator ask the leads to issue a reset slip for a practitioner or lead.

    Raise ``NotFound`` for any other viewer or account. Raise ``NotAllowed`` for the same reasons as
    ``member``.
    """
    with acting(actor) as tx:
        account = member(tx, actor.viewer, account_id)
        if actor.viewer.role is not Role.ADMINISTRATOR or account.role == Role.ADMINISTRATOR:
            raise NotFound
        account.reset_asked_at = actor.now
        audit.record(tx, audit.Event.RESET_ASKED, subject=account.id)
        tx.commit()


def asked(at: datetime | None, now: datetime) -> bool:
    """Return whether an administrator has asked for a reset in the last seven days."""
    return at is not None and now - at < ASKED_FOR


def waiting(staff: Iterable[Person], now: datetime) -> set[UUID]:
    """Return the staff whose own reset still needs a lead's agreement."""
    return {each.id for each in staff if not each.left_at and asked(each.reset_asked_at, now)}


def reset_staff(actor: Actor, hasher: Hasher, account_id: UUID, word: str, *, lost: str = Lost.BOTH) -> Slip:
    """Issue a reset slip and return it. When an administrator asks for a reset for a practitioner or lead, a
    lead must issue the reset slip. An administrator issues the reset slips for other administrators.

    Raise ``Rejected`` for a mistake in the form. Raise ``NotFound`` if the viewer may not issue the reset
    slip. Raise ``NotAllowed`` for the same reasons as ``member``. Raise ``NotAllowed`` if the viewer is a
    lead and no administrator has requested the reset in the last seven days.
    """
    word_hash = hasher.hash(agreed_word(word))
    with acting(actor) as tx:
        account = member(tx, actor.viewer, account_id)
        if actor.viewer.role is Role.ADMINISTRATOR and account.role != Role.ADMINISTRATOR:
            raise NotFound
        if actor.viewer.role is Role.LEAD and not asked(account.reset_asked_at, actor.now):
            raise NotAllowed("reset_not_asked")
        gone = second_factors.lost(lost, factors_of(tx, account.id))
        account.reset_asked_at = None
        slip = _begin(tx, account, gone, word_hash)
        audit.record(tx, audit.Event.RESET_BEGUN, subject=account.id, detail=gone)
        tx.commit()
    return slip


def reset_last(
    store: Store, hasher: Hasher, role: Role, now: datetime, lost: Lost = Lost.BOTH
) -> tuple[str, Slip]:
    """Let an operator issue a reset slip for the only lead or administrator.

    Return the reset slip, and the agreed word that must be entered with it. Companion notifies all leads and
    administrators that an operator has issued the reset slip. For 90 days, leads and administrators can also
    see in Companion that an operator has issued a reset slip. Raise ``NotAllowed`` unless exactly one person
    who has joined and not left has the role ``role``.
    """
    word = new_code(1)
    word_hash = hasher.hash(agreed_word(word))
    with unattended(store, now) as tx:
        told = people.present(tx, Role.LEAD, Role.ADMINISTRATOR)
        present = [each for each in told if each.role == role]
        if role not in (Role.LEAD, Role.ADMINISTRATOR) or len(present) != 1:
            raise NotAllowed("not_the_only_one")
        slip = _begin(tx, present[0], lost, word_hash)
        audit.record(tx, audit.Event.RESET_BEGUN, subject=present[0].id, detail="operator")
        for each in told:
            if each.id != present[0].id:
                outbox.notify(tx, each.id, outbox.Notice.ACCESS_RESET, present[0].id)
        tx.commit()
    return word, slip


def _begin(tx: Transaction, account: Account, lost: Lost, word_hash: str) -> Slip:
    _require_here(account)
    outbox.notify(tx, account.id, outbox.Notice.ACCESS_RESET, account.id)
    return invite(tx, account, word_hash, resets=lost)


def _require_here(account: Account) -> None:
    if account.left_at is not None:
        raise NotAllowed("has_left")
    if account.joined_at is None:
        raise NotAllowed("not_joined")
