"""A practitioner moves an enrolment along its path."""

from datetime import datetime
from uuid import UUID

from companion.domain.path import State, move
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere
from companion.services.acting import acting
from companion.store import audit, enrolments
from companion.store.base import Store


def move_on(
    store: Store, viewer: Viewer, enrolment_id: UUID, seen: str, to: str, day: str, reason: str, now: datetime
) -> None:
    """Take the step to the state ``to``, from the state ``seen`` that the page showed.

    Taking it twice takes it once. Raises ``Rejected``, ``NotAllowed`` for a state that does not follow, and
    ``ChangedElsewhere`` where he stands somewhere else by now.
    """
    with acting(store, viewer, now) as tx:
        row = enrolments.enrolment(tx, viewer, enrolment_id, lock=True)
        if row.state == to:
            return
        if row.state != seen:
            raise ChangedElsewhere
        state, on, words = move(State(row.state), to, day, reason, row.state_since, now)
        step = enrolments.add_step(tx, row, state, on, viewer.account_id, words, now)
        audit.record(tx, audit.Event.PATH_MOVED, now, viewer, subject=step.id, enrolment=row.id, detail=state)
        tx.commit()
