"""Let people choose which emails they get, and let them hide the warning about failed emails."""

from uuid import UUID

from companion.domain.notices.reminders import Choice
from companion.services.act import Actor, acting
from companion.store import audit, people
from companion.store.enrolments import enrolments
from companion.store.notices import bounces, preferences


def choose(actor: Actor, chosen: Choice) -> None:
    """Save which emails the viewer wants. Start emailing the viewer's address again, even if the mail server
    refused it earlier.
    """
    with acting(actor) as tx:
        preferences.choose(tx, actor.viewer.account_id, chosen)
        audit.record(tx, audit.Event.NOTICES_CHANGED, subject=actor.viewer.account_id)
        tx.commit()


def dismiss(actor: Actor, enrolment_id: UUID | None, last: UUID | None) -> None:
    """Hide the warning that emails to the viewer, or to one of their participants, weren't delivered.

    ``last`` is the latest failed email that the page showed. If another email fails later, Companion warns
    the viewer again. Do nothing if ``last`` is None.
    """
    with acting(actor) as tx:
        whom = actor.viewer.account_id
        if enrolment_id is not None:
            whom = enrolments.enrolment(tx, actor.viewer, enrolment_id).participant_id
        people.lock(tx, actor.viewer.account_id)  # two clicks add only one row
        if last is None or not bounces.dismiss(tx, actor.viewer, whom, last):
            return
        audit.record(tx, audit.Event.FAILURES_DISMISSED, subject=whom, enrolment=enrolment_id)
        tx.commit()
