"""Participants' evaluations: the questions, drafts, waiting evaluations and batches.

Until it is added to a batch, an evaluation has its own row, which records neither the participant nor the
time. The rows don't show in what order the evaluations were given. Whenever participants have given five new
evaluations, Companion combines the five evaluations into a batch and deletes their separate rows. The
service's key encrypts submitted evaluations. Nobody knows which participant gave which evaluation.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import tink
from sqlalchemy import ForeignKey, LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.content import evaluation_questions
from companion.domain.evaluation.evaluation import Batch, Evaluation, Questions
from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.drafts import Drafted, DraftPlace
from companion.store.enrolments.enrolments import record_box
from companion.store.keys import EVALUATION, WORDS
from companion.store.people import Account, names
from companion.store.types import UtcDateTime

log = logging.getLogger(__name__)


class QuestionsRow(Model):
    """A version of the evaluation's questions."""

    __tablename__ = "evaluation_questions"

    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


class EvaluationDraftRow(Drafted):
    """A participant's unsubmitted evaluation, encrypted with the participant's key."""

    __tablename__ = "evaluation_drafts"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), unique=True)


class WaitingRow(Model):
    """A submitted evaluation that Companion hasn't added to a batch of evaluations yet.

    Nothing in the row shows which participant gave the evaluation.
    """

    __tablename__ = "evaluations_waiting"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # a row number would reveal the order

    content: Mapped[bytes] = mapped_column(LargeBinary)


class BatchRow(Model):
    """The combined result of five evaluations. A batch of evaluations has a number but no time."""

    __tablename__ = "evaluation_batches"

    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Version:
    """A version of the evaluation's questions, as pages show it.

    Companion's built-in questions have the version number 0.
    """

    number: int
    questions: Questions
    made_at: datetime | None = None
    made_by: str = ""
    approved_at: datetime | None = None
    approved_by: str = ""


def newest(tx: Transaction) -> Version:
    """Return the latest version of the questions, or the built-in questions if nobody has saved any."""
    row = tx.scalar(select(QuestionsRow).order_by(QuestionsRow.number.desc()).limit(1))
    return _version(tx, row) if row else Version(0, evaluation_questions())


def offered(tx: Transaction, *, unapproved_too: bool) -> Version | None:
    """Return the latest approved version of the questions, or None.

    With ``unapproved_too``, return the latest unapproved version if no version is approved.
    """
    approved = select(QuestionsRow).where(QuestionsRow.approved_at.is_not(None))
    row = tx.scalar(approved.order_by(QuestionsRow.number.desc()).limit(1))
    if row:
        return _version(tx, row)
    return newest(tx) if unapproved_too else None


def add_version(tx: Transaction, number: int, questions: Questions) -> QuestionsRow:
    """Add the next version of the questions.

    If two leads add a version of the questions at the same time, the second lead's commit fails.
    """
    row = QuestionsRow(id=uuid4(), number=number, made_at=tx.now, made_by=tx.viewer.account_id)
    row.content = tx.keys.box(WORDS).seal("evaluation_questions.content", row.id, questions)
    tx.add(row)
    return row


def version_row(tx: Transaction, number: int) -> QuestionsRow | None:
    """Lock and return the row of a version of the evaluation's questions. Return None if there is no row, as
    for version 0, which is Companion's built-in questions.
    """
    return locks.lock_one(tx, select(QuestionsRow).where(QuestionsRow.number == number))


def draft_place(tx: Transaction, enrolment_id: UUID) -> DraftPlace:
    """Return the key for finding this participant's draft."""
    place, box = tx.keys.lookup("evaluation", str(enrolment_id)), record_box(tx, enrolment_id)
    return DraftPlace(EvaluationDraftRow.enrolment_id, enrolment_id, place, box)


def add_waiting(tx: Transaction, evaluation: Evaluation) -> None:
    """Save a submitted evaluation that isn't in a batch yet."""
    row = WaitingRow(id=uuid4())
    row.content = tx.keys.box(EVALUATION).seal("evaluations_waiting.content", row.id, evaluation)
    tx.add(row)
    tx.flush()


def take_waiting(tx: Transaction) -> list[tuple[UUID, Evaluation]]:
    """Lock and return all evaluations that aren't in a batch yet, sorted by their random ids.

    Evaluations that can't be decrypted are left out and logged.
    """
    box, found = tx.keys.box(EVALUATION), []
    for row in locks.lock(tx, select(WaitingRow)):
        try:
            content = box.open("evaluations_waiting.content", row.id, row.content)
        except tink.TinkError:
            log.error("what waits for others is damaged", extra={"damaged": f"evaluation {row.id}"})
            continue
        found.append((row.id, msgspec.convert(content, Evaluation)))
    return found


def drop_waiting(tx: Transaction, ids: list[UUID]) -> None:
    """Delete these submitted evaluations from the table, after they have been copied into a batch."""
    tx.execute(delete(WaitingRow).where(WaitingRow.id.in_(ids)))


def add_batch(tx: Transaction, batch: Batch) -> BatchRow:
    number = (tx.scalar(select(func.max(BatchRow.number))) or 0) + 1
    row = BatchRow(id=uuid4(), number=number)
    row.content = tx.keys.box(EVALUATION).seal("evaluation_batches.content", row.id, batch)
    tx.add(row)
    return row


def batches(tx: Transaction) -> list[Batch]:
    """Return all batches of evaluations, latest first."""
    box = tx.keys.box(EVALUATION)
    rows = tx.scalars(select(BatchRow).order_by(BatchRow.number.desc()))
    return [
        msgspec.convert(box.open("evaluation_batches.content", row.id, row.content), Batch) for row in rows
    ]


def _version(tx: Transaction, row: QuestionsRow) -> Version:
    content = tx.keys.box(WORDS).open("evaluation_questions.content", row.id, row.content)
    who = names(tx, tx.scalars(select(Account).where(Account.id.in_([row.made_by, row.approved_by]))))
    return Version(
        row.number,
        msgspec.convert(content, Questions),
        row.made_at,
        who[row.made_by],
        row.approved_at,
        who[row.approved_by] if row.approved_by else "",
    )
