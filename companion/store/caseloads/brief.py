"""What the brief reads, in a number of statements that does not grow."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from companion.domain.activities.activity import Activity
from companion.domain.work.work import Submission
from companion.store.activities.activities import ActivityRow, ActivityVersion, opened
from companion.store.base import Transaction
from companion.store.caseloads.sort_keys import still_to_talk
from companion.store.enrolments.enrolments import record_box
from companion.store.meetings.appointments import AppointmentRow
from companion.store.messages.messages import MessageRow
from companion.store.work.paper import PaperRow
from companion.store.work.rounds import opened_rounds
from companion.store.work.rows import SubmissionRow, WorkRow


def handed_in_since(
    tx: Transaction, enrolment_id: UUID, since: datetime
) -> list[tuple[SubmissionRow, Activity, Submission]]:
    """The newest round of each piece that came in since then, has no feedback, or is still to be talked about.

    The oldest comes first. The enrolment was found through the viewer. The rows are locked until the transaction ends.
    """
    newest = (
        select(SubmissionRow.work_id, func.max(SubmissionRow.round).label("round"))
        .group_by(SubmissionRow.work_id)
        .subquery()
    )
    rows = tx.execute(
        select(SubmissionRow, ActivityVersion, ActivityRow)
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .join(newest, and_(newest.c.work_id == SubmissionRow.work_id, newest.c.round == SubmissionRow.round))
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .where(
            WorkRow.enrolment_id == enrolment_id,
            or_(
                SubmissionRow.submitted_at >= since,
                SubmissionRow.outcome.is_(None),
                and_(SubmissionRow.to_talk > 0, still_to_talk()),
            ),
        )
        .order_by(SubmissionRow.submitted_at, SubmissionRow.id)
    ).all()
    handed_in, _ = opened_rounds(tx, record_box(tx, enrolment_id), [row for row, *_ in rows])
    return [
        (row, opened(tx, version_row), submission)
        for (row, version_row, _), submission in zip(rows, handed_in, strict=True)
    ]


def attendance_words(tx: Transaction, enrolment_id: UUID, meetings: Iterable[UUID]) -> dict[UUID, str]:
    """What was said to the attendance of these meetings of this enrolment; only where something was."""
    ids = list(meetings)
    if not ids:
        return {}
    rows = tx.scalars(
        select(AppointmentRow).where(AppointmentRow.enrolment_id == enrolment_id, AppointmentRow.id.in_(ids))
    )
    box = record_box(tx, enrolment_id)
    return {row.id: box.open("appointments.words", row.id, row.words) for row in rows if row.words}


def kept_of_paper(tx: Transaction, enrolment_id: UUID, since: datetime) -> dict[UUID, str]:
    """What was kept of work that was marked as done on paper since then, by work; only where something was."""
    rows = tx.scalars(
        select(PaperRow)
        .join(WorkRow, WorkRow.id == PaperRow.work_id)
        .where(
            WorkRow.enrolment_id == enrolment_id,
            PaperRow.at >= since,
            PaperRow.taken_back_at.is_(None),
            PaperRow.kept.is_not(None),
        )
    )
    box = record_box(tx, enrolment_id)
    return {row.work_id: box.open("paper_records.kept", row.id, row.kept) for row in rows if row.kept}


def messages_since(tx: Transaction, enrolment_id: UUID, since: datetime, most: int) -> Sequence[MessageRow]:
    """The newest messages that were sent since then or that nobody has read, in the order of time."""
    unread = MessageRow.his.is_(True) & MessageRow.read_at.is_(None)
    query = (
        select(MessageRow)
        .where(MessageRow.enrolment_id == enrolment_id, or_(MessageRow.sent_at >= since, unread))
        .order_by(MessageRow.number.desc())
        .limit(most)
    )
    return tx.scalars(query).all()[::-1]
