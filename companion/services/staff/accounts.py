"""Let administrators add staff accounts, and let leads approve new practitioners and leads.

Administrators never get the joining or reset slips of staff who may read participants' answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.accounts.slips import MAKERS
from companion.domain.people import Role, Viewer, called, new_code
from companion.domain.refusals import NotAllowed, NotFound, Problem, Rejected
from companion.services.accounts.join import Slip, agreed_word, invite
from companion.services.act import Actor, acting, unattended
from companion.services.staff.resets import waiting
from companion.store import audit, people
from companion.store.accounts import slips
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store, Transaction
from companion.store.people import Account, Person
from companion.store.staff import resets
from companion.store.staff.resets import OperatorsSlip

FIRST = (Role.ADMINISTRATOR, Role.LEAD)
"""The roles of the first two staff accounts."""


@dataclass(frozen=True)
class StaffList:
    """All staff accounts, with information about their joining and reset slips."""

    people: list[Person]
    ended: set[UUID]
    """Accounts whose latest slip (joining or reset) was cancelled unused."""
    asked: set[UUID]
    """The accounts for which an administrator has requested a reset."""
    by_operators: list[OperatorsSlip]


def staff(tx: Transaction, now: datetime) -> StaffList:
    """Return all staff accounts, and the reset slips that operators issued."""
    listed = people.staff(tx)
    ended = slips.ended(tx, (each.id for each in listed), now)
    return StaffList(listed, ended, waiting(listed, now), resets.by_operators(tx, now))


def add_staff(actor: Actor, hasher: Hasher, name: str, role: str, word: str) -> Slip | None:
    """Add a staff account.

    Return a new administrator's joining slip. New practitioners and leads need a lead's approval first, so
    return None for them. Raise ``Rejected`` with every mistake in the form. Raise ``NotFound`` if the viewer
    isn't an administrator.
    """
    problems: list[Problem] = []
    if role not in {each for each in Role if each.staff}:
        problems.append(Problem("not_offered", field="role"))
    try:
        name = called(name)
    except Rejected as rejected:
        problems += rejected.problems
    administrator = role == Role.ADMINISTRATOR
    if administrator:
        try:
            word = agreed_word(word)
        except Rejected as rejected:
            problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    word_hash = hasher.hash(word) if administrator else ""
    with acting(actor, role=Role.ADMINISTRATOR) as tx:
        account = people.add_account(tx, Role(role), name, actor.now, approved=administrator)
        slip = invite(tx, account, word_hash) if administrator else None
        audit.record(tx, audit.Event.ACCOUNT_ADDED, subject=account.id)
        tx.commit()
    return slip


def invitee(tx: Transaction, viewer: Viewer, account_id: UUID) -> Account:
    """Return a staff member who hasn't joined.

    Raise ``NotFound`` if the viewer may not issue a joining slip for this account. Raise ``NotAllowed`` if
    the person has already joined, or has left the service.
    """
    account = people.account(tx, account_id)
    role = Role(account.role)
    if not role.staff or viewer.role is not MAKERS[role]:
        raise NotFound
    if account.joined_at is not None:
        raise NotAllowed("already_joined")
    if account.left_at is not None:
        raise NotAllowed("has_left")
    return account


def approve_staff(actor: Actor, hasher: Hasher, account_id: UUID, word: str) -> Slip:
    """Let a lead approve a new practitioner or lead, and return the new person's joining slip.

    Raise ``Rejected`` if the agreed word is too short or too long. Raise ``NotFound`` and ``NotAllowed`` for
    the same reasons as ``invitee``.
    """
    word_hash = hasher.hash(agreed_word(word))
    with acting(actor) as tx:
        people.lock(tx, account_id)
        account = invitee(tx, actor.viewer, account_id)
        account.approved_at = account.approved_at or actor.now
        slip = invite(tx, account, word_hash)
        audit.record(tx, audit.Event.ACCOUNT_APPROVED, subject=account.id)
        tx.commit()
    return slip


def invite_administrator_again(actor: Actor, hasher: Hasher, account_id: UUID, word: str) -> Slip:
    """Issue a new joining slip for an administrator who hasn't joined.

    Raise ``Rejected`` if the agreed word is too short or too long. Raise ``NotFound`` and ``NotAllowed`` for
    the same reasons as ``invitee``.
    """
    word_hash = hasher.hash(agreed_word(word))
    with acting(actor, role=Role.ADMINISTRATOR) as tx:
        people.lock(tx, account_id)
        account = invitee(tx, actor.viewer, account_id)
        slip = invite(tx, account, word_hash)
        audit.record(tx, audit.Event.INVITATION_MADE, subject=account.id)
        tx.commit()
    return slip


def first_accounts(store: Store, hasher: Hasher, now: datetime) -> list[tuple[Role, str, Slip]]:
    """Invite the first administrator and the first lead.

    Return each person's joining slip, and the word that they must enter with it to prove who they are. If no
    administrator or no lead has joined yet, calling this again issues a new joining slip for that role.
    """
    with store.reading() as tx:
        awaited = [role for role in FIRST if not _somebody_joined(people.accounts(tx, role))]
    words = {role: new_code(1) for role in awaited}
    if not words:  # the usual case after the first start
        return []
    hashed = {role: hasher.hash(agreed_word(word)) for role, word in words.items()}
    made: list[tuple[Role, str, Slip]] = []
    with unattended(store, now) as tx:
        people.present(tx, *FIRST)
        for role, word in words.items():
            accounts, name = people.accounts(tx, role), role.value.capitalize()
            if _somebody_joined(accounts):  # somebody joined while this transaction waited
                continue
            account = accounts[0] if accounts else people.add_account(tx, role, name, now, approved=True)
            made.append((role, word, invite(tx, account, hashed[role])))
            audit.record(tx, audit.Event.INVITATION_MADE, subject=account.id)
        tx.commit()
    return made


def _somebody_joined(accounts: Iterable[Account]) -> bool:
    return any(account.joined_at for account in accounts)
