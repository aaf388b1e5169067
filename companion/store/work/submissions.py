"""Lists of an enrolment's submissions, without answers or feedback."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from companion.domain.work.work import Piece
from companion.store.base import Transaction
from companion.store.work import piece_list
from companion.store.work.rows import SubmissionRow, WorkRow


@dataclass(frozen=True)
class HandedIn:
    """The details of a submission, as lists of submissions show them.

    The title may be empty if the activity was made for one participant.
    """

    id: UUID
    work_id: UUID
    title: str
    round: int
    at: datetime


def handed_in(tx: Transaction, enrolment_id: UUID, *, own_titles: bool) -> list[HandedIn]:
    """Return an enrolment's submissions, the latest first.

    The caller must have checked that the viewer may see the enrolment's submissions.
    """
    titles = {piece.id: piece.title for piece in _pieces(tx, enrolment_id, own_titles=own_titles)}
    rows = tx.execute(
        select(SubmissionRow.id, SubmissionRow.work_id, SubmissionRow.round, SubmissionRow.submitted_at)
        .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
        .where(WorkRow.enrolment_id == enrolment_id)
        .order_by(SubmissionRow.submitted_at.desc(), SubmissionRow.id)
    )
    return [HandedIn(row.id, row.work_id, titles[row.work_id], row.round, row.submitted_at) for row in rows]


def titles(tx: Transaction, enrolment_id: UUID) -> dict[UUID, str]:
    """Return the titles of an enrolment's work and submissions, by id.

    Before calling this function, check that the viewer may read the titles of the enrolment's work.
    """
    called = {piece.id: piece.title for piece in _pieces(tx, enrolment_id, own_titles=True)}
    rounds = tx.execute(
        select(SubmissionRow.id, SubmissionRow.work_id).where(SubmissionRow.work_id.in_(called))
    )
    return called | {row.id: called[row.work_id] for row in rounds}


def _pieces(tx: Transaction, enrolment_id: UUID, *, own_titles: bool) -> list[Piece]:
    return piece_list.pieces(tx, [enrolment_id], own_titles=own_titles)[enrolment_id]
