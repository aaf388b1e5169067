"""The columns by which boards sort and filter enrolments.

Sort keys aren't encrypted, because a database can't sort encrypted values. When appointments, work, concerns
or messages change, the commit updates the enrolment's sort keys. Sort keys don't depend on the current time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    case,
    event,
    exists,
    func,
    inspect,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import aliased

from companion.domain.concerns.concerns import ConcernState
from companion.domain.meetings.appointments import Attendance
from companion.domain.messages.messages import runs_out
from companion.domain.work.work import Outcome
from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.concerns.concerns import ConcernRow
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings.appointments import LASTS, AppointmentRow, due_for
from companion.store.messages.messages import MessageRow, promised
from companion.store.types import UtcDateTime
from companion.store.work.rows import SubmissionRow, WorkRow

WATCHED: Final[dict[type[Model], tuple[str, ...]]] = {
    AppointmentRow: ("starts_at", "attendance"),
    WorkRow: ("due_id", "on_paper_on", "withdrawn_at"),
    SubmissionRow: ("read_at", "outcome", "to_talk"),
    ConcernRow: ("state",),
    MessageRow: ("read_at",),
}
"""The columns from which the boards' sort keys are calculated, listed by model.

When a value in one of these columns changes, Companion updates the boards' sort keys.
"""


def next_at(now: datetime) -> ColumnElement[datetime | None]:
    """Return the SQL for an enrolment's next appointment.

    If the appointment in ``next_at`` is over, the SQL finds the following appointment.
    """
    return next_after(now - LASTS)


def next_after(over: datetime | BindParameter[datetime]) -> ColumnElement[datetime | None]:
    """Return the SQL expression for the start of an enrolment's first appointment after the given time."""
    found = case(
        (Enrolment.next_at > over, Enrolment.next_at),
        (Enrolment.next_at.is_not(None), _first(AppointmentRow.starts_at > over)),
    )
    return type_coerce(found, UtcDateTime)


def look_ahead(tx: Transaction, now: datetime) -> None:
    """If an enrolment's stored next appointment is over, store the following appointment.

    The caller must commit the transaction. The background loop calls this function to make boards load
    faster.
    """
    over = locks.lock(tx, select(Enrolment).where(Enrolment.next_at <= now - LASTS))
    _set(tx, [row.id for row in over], next_at=_first(AppointmentRow.starts_at > now - LASTS))


@event.listens_for(Transaction, "after_flush")
def _note(tx: Transaction, _context: object) -> None:
    """Remember the enrolments whose sort keys the commit must update."""
    for row in (*tx.new, *tx.deleted, *tx.dirty):
        columns = WATCHED.get(type(row))
        if columns is None or (row in tx.dirty and not _changed(row, columns)):
            continue
        if isinstance(row, SubmissionRow):
            tx.info.setdefault("works", set()).add(row.work_id)
        elif isinstance(row, AppointmentRow | WorkRow | ConcernRow | MessageRow):
            tx.info.setdefault("enrolments", set()).add(row.enrolment_id)
            if isinstance(row, AppointmentRow):
                tx.info.setdefault("meetings", set()).add(row.enrolment_id)


def _changed(row: Model, columns: tuple[str, ...]) -> bool:
    state: Any = inspect(row)
    return any(state.attrs[column].history.has_changes() for column in columns)


@event.listens_for(Transaction, "before_commit")
def _keep(tx: Transaction) -> None:
    """Lock the enrolments whose sort keys have changed. Store the new sort keys."""
    tx.flush()
    works, touched, moved = (tx.info.pop(name, set()) for name in ("works", "enrolments", "meetings"))
    if not works and not touched:
        return
    whose = or_(
        Enrolment.id.in_(touched),
        Enrolment.id.in_(select(WorkRow.enrolment_id).where(WorkRow.id.in_(works))),
    )
    ids = [row.id for row in locks.lock(tx, select(Enrolment).where(whose))]
    _set(tx, ids, unread_since=_unread_since(), concern_since=_concern_since())
    _set(tx, ids, to_talk=_to_talk())
    for each, due in open_since(tx, ids).items():
        _set(tx, [each], due_from=min(due, default=None))
    for each, at in _message_due(tx, ids).items():
        _set(tx, [each], message_due=at)
    if moved:
        _set(tx, list(moved), next_at=_first())


def _set(tx: Transaction, ids: list[UUID], **values: Any) -> None:
    if not ids:
        return
    changed = update(Enrolment).where(Enrolment.id.in_(ids)).values(values)
    tx.execute(changed.execution_options(synchronize_session=False))


def _first(*where: ColumnElement[bool]) -> Any:
    stands = AppointmentRow.attendance == Attendance.NOT_NOTED
    starts = select(func.min(AppointmentRow.starts_at)).where(stands, *where)
    return starts.where(AppointmentRow.enrolment_id == Enrolment.id).scalar_subquery()


def _unread_since() -> Any:
    return (
        select(func.min(SubmissionRow.submitted_at))
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .where(WorkRow.enrolment_id == Enrolment.id)
        .where(SubmissionRow.read_at.is_(None), SubmissionRow.outcome.is_(None))
        .scalar_subquery()
    )


def _to_talk() -> Any:
    return (
        select(func.coalesce(func.sum(SubmissionRow.to_talk), 0))
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .where(WorkRow.enrolment_id == Enrolment.id, still_to_talk())
        .scalar_subquery()
    )


def still_to_talk() -> ColumnElement[bool]:
    """Select each piece of work's latest submission, unless the participant has attended an appointment since
    submitting the work.

    Include submissions that already have feedback: the participant still wants to talk about them.
    """
    later = aliased(SubmissionRow)
    newer = exists().where(later.work_id == SubmissionRow.work_id, later.round > SubmissionRow.round)
    met = exists().where(
        AppointmentRow.enrolment_id == WorkRow.enrolment_id,
        AppointmentRow.attendance == Attendance.ATTENDED,
        AppointmentRow.starts_at > SubmissionRow.submitted_at,
    )
    return ~newer & ~met


def _message_due(tx: Transaction, enrolments: Sequence[UUID]) -> dict[UUID, datetime | None]:
    """For each enrolment, return the earliest deadline for reading an unread message, or None."""
    found: dict[UUID, datetime | None] = dict.fromkeys(enrolments)
    unread = MessageRow.his.is_(True) & MessageRow.read_at.is_(None)
    for row in tx.scalars(select(MessageRow).where(MessageRow.enrolment_id.in_(enrolments), unread)):
        at, first = runs_out(promised(row)), found[row.enrolment_id]
        found[row.enrolment_id] = min(at, first) if first else at
    return found


def still_open() -> ColumnElement[bool]:
    """Select the work that a practitioner has set and the participant still has to do.

    Returned work is still open. Work that was withdrawn, submitted or done on paper is no longer open.
    """
    handed_in = or_(SubmissionRow.outcome.is_(None), SubmissionRow.outcome != Outcome.RETURNED)
    due = WorkRow.on_paper_on.is_(None) & WorkRow.withdrawn_at.is_(None)
    return due & ~exists().where(SubmissionRow.work_id == WorkRow.id, handed_in)


def open_since(tx: Transaction, enrolments: Sequence[UUID]) -> dict[UUID, list[datetime]]:
    """Return each enrolment's deadlines for open work.

    Work can be due before an appointment. If that appointment is cancelled and no later one is booked, the
    work has no deadline.
    """
    due = due_for(tx, enrolments)
    found: dict[UUID, list[datetime]] = {each: [] for each in enrolments}
    rows = select(WorkRow.enrolment_id, WorkRow.due_id).where(
        WorkRow.enrolment_id.in_(enrolments), still_open()
    )
    for enrolment_id, due_id in tx.execute(rows):
        if due_at := due[due_id].due_at:
            found[enrolment_id].append(due_at)
    return found


def _concern_since() -> Any:
    return (
        select(func.min(ConcernRow.raised_at))
        .where(ConcernRow.enrolment_id == Enrolment.id, ConcernRow.state != ConcernState.CLOSED)
        .scalar_subquery()
    )
