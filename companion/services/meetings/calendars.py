"""A practitioner's appointments in their own calendar app.

A private URL gives the calendar app access. The practitioner can replace or end the URL at any time.
"""

from datetime import datetime, timedelta

from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.services.act import Actor, acting
from companion.store import audit, people, rate_limits
from companion.store.accounts import calendar_feeds
from companion.store.base import Store
from companion.store.meetings import appointments

BACK = timedelta(days=60)
"""How far back the appointments in a calendar feed go."""


def new_address(actor: Actor) -> str:
    """Return the token of a new calendar URL, which is shown once. The previous URL stops working."""
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)  # if two URLs are made at once, the later one stays
        token = calendar_feeds.renew(tx, actor.viewer.account_id, actor.now)
        audit.record(tx, audit.Event.CALENDAR_ADDRESS_MADE, subject=actor.viewer.account_id)
        tx.commit()
    return token


def end_address(actor: Actor) -> None:
    """End the calendar URL. Repeating the call does nothing."""
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)
        if calendar_feeds.end(tx, actor.viewer.account_id):
            audit.record(tx, audit.Event.CALENDAR_ADDRESS_ENDED, subject=actor.viewer.account_id)
        tx.commit()


def at_address(store: Store, token: str, from_where: str, now: datetime) -> list[Appointment]:
    """Return the appointments for a calendar token, including cancelled ones, so that calendars remove them.

    A request with a valid token writes nothing; only wrong tokens are counted. Raise ``NotFound`` for a wrong
    token, and ``SlowDown`` after too many wrong tokens from one address.
    """
    with store.reading() as tx:
        account = calendar_feeds.owner(tx, token)
        if account is not None and account.role == Role.PRACTITIONER:
            return appointments.of_practitioner(tx, people.viewer(tx, account), now - BACK)
    rate_limits.take(store, now, ("calendar.address", from_where))
    raise NotFound
