"""Caseloads for leads, without participants' names or own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from companion.domain.concerns.concerns import ConcernState
from companion.domain.enrolments.pathway import OVER, PathwayState
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.store import locks
from companion.store.base import Transaction
from companion.store.concerns.concerns import ConcernRow
from companion.store.enrolments.enrolments import Enrolment, is_there
from companion.store.meetings.appointments import next_appointments
from companion.store.messages import messages
from companion.store.people import Account, Person, names_of, person
from companion.store.work.rows import SubmissionRow, WorkRow


@dataclass(frozen=True)
class CaseloadLine:
    """A participant in a practitioner's caseload."""

    id: UUID
    reference: str
    practitioner_id: UUID
    practitioner: str
    state: PathwayState
    since: date
    unread: int
    """The number of submissions that nobody has opened."""
    messages: int
    """The number of unread messages from this participant."""
    concerns: int
    """The number of open concerns about this participant."""
    meets_at: datetime | None


def of_practitioner(
    tx: Transaction, viewer: Viewer, practitioner_id: UUID, now: datetime
) -> list[CaseloadLine]:
    """Return a practitioner's caseload, sorted by reference.

    Raise ``NotFound`` unless the viewer is a lead and the practitioner exists.
    """
    practitioner(tx, viewer, practitioner_id)
    query = select(Enrolment).where(Enrolment.practitioner_id == practitioner_id, is_there())
    return _lines(tx, tx.scalars(query.order_by(Enrolment.reference)).all(), now)


def without_practitioner(tx: Transaction, now: datetime) -> list[CaseloadLine]:
    """Return the active participants whose practitioner has left the service."""
    rows = tx.scalars(
        select(Enrolment)
        .join(Account, Account.id == Enrolment.practitioner_id)
        .where(Account.role == Role.PRACTITIONER, Account.left_at.is_not(None))
        .where(Enrolment.state.in_(frozenset(PathwayState) - OVER), is_there())
        .order_by(Account.left_at, Account.id, Enrolment.reference)
    ).all()
    return _lines(tx, rows, now)


def sizes(tx: Transaction) -> dict[UUID, int]:
    """Return how many participants each practitioner has."""
    query = select(Enrolment.practitioner_id, func.count()).where(is_there())
    return _counts(tx, query.group_by(Enrolment.practitioner_id))


def practitioner(tx: Transaction, viewer: Viewer, account_id: UUID) -> Person:
    """Return the practitioner with this account id. The practitioner may have left the service.

    Raise ``NotFound`` unless the viewer is a lead and the practitioner exists.
    """
    row = tx.get(Account, account_id)
    if viewer.role is not Role.LEAD or row is None or row.role != Role.PRACTITIONER:
        raise NotFound
    return person(tx, row)


def locked(tx: Transaction, viewer: Viewer, practitioner_id: UUID) -> dict[UUID, Enrolment]:
    """Lock a practitioner's enrolments. Return the enrolments keyed by id.

    Raise ``NotFound`` unless the viewer is a lead and the practitioner exists.
    """
    practitioner(tx, viewer, practitioner_id)
    his = select(Enrolment).where(Enrolment.practitioner_id == practitioner_id, is_there())
    return {row.id: row for row in locks.lock(tx, his)}


def _lines(tx: Transaction, rows: Sequence[Enrolment], now: datetime) -> list[CaseloadLine]:
    ids = [row.id for row in rows]
    unread = _counts(
        tx,
        select(WorkRow.enrolment_id, func.count())
        .join(SubmissionRow, SubmissionRow.work_id == WorkRow.id)
        .where(WorkRow.enrolment_id.in_(ids), SubmissionRow.read_at.is_(None))
        .group_by(WorkRow.enrolment_id),
    )
    concerns = _counts(
        tx,
        select(ConcernRow.enrolment_id, func.count())
        .where(ConcernRow.enrolment_id.in_(ids), ConcernRow.state != ConcernState.CLOSED)
        .group_by(ConcernRow.enrolment_id),
    )
    written = messages.unread(tx, ids)
    meetings = next_appointments(tx, ids, now)
    called = names_of(tx, (row.practitioner_id for row in rows))
    return [
        CaseloadLine(
            row.id,
            row.reference,
            row.practitioner_id,
            called[row.practitioner_id],
            PathwayState(row.state),
            row.state_since,
            unread.get(row.id, 0),
            written.get(row.id, 0),
            concerns.get(row.id, 0),
            meetings[row.id].starts_at if row.id in meetings else None,
        )
        for row in rows
    ]


def _counts(tx: Transaction, query: Select[UUID, int]) -> dict[UUID, int]:
    return {each: int(many) for each, many in tx.execute(query)}
