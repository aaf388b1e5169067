"""A practitioner sets work: an activity's version, a setting card, due before an appointment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from companion.domain import authoring
from companion.domain.activity import Activity
from companion.domain.checking import faults
from companion.domain.conversation import Conversation
from companion.domain.path import EXPECTS_WORK
from companion.domain.people import Viewer
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.domain.work import Card
from companion.services.acting import acting
from companion.store import activities, appointments, audit, enrolments, library, outbox
from companion.store.base import Store, Transaction
from companion.store.enrolments import Enrolment
from companion.store.library import Version
from companion.store.work import WorkRow


@dataclass(frozen=True)
class Due:
    """The work's own id, so that setting it twice sets it once, the appointment that it is due before, and its card."""

    new_id: UUID
    appointment: str
    card: Card


def may_set(tx: Transaction, *, unapproved_too: bool) -> list[Version]:
    """What can be set of the library: the newest approved versions; in the demo the newest checked ones."""
    return library.checked_versions(tx) if unapproved_too else library.approved_versions(tx)


def made_for(tx: Transaction, viewer: Viewer, enrolment_id: UUID) -> list[Version]:
    """What his practitioner made for this participant alone. It needs no approval (content rules)."""
    enrolments.enrolment(tx, viewer, enrolment_id)
    return library.own_versions(tx, enrolment_id)


def set_work(
    store: Store,
    viewer: Viewer,
    enrolment_id: UUID,
    version_id: UUID,
    due: Due,
    now: datetime,
    *,
    unapproved_too: bool,
) -> None:
    """Set the work; doing it again with the same id does nothing.

    Raises ``Rejected`` for an appointment that is over or not this enrolment's, and ``NotAllowed`` for
    something of his own that the checker finds a fault in.
    """
    with acting(store, viewer, now) as tx:
        enrolment = enrolments.enrolment(tx, viewer, enrolment_id, lock=True)
        if tx.get(WorkRow, due.new_id) is not None:
            return
        activities.activity_row(tx, viewer, activities.activity_of(tx, version_id))  # nobody changes it now
        offered = may_set(tx, unapproved_too=unapproved_too) + made_for(tx, viewer, enrolment_id)
        _set(tx, viewer, enrolment, version_id, chosen(offered, version_id), due, now)
        tx.commit()


def chosen(offered: Sequence[Version], version_id: UUID) -> Activity:
    """The activity of this version. Raises ``Rejected`` if it is not offered, ``NotAllowed`` for a fault in it."""
    version = next((each for each in offered if each.id == version_id), None)
    if version is None:
        raise Rejected(Problem("not_offered", field="activity"))
    if faults(version.activity):
        raise NotAllowed("not_checked")
    return version.activity


def quickly_set(
    store: Store,
    viewer: Viewer,
    enrolment_id: UUID,
    title: str,
    introduction: str,
    questions: str,
    due: Due,
    now: datetime,
) -> None:
    """Set questions that the practitioner types himself, one a line, for this participant alone.

    Doing it again with the same id does nothing. Raises ``Rejected``.
    """
    activity = authoring.quick(title, introduction, questions, due.card.minutes, f"own-{uuid4().hex[:12]}")
    with acting(store, viewer, now) as tx:
        enrolment = enrolments.enrolment(tx, viewer, enrolment_id, lock=True)
        if tx.get(WorkRow, due.new_id) is not None:
            return
        row = activities.add_activity(tx, activity, now, viewer.account_id, uuid4(), enrolment.id)
        _set(tx, viewer, enrolment, row.id, activity, due, now)
        tx.commit()


def _set(
    tx: Transaction,
    viewer: Viewer,
    enrolment: Enrolment,
    version_id: UUID,
    activity: Activity,
    due: Due,
    now: datetime,
) -> None:
    if enrolment.state not in EXPECTS_WORK:
        raise NotAllowed("no_new_work")
    to_come = {str(each.id): each for each in appointments.to_come(tx, enrolment.id, now)}
    if due.appointment not in to_come:
        raise Rejected(Problem("not_offered", field="due"))
    add_work(tx, viewer, enrolment, version_id, activity, due, to_come[due.appointment].id, now)


def add_work(
    tx: Transaction,
    viewer: Viewer,
    enrolment: Enrolment,
    version_id: UUID,
    activity: Activity,
    due: Due,
    due_id: UUID,
    now: datetime,
) -> None:
    """Set work that was checked, due before the appointment ``due_id`` of the enrolment, within a running act."""
    ahead = Conversation(activity, {}).progress
    row = WorkRow(
        id=due.new_id,
        enrolment_id=enrolment.id,
        version_id=version_id,
        due_id=due_id,
        set_at=now,
        set_by=viewer.account_id,
        fewest_left=ahead.fewest_left,
        most_left=ahead.most_left,
    )
    row.card = enrolments.record_box(tx, enrolment.id).seal("set_work.card", row.id, due.card)
    tx.add(row)
    outbox.notify(tx, enrolment.participant_id, outbox.Notice.WORK_SET, row.id, now)
    audit.record(tx, audit.Event.WORK_SET, now, viewer, subject=row.id, enrolment=enrolment.id)
