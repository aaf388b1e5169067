"""An initial meeting that is booked takes its step on the path."""

from datetime import datetime

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Viewer
from companion.domain.time.london import LONDON
from companion.store import audit
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment


def begin_initial_meeting(tx: Transaction, viewer: Viewer, enrolment: Enrolment, now: datetime) -> None:
    """An initial meeting is booked: whoever waited for one stands there now. The caller commits."""
    if enrolment.state not in (PathwayState.REFERRED, PathwayState.NOT_NOW):
        return
    today, state = now.astimezone(LONDON).date(), PathwayState.INITIAL_MEETING
    step = enrolments.add_step(tx, enrolment, state, today, viewer.account_id, "", now)
    event = audit.Event.PATH_MOVED
    audit.record(tx, event, now, viewer, subject=step.id, enrolment=enrolment.id, detail=state)
