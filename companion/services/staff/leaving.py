"""Record that staff have left the service.

Former staff can't sign in, and no page offers former staff as a choice. An administrator can bring back
somebody who was wrongly marked as having left. Before a former practitioner or lead gets access again, a lead
must agree.
"""

from uuid import UUID

from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotAllowed, NotFound
from companion.services.act import Actor, acting
from companion.store import audit, people
from companion.store.accounts import calendar_feeds, sessions, slips
from companion.store.base import Transaction
from companion.store.people import Account
from companion.store.work import phrases

NEEDED = (Role.ADMINISTRATOR, Role.LEAD)
"""The roles that the service must never be without."""


def mark_as_left(actor: Actor, account_id: UUID) -> None:
    """Let an administrator mark somebody as having left the service.

    Repeating the call changes nothing. Raise ``NotAllowed`` if the person is an administrator or lead who has
    joined, and nobody else with that role has joined and is still there.
    """
    with acting(actor) as tx:
        account = leaver(tx, actor.viewer, account_id)
        last = last_of_role(tx, account)
        people.lock(tx, account.id)
        if account.left_at is not None:
            return
        if last:
            raise NotAllowed("last_of_role")
        sessions.shut(tx, account, actor.now)
        slips.end_made_by(tx, account.id, actor.now)
        phrases.forget(tx, account.id)
        account.return_asked_at = account.reset_asked_at = None
        if calendar_feeds.end(tx, account.id):
            event = audit.Event.CALENDAR_ADDRESS_ENDED
            audit.record(tx, event, subject=account.id)
        audit.record(tx, audit.Event.ACCOUNT_LEFT, subject=account.id)
        tx.commit()


def ask_back(actor: Actor, account_id: UUID) -> bool:
    """Bring back somebody who didn't leave the service but was marked as having left.

    An administrator who is brought back gets access again at once. A practitioner or lead who is brought back
    gets access only after a lead has agreed. Return True if the person got access again at once, without a
    lead's agreement. A person who has access again can sign in as before. Bringing somebody back doesn't
    restore their old sessions, known devices, joining codes or calendar URLs. Raise ``NotAllowed`` for
    somebody who hasn't left the service.
    """
    with acting(actor) as tx:
        account = leaver(tx, actor.viewer, account_id)
        people.lock(tx, account.id)
        _require_gone(account)
        at_once = account.role == Role.ADMINISTRATOR
        if at_once:
            _let_back(tx, account)
        elif account.return_asked_at is None:
            account.return_asked_at = actor.now
            audit.record(tx, audit.Event.ACCOUNT_RETURN_ASKED, subject=account.id)
        tx.commit()
    return at_once


def take_back(actor: Actor, account_id: UUID) -> None:
    """Let a lead agree to the return of a practitioner or lead who has left, and bring the person back.

    Raise ``NotAllowed`` unless an administrator has asked to bring the person back. Raise ``NotAllowed`` if
    the person is back already. Raise ``NotFound`` unless the viewer is a lead.
    """
    with acting(actor) as tx:
        account = people.account(tx, account_id)
        if actor.viewer.role is not Role.LEAD or not Role(account.role).staff:
            raise NotFound
        people.lock(tx, account.id)
        _require_gone(account)
        if account.return_asked_at is None:
            raise NotAllowed("not_asked_back")
        _let_back(tx, account)
        tx.commit()


def _require_gone(account: Account) -> None:
    if account.left_at is None:
        raise NotAllowed("has_not_left")


def _let_back(tx: Transaction, account: Account) -> None:
    account.left_at = account.return_asked_at = None
    audit.record(tx, audit.Event.ACCOUNT_RETURNED, subject=account.id)


def leaver(tx: Transaction, viewer: Viewer, account_id: UUID) -> Account:
    """Return a staff member's account.

    Raise ``NotFound`` unless the viewer is an administrator and the account is a staff member's.
    """
    account = people.account(tx, account_id)
    if viewer.role is not Role.ADMINISTRATOR or not Role(account.role).staff:
        raise NotFound
    return account


def last_of_role(tx: Transaction, account: Account) -> bool:
    """Return whether the account is the last one with a role that the service needs.

    If two staff members leave the service at the same moment, Companion handles one after the other.
    """
    if account.role not in NEEDED:
        return False
    others = people.present(tx, Role(account.role))
    return account.joined_at is not None and not [each for each in others if each.id != account.id]
