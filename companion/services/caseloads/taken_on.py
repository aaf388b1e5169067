"""Load the page about a participant who was handed over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.caseloads.still_open import StillOpen
from companion.domain.meetings import progress
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.messages.notes import Agreed
from companion.domain.people import Role
from companion.domain.programme.topics import TopicPlan
from companion.domain.refusals import NotFound
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.base import Transaction
from companion.store.caseloads import still_open
from companion.store.enrolments import enrolments, handovers
from companion.store.enrolments.enrolments import Case, Enrolment
from companion.store.enrolments.handovers import HandoverForStaff
from companion.store.meetings import appointments
from companion.store.meetings.appointments import next_among
from companion.store.messages import notes
from companion.store.plan import summary
from companion.store.plan.summary import PlanSummary
from companion.store.programme import topics


@dataclass(frozen=True)
class Met:
    """The past meetings that a participant attended, with the viewer and with other practitioners."""

    own: list[Appointment]
    """The viewer's own meetings, the earliest first."""
    others: list[Appointment]


@dataclass(frozen=True)
class TakenOn:
    """The data for the page about a participant who was handed over."""

    case: Case
    handover: HandoverForStaff
    met: Met
    numbers: dict[UUID, int]
    """The programme number (1, 2 and so on) of each past or future session, by appointment id. Missed and
    cancelled sessions have no number.
    """
    coming: Appointment | None
    open: StillOpen
    agreed: Agreed | None
    topics: TopicPlan
    plan: PlanSummary
    notes: int


def open_taken_on(actor: Actor, enrolment_id: UUID) -> TakenOn:
    """Return the page about a participant who was handed over to the viewer.

    The audit log records each time that the viewer opens the page. Opening the page for the first time
    removes the handover from the viewer's queue. Raise ``NotFound`` if there was no handover.
    """
    with acting(actor, Counted.NEVER, role=Role.PRACTITIONER) as tx:
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        every = handovers.told(tx, row.id)
        if not every:
            raise NotFound
        handovers.mark_opened(tx, row.id)
        meetings = appointments.appointments(tx, row.id)
        found = TakenOn(
            case=enrolments.case(tx, row),
            handover=every[-1],
            met=_met(tx, row, meetings, actor.now),
            numbers=progress.numbers(meetings),
            coming=next_among(meetings, actor.now),
            open=still_open.still_open(tx, actor.viewer, row, actor.now),
            agreed=notes.last_agreed(tx, row.id),
            topics=topics.plan(tx, row),
            plan=summary.facts(tx, [row.id])[row.id],
            notes=notes.count(tx, row.id),
        )
        audit.record(tx, audit.Event.PATH_READ, subject=row.id, enrolment=row.id)
        tx.commit()
    return found


def _met(tx: Transaction, row: Enrolment, meetings: list[Appointment], now: datetime) -> Met:
    past = handovers.past(tx, [row.id])
    own: list[Appointment] = []
    others: list[Appointment] = []
    for each in meetings:
        if each.attendance is Attendance.ATTENDED and each.starts_at <= now:
            held_by = past.practitioner(row.id, each.starts_at, row.practitioner_id)
            (own if held_by == row.practitioner_id else others).append(each)
    return Met(own, others)
