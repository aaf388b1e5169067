"""A practitioner sets work: an activity's version, a setting card, due before an appointment."""

from datetime import datetime
from uuid import UUID

from companion.domain.conversation import Conversation
from companion.domain.people import Viewer
from companion.domain.refusals import Problem, Rejected
from companion.domain.work import Card
from companion.services.acting import acting
from companion.store import activities, appointments, audit, outbox, work
from companion.store.activities import Version
from companion.store.base import Store, Transaction
from companion.store.work import WorkRow


def may_set(tx: Transaction, *, unapproved_too: bool) -> list[Version]:
    """What can be set: the newest approved versions; in the demo the newest, approved or not."""
    return activities.newest_versions(tx) if unapproved_too else activities.approved_versions(tx)


def set_work(
    store: Store,
    viewer: Viewer,
    enrolment_id: UUID,
    new_id: UUID,
    version_id: UUID,
    due_id: str,
    card: Card,
    now: datetime,
    *,
    unapproved_too: bool,
) -> None:
    """Set the work with the id ``new_id``; doing it again with the same id does nothing.

    Raises ``Rejected`` for an appointment that is over or not this enrolment's.
    """
    with acting(store, viewer, now) as tx:
        enrolment = appointments.enrolment(tx, viewer, enrolment_id, lock=True)
        if tx.get(WorkRow, new_id) is not None:
            return
        offered = {version.id: version for version in may_set(tx, unapproved_too=unapproved_too)}
        if version_id not in offered:
            raise Rejected(Problem("not_offered", field="activity"))
        due = {str(due.id): due for due in appointments.appointments(tx, enrolment.id) if due.starts_at > now}
        if due_id not in due:
            raise Rejected(Problem("not_offered", field="due"))
        ahead = Conversation(offered[version_id].activity, {}).progress
        row = WorkRow(
            id=new_id,
            enrolment_id=enrolment.id,
            version_id=version_id,
            due_id=due[due_id].id,
            set_at=now,
            fewest_left=ahead.fewest_left,
            most_left=ahead.most_left,
        )
        row.card = work.record_box(tx, enrolment.id).seal("set_work.card", row.id, card)
        tx.add(row)
        outbox.notify(tx, enrolment.participant_id, outbox.Notice.WORK_SET, row.id, now)
        audit.record(tx, audit.Event.WORK_SET, now, viewer, subject=row.id, enrolment=enrolment.id)
        tx.commit()
