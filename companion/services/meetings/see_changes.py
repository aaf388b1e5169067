"""Record that a participant has seen the list of moved and cancelled appointments."""

from companion.services.act import Actor
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments


def see_changes(actor: Actor) -> None:
    """Mark changes to the viewer's appointments as seen. Repeating the call changes nothing."""
    with actor.store.writing() as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        appointments.see(tx, enrolment.id, actor.now)
        tx.commit()
