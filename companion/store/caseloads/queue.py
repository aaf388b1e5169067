"""A practitioner's queue, read with a single query.

The query returns the same rows as ``domain.caseloads.queue.rows_of``, in the same order. The caller decrypts
only the rows that a page shows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from companion.domain.caseloads.board import NEVER, OWING
from companion.domain.caseloads.queue import START, Place, QueueRow, Reason
from companion.domain.concerns.concerns import ConcernKind
from companion.domain.enrolments.pathway import OVER, PathwayState
from companion.domain.meetings.appointments import NOT_HELD
from companion.domain.people import Viewer
from companion.domain.work.nothing_set import set_by
from companion.store.base import Transaction
from companion.store.caseloads.board_facts import unnoted_until
from companion.store.caseloads.sort_keys import next_after, still_to_talk
from companion.store.concerns.concerns import OPEN, ConcernRow
from companion.store.enrolments.enrolments import Enrolment, is_there
from companion.store.enrolments.handovers import TOLD_FOR, HandoverRow
from companion.store.meetings.appointments import LASTS, AppointmentRow
from companion.store.messages.messages import MessageRow
from companion.store.types import UtcDateTime
from companion.store.work.nothing_set import UNSET
from companion.store.work.rows import SubmissionRow, WorkRow

VIEWER: BindParameter[UUID] = bindparam("viewer_id", type_=Uuid)
COVERED: BindParameter[UUID] = bindparam("covered", type_=Uuid, expanding=True)
"""The SQL parameter with the ids of the practitioners for whom the viewer is covering today."""
MET_BY = bindparam("met_by", type_=UtcDateTime)
"""The SQL parameter with the cutoff: an appointment that started at or before this time is over."""
OWN = (Enrolment.practitioner_id == VIEWER) & is_there()
AHEAD = next_after(MET_BY)
WANTED = func.coalesce(AHEAD, literal(NEVER, UtcDateTime))
"""The time of the participant's next appointment, or ``NEVER`` if there is none."""


@dataclass(frozen=True)
class Queue:
    """Some rows of a practitioner's queue, and the whole queue's length.

    If there are no rows, ``total`` is 0, even if the queue has rows before the requested position.
    """

    rows: Sequence[QueueRow]
    total: int


@dataclass(frozen=True)
class Wanted:
    """The part of the queue to load: at most ``most`` rows after the position ``place``."""

    covered: Collection[UUID]
    """The ids of the practitioners for whom the viewer is covering today."""
    most: int
    place: Place = START


def _of(
    reason: Reason, when: tuple[Any, Any], subject: Any, *where: Any, many: ColumnElement[int] | None = None
) -> Select[Any]:
    """Return the query for all rows that are in the queue for this reason.

    ``when`` contains two columns: the time to sort the rows by, and the time at which each task began to wait.
    """
    columns = (
        literal(reason.rank, Integer).label("rank"),
        when[0].label("at"),
        when[1].label("since"),
        Enrolment.id.label("enrolment_id"),
        subject.label("subject_id"),
        (literal(1, Integer) if many is None else many).label("many"),
    )
    return select(*columns).where(*where)


def _messages(what: ColumnElement[Any]) -> Any:
    unread = MessageRow.his.is_(True) & MessageRow.read_at.is_(None)
    return select(what).where(MessageRow.enrolment_id == Enrolment.id, unread).scalar_subquery()


def _newest() -> ColumnElement[bool]:
    later = aliased(SubmissionRow)
    newer = select(later.id).where(later.work_id == SubmissionRow.work_id, later.round > SubmissionRow.round)
    return ~newer.correlate(SubmissionRow).exists()


ITS_WORK = and_(
    *(SubmissionRow.work_id == WorkRow.id, WorkRow.enrolment_id == Enrolment.id),
    *(SubmissionRow.outcome.is_(None), _newest()),
)
TO_TALK = (
    select(func.coalesce(func.sum(SubmissionRow.to_talk), 0))
    .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
    .where(WorkRow.enrolment_id == Enrolment.id, SubmissionRow.outcome.is_not(None), still_to_talk())
    .scalar_subquery()
)
"""How many answers with feedback the participant still wants to talk about."""
LAST_MET = func.coalesce(
    select(func.max(AppointmentRow.starts_at))
    .where(AppointmentRow.enrolment_id == Enrolment.id, AppointmentRow.attendance.not_in(NOT_HELD))
    .scalar_subquery(),
    Enrolment.created_at,
)
EVERY = union_all(
    _of(
        *(Reason.CONCERN, (ConcernRow.raised_at, ConcernRow.raised_at), ConcernRow.id),
        *(OWN, ConcernRow.enrolment_id == Enrolment.id),
        *(ConcernRow.state.in_(OPEN), ConcernRow.kind != ConcernKind.ABOUT_PRACTITIONER),
    ),
    _of(
        *(Reason.MESSAGE, (Enrolment.message_due, _messages(func.min(MessageRow.sent_at))), Enrolment.id),
        *(or_(OWN, Enrolment.practitioner_id.in_(COVERED) & is_there()), Enrolment.message_due.is_not(None)),
        many=_messages(func.count(MessageRow.id)),
    ),
    _of(
        *(Reason.TAKEN_ON, (HandoverRow.at, HandoverRow.at), HandoverRow.id),
        *(OWN, HandoverRow.enrolment_id == Enrolment.id, HandoverRow.to_id == VIEWER),
        *(HandoverRow.opened_at.is_(None), HandoverRow.at > bindparam("told_since", type_=UtcDateTime)),
    ),
    _of(
        *(Reason.TO_READ, (WANTED, SubmissionRow.submitted_at), SubmissionRow.id),
        *(OWN, Enrolment.unread_since.is_not(None), ITS_WORK, SubmissionRow.read_at.is_(None)),
    ),
    _of(
        *(Reason.TO_ANSWER, (WANTED, SubmissionRow.submitted_at), SubmissionRow.id),
        *(OWN, Enrolment.state.not_in(OVER), ITS_WORK, SubmissionRow.read_at.is_not(None)),
        WorkRow.on_paper_on.is_(None),
    ),
    _of(
        *(Reason.TO_TALK, (WANTED, WANTED), Enrolment.id),
        *(OWN, Enrolment.to_talk > 0, TO_TALK > 0, or_(Enrolment.state.in_(OWING), AHEAD.is_not(None))),
        many=TO_TALK,
    ),
    _of(
        *(Reason.UNNOTED, (AppointmentRow.starts_at, AppointmentRow.starts_at), AppointmentRow.id),
        *(OWN, AppointmentRow.enrolment_id == Enrolment.id, unnoted_until(MET_BY)),
    ),
    _of(
        *(Reason.UNSET, (AppointmentRow.starts_at, AppointmentRow.starts_at), AppointmentRow.id),
        *(OWN, AppointmentRow.enrolment_id == Enrolment.id, UNSET),
    ),
    _of(
        *(Reason.UNBOOKED, (LAST_MET, LAST_MET), Enrolment.id),
        *(OWN, Enrolment.state == PathwayState.IN_PROGRAMME, AHEAD.is_(None)),
    ),
).subquery()
ORDER = (EVERY.c.rank, EVERY.c.at, EVERY.c.since, EVERY.c.subject_id)
COUNTED = select(EVERY, func.count().over().label("total")).subquery()


def _after(columns: Sequence[ColumnElement[Any]], names: Sequence[str]) -> ColumnElement[bool]:
    """Select the rows after a position in the queue."""
    found: ColumnElement[bool] = false()
    for column, name in reversed(list(zip(columns, names, strict=True))):
        of_place = bindparam(name, type_=column.type)
        found = or_(column > of_place, and_(column == of_place, found))
    return found


IN_ORDER = tuple(COUNTED.c[column.name] for column in ORDER)
QUEUE = (
    select(COUNTED)
    .where(_after(IN_ORDER, ("rank", "at", "since", "subject")))
    .order_by(*IN_ORDER)
    .limit(bindparam("most", type_=Integer))
)
"""The query for the queue's rows that come after a given row.

Every row of the result contains the length of the whole queue.
"""


NEXT = (
    select(SubmissionRow.id)
    .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
    .join(Enrolment, Enrolment.id == WorkRow.enrolment_id)
    .where(OWN, Enrolment.state.not_in(OVER), SubmissionRow.outcome.is_(None), _newest())
    .where(SubmissionRow.id != bindparam("but", type_=Uuid), WorkRow.on_paper_on.is_(None))
    .order_by(SubmissionRow.read_at.is_not(None), WANTED, SubmissionRow.submitted_at)
    .limit(1)
)
"""The query for the next submission that needs a response.

Unread submissions come first.
"""


def next_submission(tx: Transaction, viewer: Viewer, but: UUID, now: datetime) -> UUID | None:
    """Return the next submission that the viewer should respond to, or None. Skip the submission whose id is
    ``but``.
    """
    return tx.scalar(NEXT, {"viewer_id": viewer.account_id, "met_by": now - LASTS, "but": but})


def after(tx: Transaction, viewer: Viewer, wanted: Wanted, now: datetime) -> Queue:
    """Return the requested rows from the viewer's queue."""
    asked = {
        "viewer_id": viewer.account_id,
        "covered": list(wanted.covered),
        "met_by": now - LASTS,
        "now": now,
        "set_by": set_by(now),
        "told_since": now - TOLD_FOR,
        "most": wanted.most,
        **vars(wanted.place),
    }
    rows = tx.rows(QUEUE, asked).all()
    reasons = list(Reason)
    found = [
        QueueRow(reasons[row.rank], row.at, row.since, row.enrolment_id, row.subject_id, row.many)
        for row in rows
    ]
    return Queue(found, rows[0].total if rows else 0)
