"""Everybody chooses what comes by email, and dismisses delivery failures."""

from uuid import UUID

from companion.domain.notices.reminders import Choice
from companion.services.act import Actor, acting
from companion.store import audit, people
from companion.store.enrolments import enrolments
from companion.store.notices import bounces, preferences


def choose(actor: Actor, chosen: Choice) -> None:
    """Save the choice; an address that had failed is tried again."""
    with acting(actor) as tx:
        preferences.choose(tx, actor.viewer.account_id, chosen)
        audit.record(tx, audit.Event.NOTICES_CHANGED, subject=actor.viewer.account_id)
        tx.commit()


def dismiss(actor: Actor, enrolment_id: UUID | None, last: UUID | None) -> None:
    """Stop showing the viewer failed deliveries to a participant or to themselves.

    ``last`` is the latest one seen; later failures show again. Nothing happens if there was none.
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
