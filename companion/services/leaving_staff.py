"""Somebody of the staff has left: nobody signs in as him from that moment, and he is offered nowhere."""

from datetime import datetime
from uuid import UUID

from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotAllowed, NotFound
from companion.services.acting import acting
from companion.store import audit, calendars, people, sessions
from companion.store.base import Store, Transaction
from companion.store.people import Account

NEEDED = (Role.ADMINISTRATOR, Role.LEAD)
"""Of these the service always needs one who can sign in."""


def mark_as_left(store: Store, viewer: Viewer, account_id: UUID, now: datetime) -> None:
    """An administrator marks somebody as left; doing it again does nothing.

    Raises ``NotAllowed`` for the last administrator and the last lead who joined.
    """
    with acting(store, viewer, now) as tx:
        account = leaver(tx, viewer, account_id)
        last = last_of_role(tx, account)  # which locks all of them, always in the same order
        people.lock(tx, account.id)
        if account.left_at is not None:
            return
        if last:
            raise NotAllowed("last_of_role")
        sessions.shut(tx, account, now)
        if calendars.end(tx, account.id):
            event = audit.Event.CALENDAR_ADDRESS_ENDED
            audit.record(tx, event, now, viewer, subject=account.id)
        audit.record(tx, audit.Event.ACCOUNT_LEFT, now, viewer, subject=account.id)
        tx.commit()


def leaver(tx: Transaction, viewer: Viewer, account_id: UUID) -> Account:
    """The account of somebody of the staff, for an administrator. Raises ``NotFound``."""
    account = people.account(tx, account_id)
    if viewer.role is not Role.ADMINISTRATOR or not Role(account.role).staff:
        raise NotFound
    return account


def last_of_role(tx: Transaction, account: Account) -> bool:
    """Whether nobody else could do what his role does. Two who would leave at once wait for each other."""
    if account.role not in NEEDED or account.joined_at is None:
        return False
    others = people.present(tx, Role(account.role))
    return not [each for each in others if each.id != account.id]
