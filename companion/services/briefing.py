"""A practitioner opens the brief before an appointment: one page, and every look at words is recorded."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from companion.domain.appointments import Appointment
from companion.domain.brief import HandedIn, handed_in, last_before
from companion.domain.conversation import Conversation
from companion.domain.people import Role, Viewer
from companion.domain.plan import Plan
from companion.domain.plan_changes import Difference, compared
from companion.domain.refusals import NotFound
from companion.domain.work import Piece, Submission
from companion.services.acting import acting
from companion.store import appointments, audit, briefs, enrolments, plan, work
from companion.store.base import Store, Transaction
from companion.store.enrolments import Case

THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Brief:
    """What stands on the page. ``last`` is the meeting since which everything is new, if there was one."""

    case: Case
    coming: Appointment | None
    last: Appointment | None
    pieces: list[Piece]
    handed_in: tuple[HandedIn, ...]
    plan: Plan
    changed: list[Difference]


def open_brief(store: Store, viewer: Viewer, enrolment_id: UUID, now: datetime) -> Brief:
    """Gather the brief. Looking at it counts as reading each submission on it.

    Raises ``NotFound`` for anybody but his practitioner.
    """
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.PRACTITIONER:
            raise NotFound
        row = enrolments.enrolment(tx, viewer, enrolment_id)
        last = last_before(appointments.appointments(tx, row.id), now)
        since = last.starts_at if last else THE_BEGINNING
        whole = plan.plan(tx, row.id)
        brief = Brief(
            case=enrolments.case(tx, row),
            coming=appointments.next_appointments(tx, [row.id], now).get(row.id),
            last=last,
            pieces=work.pieces(tx, [row.id])[row.id],
            handed_in=handed_in(_read(tx, viewer, row.id, since, now)),
            plan=whole,
            changed=[each for each in compared(whole, whole.number_at(since), whole.number) if each.changed],
        )
        audit.record(tx, audit.Event.BRIEF_READ, now, viewer, subject=row.id, enrolment=row.id)
        tx.commit()
    return brief


def _read(
    tx: Transaction, viewer: Viewer, enrolment_id: UUID, since: datetime, now: datetime
) -> list[tuple[UUID, str, Conversation, Submission]]:
    found = []
    for row, activity, submission in briefs.handed_in_since(tx, enrolment_id, since):
        row.read_at = row.read_at or now
        audit.record(tx, audit.Event.SUBMISSION_READ, now, viewer, subject=row.id, enrolment=enrolment_id)
        conversation = Conversation(activity, submission.answers)
        found.append((row.work_id, activity.title, conversation, submission))
    return found
