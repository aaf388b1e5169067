"""The submissions of a piece of work, with the practitioner's feedback."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import bindparam, select

from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.domain.work.work import Outcome, Said, Submission
from companion.store import locks
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import lock_of, reached, record_box, theirs
from companion.store.keys import Box
from companion.store.people import author, names_of
from companion.store.work.rows import (
    WITH_WHOSE_AND_WHAT,
    CommentRow,
    SubmissionRow,
    WorkRow,
)

HANDED_IN_WORK = WITH_WHOSE_AND_WHAT.join(SubmissionRow, SubmissionRow.work_id == WorkRow.id).where(
    SubmissionRow.id == bindparam("submission_id")
)
"""The query for the piece of work to which a submission belongs."""
SAID_TO = select(CommentRow).where(CommentRow.submission_id.in_(bindparam("submission_ids", expanding=True)))
"""The query for the comments on these submissions."""


def add_submission(tx: Transaction, row: WorkRow, number: int, said: Sequence[Said]) -> SubmissionRow:
    made = SubmissionRow(id=uuid4(), work_id=row.id, round=number, submitted_at=tx.now)
    made.short = row.short
    made.to_talk = sum(each.way == "talk" for each in said)
    made.said = record_box(tx, row.enrolment_id).seal("submissions.said", made.id, said)
    tx.add(made)
    return made


def opened_rounds(
    tx: Transaction, box: Box, rows: Sequence[SubmissionRow], *also: UUID
) -> tuple[tuple[Submission, ...], dict[UUID, str]]:
    """Decrypt these submissions of one enrolment.

    Return the submissions, and a dictionary that maps account ids to people's names. The dictionary
    contains the names of the staff who gave feedback, and of the accounts in ``also``.
    """
    written = tx.scalars(SAID_TO, {"submission_ids": [row.id for row in rows]}).all() if rows else []
    called = names_of(tx, (*also, *(row.outcome_by for row in rows), *(each.by_id for each in written)))
    comments: dict[UUID, dict[str, str]] = defaultdict(dict)
    authors: dict[UUID, dict[str, str]] = defaultdict(dict)
    for comment in written:
        prompt_id, text = box.open("comments.body", comment.id, comment.body)
        comments[comment.submission_id][prompt_id] = text
        authors[comment.submission_id][prompt_id] = author(comment, called, comment.by_id)
    return tuple(
        Submission(
            id=row.id,
            round=row.round,
            submitted_at=row.submitted_at,
            said=msgspec.convert(box.open("submissions.said", row.id, row.said), tuple[Said, ...]),
            read_at=row.read_at,
            comments=comments[row.id],
            outcome=Outcome(row.outcome) if row.outcome and row.intact else None,
            outcome_at=row.outcome_at,
            words=box.open("submissions.words", row.id, row.words) if row.words else "",
            seen_at=row.seen_at,
            outcome_by=author(row, called, row.outcome_by) if row.outcome_by else "",
            authors=authors[row.id],
            short=row.short,
        )
        for row in rows
    ), called


def enrolment_of_submission(tx: Transaction, submission_id: UUID) -> UUID | None:
    """Return the id of a submission's enrolment, or None if the submission doesn't exist."""
    of = select(WorkRow.enrolment_id).join(SubmissionRow, SubmissionRow.work_id == WorkRow.id)
    return tx.scalar(of.where(SubmissionRow.id == submission_id))


def submission_row(tx: Transaction, viewer: Viewer, submission_id: UUID) -> SubmissionRow:
    """Lock and return a submission from one of the viewer's enrolments.

    The function locks the submission's enrolment first, because locks must be taken in a fixed order. Raise
    ``NotFound`` if the viewer can't see the submission.
    """
    of = select(WorkRow.enrolment_id).join(SubmissionRow, SubmissionRow.work_id == WorkRow.id)
    reached(
        viewer, lock_of(tx, of.where(SubmissionRow.id == submission_id).scalar_subquery(), theirs(viewer))
    )
    row = locks.lock_one(tx, select(SubmissionRow).where(SubmissionRow.id == submission_id))
    if row is None:
        raise NotFound
    return row


def mark_read(tx: Transaction, row: SubmissionRow) -> None:
    """Mark a submission and all earlier submissions of the same work as read. The page shows the answers in
    earlier submissions too."""
    row.read_at = row.read_at or tx.now
    if row.round > 1:
        before = SubmissionRow.work_id == row.work_id, SubmissionRow.round < row.round
        for each in tx.scalars(select(SubmissionRow).where(*before, SubmissionRow.read_at.is_(None))):
            each.read_at = tx.now


def handed_in_row(tx: Transaction, row: SubmissionRow) -> WorkRow:
    """Return the piece of work to which a submission belongs."""
    return tx.scalars(HANDED_IN_WORK, {"submission_id": row.id}).one()
