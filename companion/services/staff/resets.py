"""Somebody has lost his passphrase, his second step or both: he gets a slip, and replaces himself what he lost.

What is not lost stays, and is asked for. Nothing ends before the slip is used. Who makes it never learns what he
chooses. An administrator can make one for another administrator alone: for who may read words he asks, and a lead,
who is not the one concerned, agrees.
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
"""How long a lead has to agree; after that an administrator asks again."""


def reset_participant(
    actor: Actor, hasher: Hasher, enrolment_id: UUID, word: str, *, lost: str = Lost.BOTH
) -> Slip:
    """A practitioner makes a slip for a participant of his, who has ``lost`` this. Raises ``Rejected``, ``NotAllowed``.

    The practitioner has met the participant: no other proof of who it is stands behind a slip for both.
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
    """Somebody of the staff with whose reset the viewer has to do. Raises ``NotFound``, ``NotAllowed``."""
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
    """An administrator asks the leads to let a practitioner or lead choose anew."""
    with acting(actor) as tx:
        account = member(tx, actor.viewer, account_id)
        if actor.viewer.role is not Role.ADMINISTRATOR or account.role == Role.ADMINISTRATOR:
            raise NotFound
        account.reset_asked_at = actor.now
        audit.record(tx, audit.Event.RESET_ASKED, subject=account.id)
        tx.commit()


def asked(at: datetime | None, now: datetime) -> bool:
    """Whether an administrator has asked for it, not too long ago."""
    return at is not None and now - at < ASKED_FOR


def waiting(staff: Iterable[Person], now: datetime) -> set[UUID]:
    """Those of the staff for whom a lead is asked, and has not agreed yet."""
    return {each.id for each in staff if not each.left_at and asked(each.reset_asked_at, now)}


def reset_staff(actor: Actor, hasher: Hasher, account_id: UUID, word: str, *, lost: str = Lost.BOTH) -> Slip:
    """A lead agrees to what an administrator asked; an administrator helps another one. The slip to hand over.

    Raises ``Rejected``, ``NotFound`` and ``NotAllowed``.
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
    """An operator lets the only lead or the only administrator replace what they lost; the word, and the slip.

    Every lead and administrator is told, and sees it for 90 days. Raises ``NotAllowed`` where there is not
    just one: then another one helps.
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
