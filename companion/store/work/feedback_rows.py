"""What a practitioner says to a submission: the reasons of a return, and a comment to each answer."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from companion.store.base import Transaction
from companion.store.enrolments.enrolments import record_box
from companion.store.work.work import CommentRow, SubmissionRow


def put(
    tx: Transaction,
    enrolment_id: UUID,
    row: SubmissionRow,
    words: str,
    comments: Mapping[str, tuple[str, UUID]],
) -> None:
    """Put it in the place of what was there; ``comments`` are by prompt id, each with its author."""
    box = record_box(tx, enrolment_id)
    row.words = box.seal("submissions.words", row.id, words) if words else None
    row.feedback_revision += 1
    for before in tx.scalars(_comments(row.id)):
        tx.delete(before)
    for prompt_id, (text, by) in comments.items():
        comment = CommentRow(id=uuid4(), submission_id=row.id, saved_at=tx.now, by_id=by)
        comment.body = box.seal("comments.body", comment.id, [prompt_id, text])
        tx.add(comment)


def authors(tx: Transaction, enrolment_id: UUID, submission_id: UUID) -> dict[str, UUID]:
    """Who wrote each comment that is stored, by prompt id."""
    box = record_box(tx, enrolment_id)
    return {
        box.open("comments.body", row.id, row.body)[0]: row.by_id
        for row in tx.scalars(_comments(submission_id))
    }


def _comments(submission_id: UUID) -> Select[CommentRow]:
    return select(CommentRow).where(CommentRow.submission_id == submission_id)
