"""What he sent, as lines for his plan."""

from itertools import islice
from uuid import UUID

from sqlalchemy import exists, select

from companion.domain.plan.guided import Ask
from companion.domain.plan.plan import Item, Plan
from companion.domain.plan.ready_lines import MOST, ReadyLine, lines_of, marked
from companion.store.activities.activities import readable
from companion.store.base import Transaction
from companion.store.work import work
from companion.store.work.work import SubmissionRow, WorkRow


def ready_lines(tx: Transaction, enrolment_id: UUID, whole: Plan, asked: Ask) -> list[ReadyLine]:
    """A few lines for this question, from the newest work first. The caller found that the viewer reaches it."""
    sent = exists().where(SubmissionRow.work_id == WorkRow.id)
    rows = tx.scalars(
        select(WorkRow)
        .where(WorkRow.enrolment_id == enrolment_id, sent)
        .order_by(WorkRow.set_at.desc(), WorkRow.id)
    )
    there = whole.of(asked.part.id, asked.stage)
    of_each = (_of_piece(tx, row, asked, there) for row in rows.all())
    return list(islice((line for lines in of_each for line in lines), MOST))


def _of_piece(tx: Transaction, row: WorkRow, asked: Ask, there: list[Item]) -> list[ReadyLine]:
    activity = readable(tx, row.version)
    if activity is None or not marked(activity.prompts, asked.part.id):
        return []
    last = work.work(tx, row, handed_in_only=True).submissions[-1]
    return list(lines_of(asked, row.id, activity.prompts, last.answers, there))
