"""What the brief reads of set work: whole submissions, in a number of statements that does not grow."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from companion.domain.activity import Activity
from companion.domain.work import Submission
from companion.store.activities import ActivityRow, ActivityVersion, opened
from companion.store.base import Transaction
from companion.store.enrolments import record_box
from companion.store.work import SubmissionRow, WorkRow, submissions


def handed_in_since(
    tx: Transaction, enrolment_id: UUID, since: datetime
) -> list[tuple[SubmissionRow, Activity, Submission]]:
    """The newest round of each piece that was handed in since then or is not answered yet, the oldest first.

    The enrolment was found through the viewer. The rows are locked until the transaction ends.
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
            or_(SubmissionRow.submitted_at >= since, SubmissionRow.outcome.is_(None)),
        )
        .order_by(SubmissionRow.submitted_at, SubmissionRow.id)
        .with_for_update(of=SubmissionRow)
    ).all()
    handed_in, _ = submissions(tx, record_box(tx, enrolment_id), [row for row, *_ in rows])
    return [
        (row, opened(tx, version_row), submission)
        for (row, version_row, _), submission in zip(rows, handed_in, strict=True)
    ]
