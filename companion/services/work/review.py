"""A practitioner reads a submission, answers it, and releases the feedback or returns the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.text import clean
from companion.domain.work.work import FEEDBACK_MOST, Outcome, Submission, Work
from companion.services.act import Actor, Counted, acting
from companion.store import audit, outbox
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.work import feedback_rows, work
from companion.store.work.work import SubmissionRow

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


def open_submission(actor: Actor, submission_id: UUID) -> Review:
    """Read a submission: every look is recorded, and the first one marks it as read."""
    with acting(actor, Counted.NEVER) as tx:
        row = work.submission_row(tx, actor.viewer, submission_id)
        row.read_at = row.read_at or actor.now
        review = _review(tx, actor.viewer, row)
        audit.record(tx, audit.Event.SUBMISSION_READ, subject=row.id, enrolment=review.case.id)
        tx.commit()
    return review


def save_feedback(actor: Actor, submission_id: UUID, feedback: Feedback) -> int:
    """Keep what was written so far, unseen by the participant; the new revision. Raises ``Rejected``."""
    with acting(actor, Counted.SAVE) as tx:
        row = work.submission_row(tx, actor.viewer, submission_id)
        review = _review(tx, actor.viewer, row)
        _write(tx, row, review, feedback)
        audit.record(tx, audit.Event.FEEDBACK_SAVED, subject=row.id, enrolment=review.case.id)
        tx.commit()
    return row.feedback_revision


def release(actor: Actor, submission_id: UUID, feedback: Feedback) -> None:
    """Let the participant see the feedback. Raises ``Rejected`` when there is none."""
    with acting(actor) as tx:
        row = work.submission_row(tx, actor.viewer, submission_id)
        review = _review(tx, actor.viewer, row)
        if _done_already(row, review, feedback, Outcome.RELEASED):
            return
        if not _write(tx, row, review, feedback):
            raise Rejected(Problem("nothing_to_release", field="comment-"))
        _end_round(tx, row, review, Outcome.RELEASED)
        tx.commit()


def return_work(actor: Actor, submission_id: UUID, feedback: Feedback) -> None:
    """Give the work back with reasons, which opens a further round. Raises ``Rejected`` without them."""
    clean(feedback.words, FEEDBACK_MOST, "words")
    with acting(actor) as tx:
        row = work.submission_row(tx, actor.viewer, submission_id)
        review = _review(tx, actor.viewer, row)
        if _done_already(row, review, feedback, Outcome.RETURNED):
            return
        _write(tx, row, review, feedback)
        _end_round(tx, row, review, Outcome.RETURNED)
        tx.commit()


def _review(tx: Transaction, viewer: Viewer, row: SubmissionRow) -> Review:
    work_row = work.handed_in_row(tx, row)
    case = enrolments.case(tx, enrolments.reached(viewer, work_row.enrolment))
    whole = work.work(tx, work_row, handed_in_only=True)
    submission = next(each for each in whole.submissions if each.id == row.id)
    return Review(case, whole, submission, row.feedback_revision)


def _write(tx: Transaction, row: SubmissionRow, review: Review, feedback: Feedback) -> int:
    """Store the feedback as typed; how many comments there are now. What is not changed stays its author's."""
    if row.outcome is not None:
        raise NotAllowed("feedback_sent")
    comments, words = _checked(review.submission, feedback)
    if not _says(review.submission, comments, words):
        if row.feedback_revision != feedback.seen:
            raise ChangedElsewhere
        authors = feedback_rows.authors(tx, review.case.id, row.id)
        kept = {name for name, text in comments.items() if review.submission.comments.get(name) == text}
        by = {name: authors[name] if name in kept else tx.viewer.account_id for name in comments}
        signed = {name: (text, by[name]) for name, text in comments.items()}
        feedback_rows.put(tx, review.case.id, row, words, signed)
    return len(comments)


def _checked(submission: Submission, feedback: Feedback) -> tuple[dict[str, str], str]:
    """Every comment that there is then, those that were not on the page among them, and the reasons."""
    if not set(feedback.comments) <= {said.prompt_id for said in submission.said} | {WHOLE}:
        raise Rejected(Problem("no_such_prompt"))
    problems: list[Problem] = []

    def checked(text: str, field: str) -> str:
        try:
            return clean(text, FEEDBACK_MOST, field, required=False)
        except Rejected as rejected:
            problems.extend(rejected.problems)
            return ""

    typed = {name: checked(text, f"comment-{name}") for name, text in feedback.comments.items()}
    words = checked(feedback.words, "words")
    if problems:
        raise Rejected(*problems)
    return {name: text for name, text in {**submission.comments, **typed}.items() if text}, words


def _says(submission: Submission, comments: Mapping[str, str], words: str) -> bool:
    """Whether just this is stored: a reply may have got lost, and the page says it again."""
    return dict(submission.comments) == dict(comments) and submission.words == words


def _done_already(row: SubmissionRow, review: Review, feedback: Feedback, outcome: Outcome) -> bool:
    return row.outcome == outcome and _says(review.submission, *_checked(review.submission, feedback))


def _end_round(tx: Transaction, row: SubmissionRow, review: Review, outcome: Outcome) -> None:
    row.outcome, row.outcome_at, row.outcome_by = outcome, tx.now, tx.viewer.account_id
    released = outcome is Outcome.RELEASED
    notice = outbox.Notice.FEEDBACK_RELEASED if released else outbox.Notice.WORK_RETURNED
    outbox.notify(tx, review.case.participant_id, notice, row.id)
    event = audit.Event.FEEDBACK_RELEASED if released else audit.Event.WORK_RETURNED
    audit.record(tx, event, subject=row.id, enrolment=review.case.id)
