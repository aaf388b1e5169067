"""Answers that a practitioner and a participant discussed on the shared screen."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import record_box
from companion.store.keys import Box
from companion.store.types import UtcDateTime
from companion.store.work.rows import SubmissionRow, WorkRow
from companion.store.work.work import place_of


class DiscussedRow(Model):
    """A submitted answer that was discussed or shown on the shared screen.

    ``place`` is a keyed hash of the submission's id and the question's id. Companion finds the row by this
    hash. The question is encrypted, because a question could reveal earlier answers.
    """

    __tablename__ = "discussed_answers"
    __table_args__ = (UniqueConstraint("submission_id", "place"),)

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), index=True)
    place: Mapped[bytes] = mapped_column(LargeBinary)
    question: Mapped[bytes] = mapped_column(LargeBinary)
    talked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shown: Mapped[bool] = mapped_column(default=False)
    """True if the shared screen shows the answer now."""


class Question(msgspec.Struct, frozen=True):
    """A question in the activity's wording and language."""

    prompt_id: str
    ask: str
    language: str


def row_of(tx: Transaction, enrolment_id: UUID, submission_id: UUID, question: Question) -> DiscussedRow:
    """Return the row that records whether a submitted answer was discussed or shown. Add the row if it
    doesn't exist.

    The caller must have locked the enrolment.
    """
    place = place_of(tx, submission_id, question.prompt_id)
    here = (DiscussedRow.submission_id == submission_id) & (DiscussedRow.place == place)
    row = tx.scalar(select(DiscussedRow).where(here))
    if row is None:
        row = DiscussedRow(id=uuid4(), submission_id=submission_id, place=place, shown=False)
        row.question = record_box(tx, enrolment_id).seal("discussed_answers.question", row.id, question)
        tx.add(row)
    return row


def leave_to_talk(tx: Transaction, submission_id: UUID, left: int) -> None:
    """Store how many of a submission's answers the participant still wants to talk about.

    The caller must have locked the enrolment.
    """
    row = tx.get(SubmissionRow, submission_id)
    if row is not None:
        row.to_talk = left


def question_of(box: Box, row_id: UUID, sealed: bytes) -> Question:
    """Decrypt a row's question."""
    return msgspec.convert(box.open("discussed_answers.question", row_id, sealed), Question)


def rows_of(
    tx: Transaction, enrolment_id: UUID, submissions: Iterable[UUID]
) -> Mapping[tuple[UUID, str], DiscussedRow]:
    """Return the submissions' discussed answers, by submission and prompt id."""
    box = record_box(tx, enrolment_id)
    rows = tx.scalars(select(DiscussedRow).where(DiscussedRow.submission_id.in_(list(submissions))))
    return {(row.submission_id, question_of(box, row.id, row.question).prompt_id): row for row in rows}


def hide_all(tx: Transaction, enrolment_id: UUID) -> None:
    """Hide all of the enrolment's answers on the shared screen.

    The caller must have locked the enrolment.
    """
    its = (
        select(SubmissionRow.id)
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .where(WorkRow.enrolment_id == enrolment_id)
    )
    shown = update(DiscussedRow).where(DiscussedRow.submission_id.in_(its), DiscussedRow.shown.is_(True))
    tx.execute(shown.values(shown=False).execution_options(synchronize_session=False))
