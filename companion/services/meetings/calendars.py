"""A practitioner's appointments in his own calendar: one private address, made anew or ended at any time."""

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
"""How far back a calendar shows what was."""


def new_address(actor: Actor) -> str:
    """The token of a new address, which is shown once; the one before ends."""
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)  # of two made at once the later one stays
        token = calendar_feeds.renew(tx, actor.viewer.account_id, actor.now)
        audit.record(tx, audit.Event.CALENDAR_ADDRESS_MADE, subject=actor.viewer.account_id)
        tx.commit()
    return token


def end_address(actor: Actor) -> None:
    """His address opens nothing any more. Ending what has ended does nothing."""
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)
        if calendar_feeds.end(tx, actor.viewer.account_id):
            audit.record(tx, audit.Event.CALENDAR_ADDRESS_ENDED, subject=actor.viewer.account_id)
        tx.commit()


def at_address(store: Store, token: str, from_where: str, now: datetime) -> list[Appointment]:
    """The appointments behind a token, cancelled ones too, so that calendars take them out.

    A calendar that asks with its token writes nothing; only wrong tokens are counted. Raises ``NotFound``,
    and ``SlowDown`` after too many of them from one place.
    """
    with store.reading() as tx:
        account = calendar_feeds.owner(tx, token)
        if account is not None and account.role == Role.PRACTITIONER:
            return appointments.of_practitioner(tx, people.viewer(tx, account), now - BACK)
    rate_limits.take(store, now, ("calendar.address", from_where))
    raise NotFound
