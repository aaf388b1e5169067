"""Everybody chooses what comes by email, and puts away what could not be delivered."""

from uuid import UUID

from companion.domain.notices.reminders import Choice
from companion.services.act import Actor, acting
from companion.store import audit, people
from companion.store.enrolments import enrolments
from companion.store.notices import bounces, preferences


def choose(actor: Actor, chosen: Choice) -> None:
    """From now on email goes like this; an address that was set aside is tried again."""
    with acting(actor) as tx:
        preferences.choose(tx, actor.viewer.account_id, chosen)
        audit.record(tx, audit.Event.NOTICES_CHANGED, subject=actor.viewer.account_id)
        tx.commit()


def dismiss(actor: Actor, enrolment_id: UUID | None, last: UUID | None) -> None:
    """What could not be delivered to a participant, or to the viewer himself, is not shown to the viewer any more.

    ``last`` is the newest that he saw; what fails later shows again. What is nothing of that sort changes nothing.
    """
    with acting(actor) as tx:
        whom = actor.viewer.account_id
        if enrolment_id is not None:
            whom = enrolments.enrolment(tx, actor.viewer, enrolment_id).participant_id
        people.lock(tx, actor.viewer.account_id)  # two clicks, one row
        if last is None or not bounces.dismiss(tx, actor.viewer, whom, last):
            return
        audit.record(tx, audit.Event.FAILURES_DISMISSED, subject=whom, enrolment=enrolment_id)
        tx.commit()
