"""Answers that a practitioner and a participant went through on a screen that both look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.activities.answers import Prompt
from companion.store.activities.activities import ActivityVersion, opened
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import record_box
from companion.store.types import UtcDateTime
from companion.store.work.rows import SubmissionRow, WorkRow
from companion.store.work.work import place_of


class DiscussedRow(Model):
    """One answer of a submission. Its prompt is sealed: a path tells what was chosen. ``place`` finds it."""

    __tablename__ = "discussed_answers"
    __table_args__ = (UniqueConstraint("submission_id", "place"),)

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), index=True)
    place: Mapped[bytes] = mapped_column(LargeBinary)
    prompt: Mapped[bytes] = mapped_column(LargeBinary)
    talked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shown: Mapped[bool] = mapped_column(default=False)
    """Whether the answer shows on the screen for both."""


@dataclass(frozen=True)
class Discussed:
    """A question that the two talked about."""

    prompt: Prompt
    language: str


def row_of(tx: Transaction, enrolment_id: UUID, submission_id: UUID, prompt_id: str) -> DiscussedRow:
    """Return the row of an answer of this enrolment, made if it is not there. The enrolment is locked."""
    place = place_of(tx, submission_id, prompt_id)
    here = (DiscussedRow.submission_id == submission_id) & (DiscussedRow.place == place)
    row = tx.scalar(select(DiscussedRow).where(here))
    if row is None:
        row = DiscussedRow(id=uuid4(), submission_id=submission_id, place=place, shown=False)
        row.prompt = record_box(tx, enrolment_id).seal("discussed_answers.prompt", row.id, prompt_id)
        tx.add(row)
    return row


def rows_of(
    tx: Transaction, enrolment_id: UUID, submissions: Iterable[UUID]
) -> Mapping[tuple[UUID, str], DiscussedRow]:
    """Return the rows of these submissions of one enrolment, by submission and prompt."""
    box = record_box(tx, enrolment_id)
    rows = tx.scalars(select(DiscussedRow).where(DiscussedRow.submission_id.in_(list(submissions))))
    return {
        (row.submission_id, box.open("discussed_answers.prompt", row.id, row.prompt)): row for row in rows
    }


def hide_all(tx: Transaction, enrolment_id: UUID) -> None:
    """Show no answer of this enrolment any more. The enrolment is locked."""
    its = (
        select(SubmissionRow.id)
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .where(WorkRow.enrolment_id == enrolment_id)
    )
    shown = update(DiscussedRow).where(DiscussedRow.submission_id.in_(its), DiscussedRow.shown.is_(True))
    tx.execute(shown.values(shown=False).execution_options(synchronize_session=False))


def talked_since(tx: Transaction, enrolment_id: UUID, since: datetime) -> list[Discussed]:
    """Return the questions of this enrolment that were talked about since then, in that order."""
    rows = tx.execute(
        select(DiscussedRow, ActivityVersion)
        .join(SubmissionRow, SubmissionRow.id == DiscussedRow.submission_id)
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .where(WorkRow.enrolment_id == enrolment_id, DiscussedRow.talked_at >= since)
        .order_by(DiscussedRow.talked_at, DiscussedRow.id)
    ).all()
    box = record_box(tx, enrolment_id)
    found = []
    for row, version in rows:
        activity = opened(tx, version)
        prompt_id = box.open("discussed_answers.prompt", row.id, row.prompt)
        if prompt := activity.prompt(prompt_id.partition(".")[0]):  # before the dot: of a part, for any item
            found.append(Discussed(prompt, activity.language))
    return found
