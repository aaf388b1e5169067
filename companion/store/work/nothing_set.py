"""SQL conditions that select upcoming sessions for which no work has been set."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from companion.domain.enrolments.pathway import EXPECTS_WORK, SESSIONS
from companion.domain.meetings.appointments import CANCELLED, Attendance
from companion.domain.work.nothing_set import set_by
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, is_there
from companion.store.meetings.appointments import AppointmentRow
from companion.store.types import UtcDateTime
from companion.store.work.rows import WorkRow

NOW, SET_BY = bindparam("now", type_=UtcDateTime), bindparam("set_by", type_=UtcDateTime)


def _has_work() -> ColumnElement[bool]:
    """Select the appointments for which work has been set.

    Work set for a cancelled appointment counts towards the next one (see ``due_before``).
    """
    meant, between = aliased(AppointmentRow), aliased(AppointmentRow)
    since = case((meant.cancelled_at < meant.starts_at, meant.cancelled_at), else_=meant.starts_at)
    earlier = select(between.id).where(
        between.enrolment_id == meant.enrolment_id,
        between.attendance.not_in(CANCELLED),
        between.starts_at > since,
        between.starts_at < AppointmentRow.starts_at,
    )
    passed_on = and_(
        meant.attendance.in_(CANCELLED),
        since < AppointmentRow.starts_at,
        ~earlier.correlate(AppointmentRow, meant).exists(),
    )
    work = (
        select(WorkRow.id)
        .join(meant, meant.id == WorkRow.due_id)
        .where(
            WorkRow.enrolment_id == AppointmentRow.enrolment_id,
            WorkRow.withdrawn_at.is_(None),
            or_(WorkRow.due_id == AppointmentRow.id, passed_on),
        )
    )
    return work.correlate(AppointmentRow).exists()


WITHOUT_WORK = and_(
    AppointmentRow.kind.in_(SESSIONS), AppointmentRow.attendance == Attendance.NOT_NOTED, ~_has_work()
)
UNSET = and_(
    Enrolment.state.in_(EXPECTS_WORK),
    Enrolment.due_from.is_(None),  # no other work is open
    AppointmentRow.starts_at > NOW,
    AppointmentRow.starts_at < SET_BY,
    WITHOUT_WORK,
)
"""The SQL condition that selects upcoming sessions for which no work has been set. Sessions of participants
who have other open work are left out.
"""
COUNTED = (
    select(func.count())
    .select_from(AppointmentRow)
    .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
    .where(Enrolment.practitioner_id == bindparam("practitioner_id"), is_there(), UNSET)
)


def count(tx: Transaction, practitioner: UUID, now: datetime) -> int:
    """Return how many of a practitioner's sessions in the next two working days have no work set."""
    asked = {"practitioner_id": practitioner, "now": now, "set_by": set_by(now)}
    return int(tx.scalar(COUNTED, asked) or 0)
