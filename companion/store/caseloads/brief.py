"""Queries for the brief, the page that a practitioner reads before a session. The number of queries doesn't
depend on the amount of data.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, func, literal, or_, select, union_all

from companion.domain.activities.activity import Activity
from companion.domain.work.work import Submission
from companion.store.activities.activities import ActivityRow, ActivityVersion, opened
from companion.store.base import Transaction
from companion.store.caseloads.sort_keys import still_to_talk
from companion.store.enrolments.enrolments import record_box
from companion.store.meetings.appointments import AppointmentRow
from companion.store.messages.messages import MessageRow
from companion.store.types import UtcDateTime
from companion.store.work.discussed import DiscussedRow, Question, question_of
from companion.store.work.paper import PaperRow
from companion.store.work.rounds import opened_rounds
from companion.store.work.rows import SubmissionRow, WorkRow

SINCE = bindparam("since", type_=UtcDateTime)


def _part(what: str, *columns: Any) -> Select[Any]:
    names = ("id", "of", "sealed", "at")
    labelled = (column.label(name) for name, column in zip(names, columns, strict=True))
    return select(literal(what).label("what"), *labelled).where(
        WorkRow.enrolment_id == bindparam("enrolment_id"), columns[-1] >= SINCE
    )


KEPT_AND_DISCUSSED = union_all(
    _part("kept", PaperRow.id, PaperRow.work_id, PaperRow.kept, PaperRow.at)
    .join(WorkRow, WorkRow.id == PaperRow.work_id)
    .where(PaperRow.taken_back_at.is_(None), PaperRow.kept.is_not(None)),
    _part(
        "discussed",
        *(DiscussedRow.id, DiscussedRow.submission_id, DiscussedRow.question, DiscussedRow.talked_at),
    )
    .join(SubmissionRow, SubmissionRow.id == DiscussedRow.submission_id)
    .join(WorkRow, WorkRow.id == SubmissionRow.work_id),
).order_by("at")
"""The query for questions discussed in a session, and for text copied from paper. The query selects only text
and questions that were recorded after the given time.
"""


def handed_in_since(
    tx: Transaction, enrolment_id: UUID, since: datetime
) -> list[tuple[SubmissionRow, Activity, Submission]]:
    """Return the latest submission of each piece of work in the brief, the oldest first.

    The brief shows submissions from after ``since``, and older submissions without feedback. Also include an
    older submission with feedback if an answer still has to be discussed, or was discussed after ``since``.

    The caller must have checked that the viewer may see the enrolment.
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
            or_(
                SubmissionRow.submitted_at >= since,
                SubmissionRow.outcome.is_(None),
                and_(SubmissionRow.to_talk > 0, still_to_talk()),
                exists().where(
                    DiscussedRow.submission_id == SubmissionRow.id, DiscussedRow.talked_at >= since
                ),
            ),
        )
        .order_by(SubmissionRow.submitted_at, SubmissionRow.id)
    ).all()
    handed_in, _ = opened_rounds(tx, record_box(tx, enrolment_id), [row for row, *_ in rows])
    return [
        (row, opened(tx, version_row), submission)
        for (row, version_row, _), submission in zip(rows, handed_in, strict=True)
    ]


def attendance_words(tx: Transaction, enrolment_id: UUID, meetings: Iterable[UUID]) -> dict[UUID, str]:
    """Return the remarks about attendance at these appointments.

    Appointments without a remark are left out.
    """
    ids = list(meetings)
    if not ids:
        return {}
    rows = tx.scalars(
        select(AppointmentRow).where(AppointmentRow.enrolment_id == enrolment_id, AppointmentRow.id.in_(ids))
    )
    box = record_box(tx, enrolment_id)
    return {row.id: box.open("appointments.words", row.id, row.words) for row in rows if row.words}


def kept_and_discussed(
    tx: Transaction, enrolment_id: UUID, since: datetime
) -> tuple[dict[UUID, str], list[tuple[UUID, Question]]]:
    """Return the text that was copied from work on paper, and the questions that were discussed in sessions.

    Text and questions from before ``since`` are left out.
    """
    box, kept, talked = record_box(tx, enrolment_id), {}, []
    for row in tx.rows(KEPT_AND_DISCUSSED, {"enrolment_id": enrolment_id, "since": since}):
        if row.what == "kept":
            kept[row.of] = box.open("paper_records.kept", row.id, row.sealed)
        else:
            talked.append((row.of, question_of(box, row.id, row.sealed)))
    return kept, talked


def messages_since(tx: Transaction, enrolment_id: UUID, since: datetime, most: int) -> Sequence[MessageRow]:
    """Return messages that are unread or newer than ``since``, the oldest first.

    If there are more than ``most`` messages, return only the latest ``most``.
    """
    unread = MessageRow.his.is_(True) & MessageRow.read_at.is_(None)
    query = (
        select(MessageRow)
        .where(MessageRow.enrolment_id == enrolment_id, or_(MessageRow.sent_at >= since, unread))
        .order_by(MessageRow.number.desc())
        .limit(most)
    )
    return tx.scalars(query).all()[::-1]
