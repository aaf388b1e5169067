"""A practitioner reads a submission, answers it, and releases the feedback or returns the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.text import clean
from companion.domain.work import FEEDBACK_MOST, Outcome, Submission, Work
from companion.services.acting import acting
from companion.store import appointments, audit, outbox, work
from companion.store.appointments import Case
from companion.store.base import Store, Transaction
from companion.store.work import CommentRow, SubmissionRow, WorkRow

WHOLE = ""
"""Stands in place of a prompt's id for what is said to the whole."""


@dataclass(frozen=True)
class Review:
    """A submission as its practitioner reads it. ``revision`` counts the changes of the feedback."""

    case: Case
    work: Work
    submission: Submission
    revision: int


@dataclass(frozen=True)
class Feedback:
    """What was typed: a text by prompt id, the reasons of a return, and the revision that the page showed."""

    comments: Mapping[str, str]
    words: str
    seen: int


def open_submission(store: Store, viewer: Viewer, submission_id: UUID, now: datetime) -> Review:
    """Read a submission: every look is recorded, and the first one marks it as read."""
    with acting(store, viewer, now) as tx:
        row = work.submission_row(tx, viewer, submission_id)
        row.read_at = row.read_at or now
        review = _review(tx, viewer, row)
        audit.record(tx, audit.Event.SUBMISSION_READ, now, viewer, subject=row.id, enrolment=review.case.id)
        tx.commit()
    return review


def save_feedback(
    store: Store, viewer: Viewer, submission_id: UUID, feedback: Feedback, now: datetime
) -> int:
    """Keep what was written so far, unseen by the participant; the new revision. Raises ``Rejected``."""
    with acting(store, viewer, now) as tx:
        row = work.submission_row(tx, viewer, submission_id)
        _write(tx, viewer, row, feedback, now)
        audit.record(tx, audit.Event.FEEDBACK_SAVED, now, viewer, subject=row.id)
        tx.commit()
    return row.feedback_revision


def release(store: Store, viewer: Viewer, submission_id: UUID, feedback: Feedback, now: datetime) -> None:
    """Let the participant see the feedback. Raises ``Rejected`` when there is none."""
    with acting(store, viewer, now) as tx:
        row = work.submission_row(tx, viewer, submission_id)
        if not _write(tx, viewer, row, feedback, now):
            raise Rejected(Problem("nothing_to_release", field="comment-"))
        _end_round(tx, viewer, row, Outcome.RELEASED, now)
        tx.commit()


def return_work(store: Store, viewer: Viewer, submission_id: UUID, feedback: Feedback, now: datetime) -> None:
    """Give the work back with reasons, which opens a further round. Raises ``Rejected`` without them."""
    clean(feedback.words, FEEDBACK_MOST, "words")
    with acting(store, viewer, now) as tx:
        row = work.submission_row(tx, viewer, submission_id)
        _write(tx, viewer, row, feedback, now)
        _end_round(tx, viewer, row, Outcome.RETURNED, now)
        tx.commit()


def _review(tx: Transaction, viewer: Viewer, row: SubmissionRow) -> Review:
    work_row = tx.get_one(WorkRow, row.work_id)
    enrolment = appointments.enrolment(tx, viewer, work_row.enrolment_id)
    whole = work.work(tx, work_row)
    submission = next(each for each in whole.submissions if each.id == row.id)
    return Review(appointments.case(tx, enrolment), whole, submission, row.feedback_revision)


def _write(tx: Transaction, viewer: Viewer, row: SubmissionRow, feedback: Feedback, now: datetime) -> int:
    """Store the feedback as typed; how many comments there are now."""
    if row.outcome is not None:
        raise NotAllowed("feedback_sent")
    if row.feedback_revision != feedback.seen:
        raise ChangedElsewhere
    review = _review(tx, viewer, row)
    prompts = {said.prompt_id for said in review.submission.said} | {WHOLE}
    if not set(feedback.comments) <= prompts:
        raise Rejected(Problem("no_such_prompt"))
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for prompt_id, text in feedback.comments.items():
        try:
            texts[prompt_id] = clean(text, FEEDBACK_MOST, f"comment-{prompt_id}", required=False)
        except Rejected as rejected:
            problems += rejected.problems
    try:
        words = clean(feedback.words, FEEDBACK_MOST, "words", required=False)
    except Rejected as rejected:
        problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    box = work.record_box(tx, review.case.id)
    row.words = box.seal("submissions.words", row.id, words) if words else None
    row.feedback_revision += 1
    kept = {c.prompt_id: c for c in tx.scalars(select(CommentRow).where(CommentRow.submission_id == row.id))}
    for prompt_id, text in texts.items():
        comment = kept.pop(prompt_id, None)
        if comment is None:
            if not text:
                continue
            comment = CommentRow(id=uuid4(), submission_id=row.id, prompt_id=prompt_id)
            tx.add(comment)
        elif not text:
            tx.delete(comment)
            continue
        comment.body = box.seal("comments.body", comment.id, text)
        comment.saved_at = now
    return sum(bool(text) for text in texts.values()) + len(kept)


def _end_round(tx: Transaction, viewer: Viewer, row: SubmissionRow, outcome: Outcome, now: datetime) -> None:
    row.outcome, row.outcome_at = outcome, now
    work_row = tx.get_one(WorkRow, row.work_id)
    enrolment = appointments.enrolment(tx, viewer, work_row.enrolment_id)
    released = outcome is Outcome.RELEASED
    notice = outbox.Notice.FEEDBACK_RELEASED if released else outbox.Notice.WORK_RETURNED
    outbox.notify(tx, enrolment.participant_id, notice, row.id, now)
    event = audit.Event.FEEDBACK_RELEASED if released else audit.Event.WORK_RETURNED
    audit.record(tx, event, now, viewer, subject=row.id, enrolment=enrolment.id)
