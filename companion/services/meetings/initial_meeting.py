"""Move a participant along the pathway when an initial meeting is booked."""

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.time.london import LONDON
from companion.store import audit
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment, NewStep


def begin_initial_meeting(tx: Transaction, enrolment: Enrolment) -> None:
    """Move a participant from the state *referred* or *not now* to the state *initial meeting*.

    Do nothing unless the participant is in the state *referred* or *not now*. The caller commits the
    transaction.
    """
    if enrolment.state not in (PathwayState.REFERRED, PathwayState.NOT_NOW):
        return
    today, state = tx.now.astimezone(LONDON).date(), PathwayState.INITIAL_MEETING
    step = enrolments.add_step(tx, enrolment, NewStep(state, today, ""))
    event = audit.Event.PATH_MOVED
    audit.record(tx, event, subject=step.id, enrolment=enrolment.id, detail=state)
