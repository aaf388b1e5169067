"""Show a practitioner's appointments in a calendar app.

The practitioner's calendar app loads the appointments from a private URL. The practitioner can replace or
delete the URL.
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
"""The calendar feed leaves out appointments older than this."""


def new_address(actor: Actor) -> str:
    """Create a new calendar URL and return its token. The token is shown only once.

    Once the new calendar URL exists, the practitioner's previous calendar URL no longer works.
    """
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)  # of two URLs created at once, only the later one works
        token = calendar_feeds.renew(tx, actor.viewer.account_id, actor.now)
        audit.record(tx, audit.Event.CALENDAR_ADDRESS_MADE, subject=actor.viewer.account_id)
        tx.commit()
    return token


def end_address(actor: Actor) -> None:
    """Delete the viewer's calendar URL. Repeating the call changes nothing."""
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)
        if calendar_feeds.end(tx, actor.viewer.account_id):
            audit.record(tx, audit.Event.CALENDAR_ADDRESS_ENDED, subject=actor.viewer.account_id)
        tx.commit()


def at_address(store: Store, token: str, from_where: str, now: datetime) -> list[Appointment]:
    """Return the appointments for the calendar with this token.

    The list includes cancelled appointments, so that calendar apps remove them. Raise ``NotFound`` for a
    wrong token. Raise ``SlowDown`` after too many wrong tokens from one address.
    """
    with store.reading() as tx:
        account = calendar_feeds.owner(tx, token)
        if account is not None and account.role == Role.PRACTITIONER:
            return appointments.of_practitioner(tx, people.viewer(tx, account), now - BACK)
    rate_limits.take(store, now, ("calendar.address", from_where))
    raise NotFound
