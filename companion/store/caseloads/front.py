"""The top of a practitioner's board, in one statement however many participants there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, literal, or_, select, union_all

from companion.domain.people import Viewer
from companion.store.base import Transaction
from companion.store.caseloads.board_facts import unnoted_until
from companion.store.caseloads.sort_keys import next_after
from companion.store.enrolments.enrolments import Enrolment, is_there
from companion.store.enrolments.handovers import TOLD_FOR, HandoverRow
from companion.store.meetings.appointments import LASTS, AppointmentRow
from companion.store.types import UtcDateTime
from companion.store.work.rows import SubmissionRow, WorkRow


@dataclass(frozen=True)
class Queue:
    """How many there are of one kind, and the first few: whose, and what."""

    count: int
    first: Sequence[tuple[UUID, UUID]]


@dataclass(frozen=True)
class Front:
    """The queues of a caseload: submissions and messages to read, attendance to record, handovers."""

    to_read: Queue
    """By next appointment."""
    written: Queue
    """Enrolments with unread messages, by earliest promise."""
    to_note: Queue
    """Appointments without attendance recorded, oldest first."""
    taken_on: Queue
    """All handovers whose reason hasn't been read, oldest first."""


VIEWER: BindParameter[UUID] = bindparam("viewer_id")
OVER = bindparam("over", type_=UtcDateTime)
OWN = (Enrolment.practitioner_id == VIEWER) & is_there()
AHEAD = next_after(OVER)


def _queue(what: str, subject: Any, order: Sequence[Any], *where: ColumnElement[bool]) -> Select[Any]:
    columns = (
        literal(what).label("what"),
        Enrolment.id.label("enrolment_id"),
        subject.label("subject_id"),
        func.row_number().over(order_by=[*order, subject]).label("place"),
        func.count().over().label("many"),
    )
    return select(*columns).where(OWN, *where)


EVERY = union_all(
    _queue(
        "to_read",
        SubmissionRow.id,
        [AHEAD.is_(None), AHEAD, SubmissionRow.submitted_at],
        *(SubmissionRow.work_id == WorkRow.id, WorkRow.enrolment_id == Enrolment.id),
        *(
            Enrolment.unread_since.is_not(None),
            SubmissionRow.read_at.is_(None),
            SubmissionRow.outcome.is_(None),
        ),
    ),
    _queue("written", Enrolment.id, [Enrolment.message_due], Enrolment.message_due.is_not(None)),
    _queue(
        "to_note",
        AppointmentRow.id,
        [AppointmentRow.starts_at],
        *(AppointmentRow.enrolment_id == Enrolment.id, unnoted_until(OVER)),
    ),
    _queue(
        "taken_on",
        HandoverRow.id,
        [HandoverRow.at],
        *(
            HandoverRow.enrolment_id == Enrolment.id,
            HandoverRow.to_id == VIEWER,
            HandoverRow.opened_at.is_(None),
        ),
        HandoverRow.at > bindparam("told_since", type_=UtcDateTime),
    ),
).subquery()
FRONT = (
    select(EVERY)
    .where(or_(EVERY.c.place <= bindparam("most"), EVERY.c.what == "taken_on"))
    .order_by(EVERY.c.what, EVERY.c.place)
)
"""The first few of each queue, with totals."""


def front(tx: Transaction, viewer: Viewer, most: int, now: datetime) -> Front:
    """Return the top of this practitioner's board, with at most this many of each."""
    asked = {"viewer_id": viewer.account_id, "over": now - LASTS, "told_since": now - TOLD_FOR, "most": most}
    rows = tx.rows(FRONT, asked).all()

    def queue(what: str) -> Queue:
        those = [row for row in rows if row.what == what]
        return Queue(those[0].many if those else 0, [(row.enrolment_id, row.subject_id) for row in those])

    return Front(queue("to_read"), queue("written"), queue("to_note"), queue("taken_on"))
