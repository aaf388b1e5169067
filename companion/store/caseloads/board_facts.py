"""What a page of a board says of each enrolment on it: counts, states and dates, each in one statement for all."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from companion.domain.concerns.concern_rules import Limits
from companion.domain.concerns.concerns import Concern, ConcernKind, ConcernState
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.people import Role, Viewer
from companion.store.base import Transaction
from companion.store.caseloads.sort_keys import next_at, open_since
from companion.store.concerns.concerns import ConcernRow, visible
from companion.store.enrolments.enrolments import Case, Enrolment, theirs
from companion.store.keys import WORDS
from companion.store.meetings.appointments import LASTS, AppointmentRow, appointment
from companion.store.people import Account, name_in, names
from companion.store.work.rows import SubmissionRow, WorkRow


@dataclass(frozen=True)
class WaitingSubmissions:
    """What of a caseload is handed in and not read: how many there are, and the first ones."""

    count: int
    first: list[tuple[UUID, UUID]]
    """Enrolment and submission, by the next appointment."""


def waiting(tx: Transaction, viewer: Viewer, most: int, now: datetime) -> WaitingSubmissions:
    """The things to read of the viewer's own participants."""
    unread = (
        select(WorkRow.enrolment_id, SubmissionRow.id)
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .join(Enrolment, Enrolment.id == WorkRow.enrolment_id)
        .where(theirs(viewer), Enrolment.unread_since.is_not(None))
        .where(SubmissionRow.read_at.is_(None), SubmissionRow.outcome.is_(None))
    )
    ahead = next_at(now)
    first = unread.order_by(ahead.is_(None), ahead, SubmissionRow.submitted_at, SubmissionRow.id).limit(most)
    rows = tx.execute(first.add_columns(func.count().over())).all()
    count = rows[0][2] if rows else 0
    return WaitingSubmissions(count, [(enrolment, submission) for enrolment, submission, _ in rows])


@dataclass(frozen=True)
class Kept:
    """What is kept beside an enrolment for boards."""

    to_talk: int
    message_due: datetime | None


def kept(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, Kept]:
    """How many answers of each are to be talked about, and when a message should have been read."""
    wanted = set(enrolments)
    rows = [row for row in tx.held(Enrolment) if row.id in wanted]
    if missing := wanted - {row.id for row in rows}:
        rows += tx.scalars(select(Enrolment).where(Enrolment.id.in_(missing)))
    return {row.id: Kept(row.to_talk, row.message_due) for row in rows}


def have_written(tx: Transaction, viewer: Viewer) -> list[UUID]:
    """The viewer's own enrolments with messages that nobody has read, the first promise first."""
    unread = select(Enrolment.id).where(theirs(viewer), Enrolment.message_due.is_not(None))
    return list(tx.scalars(unread.order_by(Enrolment.message_due, Enrolment.id)))


def _unnoted(now: datetime) -> ColumnElement[bool]:
    over = AppointmentRow.starts_at <= now - LASTS
    return over & (AppointmentRow.attendance == Attendance.NOT_NOTED) & (Enrolment.state != PathwayState.DIED)


def to_note(tx: Transaction, viewer: Viewer, now: datetime) -> list[tuple[UUID, Appointment]]:
    """The appointments of the viewer's own whose attendance nobody has noted, with their enrolment, oldest first."""
    rows = tx.execute(
        select(AppointmentRow, Enrolment)
        .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
        .where(theirs(viewer), _unnoted(now))
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )
    return [(row.enrolment_id, appointment(row)) for row, enrolment in rows if enrolment.intact]


def unnoted(tx: Transaction, enrolments: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How many appointments of each of these nobody has noted the attendance of; only where there are any."""
    rows = tx.execute(
        select(AppointmentRow.enrolment_id, func.count())
        .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
        .where(AppointmentRow.enrolment_id.in_(list(enrolments)), _unnoted(now))
        .group_by(AppointmentRow.enrolment_id)
    )
    return dict(rows.all())


def cases(tx: Transaction, viewer: Viewer, enrolments: Iterable[UUID]) -> dict[UUID, Case]:
    """These of the viewer's own enrolments, with the names of their participants."""
    rows = tx.execute(
        select(Enrolment, Account)
        .join(Account, Account.id == Enrolment.participant_id)
        .where(theirs(viewer), Enrolment.id.in_(set(enrolments)))
    ).all()
    called = names(tx, [participant for _, participant in rows])
    return {
        row.id: Case(
            row.id,
            row.reference,
            row.participant_id,
            called[participant.id],
            row.practitioner_id,
            viewer.name,
            participant.joined_at,
            PathwayState(row.state),
            row.state_since,
        )
        for row, participant in rows
        if row.intact
    }


def open_concerns(tx: Transaction, viewer: Viewer, enrolments: Iterable[UUID]) -> dict[UUID, list[Concern]]:
    """The open concerns about each of these, as far as the viewer may see them."""
    found: dict[UUID, list[Concern]] = defaultdict(list)
    row = ConcernRow
    for enrolment_id, kind, state, take_by, finish_by, practitioner in tx.execute(
        select(row.enrolment_id, row.kind, row.state, row.take_by, row.finish_by, Enrolment.practitioner_id)
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .where(visible(viewer), row.enrolment_id.in_(list(enrolments)), row.state != ConcernState.CLOSED)
    ):
        limits = Limits(take_by, finish_by)
        found[enrolment_id].append(Concern(ConcernKind(kind), ConcernState(state), limits, practitioner))
    return found


def overdue_work(tx: Transaction, enrolments: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How many pieces of each of these are still open though their appointment has come."""
    return {
        each: sum(due <= now for due in those) for each, those in open_since(tx, list(enrolments)).items()
    }


def contacts(
    tx: Transaction, enrolments: Iterable[UUID], now: datetime
) -> dict[UUID, tuple[datetime | None, ...]]:
    """When each of these last had an appointment, saved an answer, and was given feedback."""
    ids = list(enrolments)
    took_place = AppointmentRow.attendance.in_([Attendance.NOT_NOTED, Attendance.ATTENDED])
    met = tx.execute(
        select(AppointmentRow.enrolment_id, func.max(AppointmentRow.starts_at))
        .where(AppointmentRow.enrolment_id.in_(ids), AppointmentRow.starts_at <= now, took_place)
        .group_by(AppointmentRow.enrolment_id)
    )
    worked = tx.execute(
        select(WorkRow.enrolment_id, func.max(WorkRow.saved_at), func.max(SubmissionRow.outcome_at))
        .outerjoin(SubmissionRow, SubmissionRow.work_id == WorkRow.id)
        .where(WorkRow.enrolment_id.in_(ids))
        .group_by(WorkRow.enrolment_id)
    )
    last_met = dict(met.all())
    last_worked = {each: (saved, answered) for each, saved, answered in worked}
    return {each: (last_met.get(each), *last_worked.get(each, ())) for each in ids}


def practitioners(tx: Transaction) -> dict[UUID, str]:
    """What to call every practitioner, by the alphabet."""
    box = tx.keys.box(WORDS)
    rows = tx.execute(select(Account.id, Account.name).where(Account.role == Role.PRACTITIONER))
    called = {each: name_in(box, each, sealed) for each, sealed in rows}
    return dict(sorted(called.items(), key=lambda each: each[1].casefold()))
