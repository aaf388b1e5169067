"""Reminders of participants' plans for doing work."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from companion.domain.enrolments.pathway import EXPECTS_WORK
from companion.domain.time.working_days import london_day
from companion.domain.work.work import Outcome
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings.appointments import due_for
from companion.store.outbox import Notice, Outgoing
from companion.store.work.rows import SubmissionRow, WorkRow


def outdated(tx: Transaction, now: datetime) -> list[Outgoing]:
    """Return the due reminders that Companion should no longer send. Leave out reminders that are being sent
    at the moment.

    A reminder is out of date once its day has passed, or once the participant no longer has to do the work. A
    reminder is also out of date if the participant's planned time is now after the work is due.
    """
    every = aliased(SubmissionRow)
    last = select(func.max(every.round)).where(every.work_id == WorkRow.id).scalar_subquery()
    rows = tx.execute(
        select(Outgoing, WorkRow, SubmissionRow, Enrolment.id, Enrolment.state)
        .outerjoin(WorkRow, WorkRow.id == Outgoing.subject_id)
        .outerjoin(Enrolment, Enrolment.id == WorkRow.enrolment_id)
        .outerjoin(SubmissionRow, (SubmissionRow.work_id == WorkRow.id) & (SubmissionRow.round == last))
        .where(
            Outgoing.notice == Notice.WORK_INTENDED,
            Outgoing.outcome.is_(None),
            Outgoing.next_try_at <= now,
            or_(Outgoing.claimed_until.is_(None), Outgoing.claimed_until <= now),
        )
    ).all()
    due = due_for(tx, {enrolment_id for *_, enrolment_id, _ in rows if enrolment_id}) if rows else {}
    found = []
    for row, work, submission, _, state in rows:
        sent = submission is not None and submission.outcome != Outcome.RETURNED
        sent = sent and not (submission.short and not work.short)  # the whole version isn't done
        due_at = due[work.due_id].due_at if work else None
        late = london_day(row.due_at) != london_day(now) or (due_at is not None and due_at <= row.due_at)
        gone = work and (work.on_paper_on or work.withdrawn_at)
        if state not in EXPECTS_WORK or gone or sent or late:
            found.append(row)
    return found
