"""The counts, states and dates that a board shows for each enrolment.

Each kind of information takes one query for the whole page, not one for each row.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, LargeBinary, bindparam, func, select, union

from companion.domain.concerns.concern_rules import Limits
from companion.domain.concerns.concerns import Concern, ConcernKind, ConcernState
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import Attendance
from companion.domain.people import Role, Viewer
from companion.store.base import Transaction
from companion.store.caseloads.sort_keys import open_since
from companion.store.concerns.concerns import ConcernRow, visible
from companion.store.enrolments.enrolments import Case, Enrolment, is_there
from companion.store.enrolments.handovers import HandoverRow
from companion.store.keys import WORDS
from companion.store.meetings.appointments import LASTS, AppointmentRow
from companion.store.messages.message_drafts import MessageDraftRow, session_places
from companion.store.messages.messages import MessageRow
from companion.store.people import Account, name_in, names
from companion.store.plan.summary import FIGURES, PlanSummary
from companion.store.work.rows import SubmissionRow, WorkRow


@dataclass(frozen=True)
class Kept:
    """The number of answers that the participant wants to talk about, and when the first unread message is
    due to be read.
    """

    to_talk: int
    message_due: datetime | None


@dataclass(frozen=True)
class OnBoard:
    """An enrolment's names, dates and counts on a practitioner's board."""

    case: Case
    kept: Kept
    plan: PlanSummary
    messages: int
    """The number of unread messages from the participant."""
    started: UUID | None = None
    """The past appointment whose session record the practitioner has started but not finished."""


def unnoted_until(over: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Select the appointments that began by the given time and still have no recorded attendance.

    Leave out participants who have died.
    """
    begun = AppointmentRow.starts_at <= over
    return (
        begun & (AppointmentRow.attendance == Attendance.NOT_NOTED) & (Enrolment.state != PathwayState.DIED)
    )


def unnoted(tx: Transaction, enrolments: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """Return each enrolment's number of past appointments without recorded attendance.

    Leave out enrolments that have no attendance left to record.
    """
    rows = tx.execute(
        select(AppointmentRow.enrolment_id, func.count())
        .join(Enrolment, Enrolment.id == AppointmentRow.enrolment_id)
        .where(AppointmentRow.enrolment_id.in_(list(enrolments)), unnoted_until(now - LASTS))
        .group_by(AppointmentRow.enrolment_id)
    )
    return dict(rows.all())


IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
UNREAD = (
    select(func.count())
    .where(MessageRow.enrolment_id == Enrolment.id, MessageRow.his.is_(True), MessageRow.read_at.is_(None))
    .scalar_subquery()
)
STARTED = (
    select(MessageDraftRow.place)
    .where(MessageDraftRow.enrolment_id == Enrolment.id)
    .where(MessageDraftRow.place.in_(bindparam("places", type_=LargeBinary, expanding=True)))
    .order_by(MessageDraftRow.saved_at.desc())
    .limit(1)
    .scalar_subquery()
)
"""The query for each enrolment's latest draft of a session record."""
ON_BOARD = select(Enrolment, UNREAD, STARTED, *FIGURES).where(
    Enrolment.practitioner_id == bindparam("viewer_id"), is_there(), Enrolment.id.in_(IDS)
)
NAMED = select(Account).where(
    Account.id.in_(
        union(
            select(Enrolment.participant_id).where(Enrolment.id.in_(IDS)),
            select(HandoverRow.from_id).where(HandoverRow.enrolment_id.in_(IDS)),
            select(WorkRow.set_by).where(WorkRow.enrolment_id.in_(IDS)),
            select(SubmissionRow.outcome_by)
            .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
            .where(WorkRow.enrolment_id.in_(IDS), SubmissionRow.outcome_by.is_not(None)),
        )
    )
)
"""The query for the accounts of everybody named on a board."""


def on_board(
    tx: Transaction, viewer: Viewer, enrolments: Iterable[UUID], unnoted: Iterable[UUID] = ()
) -> dict[UUID, OnBoard]:
    """Return the board's data for the viewer's own enrolments.

    Also load the accounts of everybody named on the board. ``unnoted`` contains the ids of past appointments
    that have no session record yet.
    """
    ids, places = list(enrolments), session_places(tx, unnoted, viewer)
    found = tx.execute(ON_BOARD, {"viewer_id": viewer.account_id, "ids": ids, "places": list(places)}).all()
    people = {each.id: each for each in tx.scalars(NAMED, {"ids": ids})}
    called = names(tx, [people[row.participant_id] for row, *_ in found])
    return {
        row.id: OnBoard(
            Case(
                row.id,
                row.reference,
                row.participant_id,
                called[row.participant_id],
                row.practitioner_id,
                viewer.name,
                people[row.participant_id].joined_at,
                PathwayState(row.state),
                row.state_since,
            ),
            Kept(row.to_talk, row.message_due),
            PlanSummary(*figures),
            unread,
            places.get(started),
        )
        for row, unread, started, *figures in found
        if row.intact
    }


def open_concerns(tx: Transaction, viewer: Viewer, enrolments: Iterable[UUID]) -> dict[UUID, list[Concern]]:
    """Return the open concerns that the viewer may see, keyed by enrolment."""
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
    """Return each enrolment's number of overdue pieces of work.

    Work is due before an appointment. Once the appointment begins, the work is overdue.
    """
    return {
        each: sum(due <= now for due in those) for each, those in open_since(tx, list(enrolments)).items()
    }


def contacts(
    tx: Transaction, enrolments: Iterable[UUID], now: datetime
) -> dict[UUID, tuple[datetime | None, ...]]:
    """For each enrolment, return the times of the latest past appointment, the latest saved answer and the
    latest feedback.

    Leave out appointments that were missed or cancelled. For an enrolment without set work, return only the
    time of the latest past appointment.
    """
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


def practitioners(tx: Transaction, accounts: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of the accounts that belong to current or former practitioners."""
    if not (ids := set(accounts)):
        return {}
    box = tx.keys.box(WORDS)
    wanted = (Account.role == Role.PRACTITIONER, Account.id.in_(ids))
    rows = tx.execute(select(Account.id, Account.name).where(*wanted))
    return {each: name_in(box, each, sealed) for each, sealed in rows}
