"""Find the latest submission of each piece of work."""

from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import defer

from companion.domain.activities.conversation import Given
from companion.domain.work.last_round import LastRound
from companion.domain.work.work import Said
from companion.store.activities.activities import ActivityRow, ActivityVersion, readable
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import record_box
from companion.store.work.rows import SubmissionRow, WorkRow


def last_rounds(tx: Transaction, enrolment_id: UUID) -> list[LastRound]:
    """Return the latest submission for each piece of the enrolment's work, newest first.

    Work whose activity is damaged is left out. The caller must have checked that the viewer may see the
    enrolment.
    """
    rows = tx.execute(
        select(SubmissionRow, WorkRow, ActivityVersion, ActivityRow)
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .where(WorkRow.enrolment_id == enrolment_id)
        .order_by(SubmissionRow.round)
        .options(defer(WorkRow.card), defer(SubmissionRow.words))
    ).all()
    box = record_box(tx, enrolment_id)
    found = []
    for sent, row, version, _ in {
        row.id: (sent, row, version, its) for sent, row, version, its in rows
    }.values():
        if activity := readable(tx, version):
            said = msgspec.convert(box.open("submissions.said", sent.id, sent.said), tuple[Said, ...])
            answers = {each.prompt_id: Given(each.way, each.value, 1, sent.submitted_at) for each in said}
            found.append(LastRound(row.id, version.id, activity, sent.submitted_at, answers))
    return sorted(found, key=lambda each: each.submitted_at, reverse=True)
