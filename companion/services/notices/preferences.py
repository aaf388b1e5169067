"""Everybody chooses what comes by email, and puts away what could not be delivered."""

from datetime import datetime
from uuid import UUID

from companion.domain.notices.reminders import Choice
from companion.domain.people import Viewer
from companion.services.act import acting
from companion.store import audit, people
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.notices import bounces, preferences


def choose(store: Store, viewer: Viewer, chosen: Choice, now: datetime) -> None:
    """From now on email goes like this; an address that was set aside is tried again."""
    with acting(store, viewer, now) as tx:
        preferences.choose(tx, viewer.account_id, chosen)
        audit.record(tx, audit.Event.NOTICES_CHANGED, now, viewer, subject=viewer.account_id)
        tx.commit()


def dismiss(
    store: Store, viewer: Viewer, enrolment_id: UUID | None, last: UUID | None, now: datetime
) -> None:
    """What could not be delivered to a participant, or to the viewer himself, is not shown to the viewer any more.

    ``last`` is the newest that he saw; what fails later shows again. What is nothing of that sort changes nothing.
    """
    with acting(store, viewer, now) as tx:
        whom = viewer.account_id
        if enrolment_id is not None:
            whom = enrolments.enrolment(tx, viewer, enrolment_id).participant_id
        people.lock(tx, viewer.account_id)  # two clicks, one row
        if last is None or not bounces.dismiss(tx, viewer, whom, last):
            return
        audit.record(tx, audit.Event.FAILURES_DISMISSED, now, viewer, subject=whom, enrolment=enrolment_id)
        tx.commit()
