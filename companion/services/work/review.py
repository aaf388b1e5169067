"""Let a practitioner read a submission, and then send feedback or return the work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from companion.domain.drafts import Draft
from companion.domain.forms import Form
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.text import clean
from companion.domain.work.phrases import PHRASE, Reviewing, with_phrase
from companion.domain.work.work import FEEDBACK_MOST, Outcome, Submission, Work
from companion.services import drafts
from companion.services.act import Actor, Counted, acting
from companion.store import audit, outbox
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.work import phrases, rounds, work
from companion.store.work.feedback_rows import COMMENT, REASONS, FeedbackPlace, comments_in, in_form
from companion.store.work.rows import SubmissionRow

WHOLE = ""
"""The key for comments on the whole submission, in place of a prompt's id."""


NOT_LOOKED_UP = Reviewing((), keys=False)


@dataclass(frozen=True)
class Review:
    """A submission, as shown to the practitioner. ``revision`` increases with each change to the feedback."""

    case: Case
    work: Work
    submission: Submission
    revision: int
    reviewing: Reviewing = NOT_LOOKED_UP
    """The viewer's saved phrases, and whether keyboard shortcuts are on."""

    @property
    def newer(self) -> Submission | None:
        """Return the latest submission of the work, or None if this submission is the latest."""
        last = self.work.last
        return last if last and last.round > self.submission.round else None


@dataclass(frozen=True)
class Feedback:
    """Typed feedback: comments keyed by prompt id, reasons for returning the work, and the page's revision.

    ``tab`` identifies the page on which the practitioner is typing. ``beat`` is the number of times that the
    practitioner's page has saved the draft.
    """

    comments: Mapping[str, str]
    words: str
    draft_seen: int
    tab: str = ""
    beat: int = 0


def open_submission(actor: Actor, submission_id: UUID) -> Review:
    """Return a submission. The audit log records each time that a practitioner reads the submission. The
    first reading marks the submission as read.
    """
    with acting(actor, Counted.NEVER) as tx:
        row = rounds.submission_row(tx, actor.viewer, submission_id)
        rounds.mark_read(tx, row)
        review = replace(_review(tx, actor.viewer, row), reviewing=phrases.at_hand(tx, actor.viewer))
        audit.record(tx, audit.Event.SUBMISSION_READ, subject=row.id, enrolment=review.case.id)
        tx.commit()
    return review


def save_feedback(actor: Actor, submission_id: UUID, feedback: Feedback) -> Draft:
    """Save feedback without sending the feedback. Return the draft.

    Raise ``Rejected`` for a mistake in the form. Raise ``NotAllowed`` if the feedback has already been sent.
    Raise ``ChangedElsewhere`` if another page has saved newer feedback.
    """
    with acting(actor, Counted.SAVE) as tx:
        row = rounds.submission_row(tx, actor.viewer, submission_id)
        review = _review(tx, actor.viewer, row)
        _require_unsent(row)
        draft = drafts.keep(tx, _place(row, review), _checked(review.submission, feedback), feedback)
        audit.record(tx, audit.Event.FEEDBACK_SAVED, subject=row.id, enrolment=review.case.id)
        tx.commit()
    return draft


@dataclass(frozen=True)
class Insertion:
    """A saved phrase to insert into the practitioner's comment on one answer."""

    phrase_id: UUID | None
    prompt_id: str


def insert_phrase(actor: Actor, submission_id: UUID, feedback: Feedback, wanted: Insertion) -> None:
    """Add a saved phrase to the end of a comment. Save the feedback as a draft.

    Raise the same errors as ``save_feedback``. Raise ``Rejected`` for an unknown phrase or an overlong
    comment.
    """
    with acting(actor, Counted.NEVER) as tx:
        rounds.submission_row(tx, actor.viewer, submission_id)
        kept = phrases.reviewing(tx, actor.viewer).phrases
    phrase = next((each.words for each in kept if each.id == wanted.phrase_id), None)
    if phrase is None:
        raise Rejected(Problem("nothing_chosen", field=f"{PHRASE}-{wanted.prompt_id}"))
    typed = feedback.comments.get(wanted.prompt_id, "")
    # Check the comment before adding the saved phrase: an error about length mustn't count the phrase.
    comment = clean(typed, FEEDBACK_MOST, f"{COMMENT}{wanted.prompt_id}", required=False)
    save_feedback(
        actor,
        submission_id,
        replace(feedback, comments={**feedback.comments, wanted.prompt_id: with_phrase(comment, phrase)}),
    )


def release(actor: Actor, submission_id: UUID, feedback: Feedback) -> None:
    """Send the feedback to the participant.

    Raise the same errors as ``save_feedback``. Raise ``Rejected`` if the feedback is empty.
    """
    _send(actor, submission_id, feedback, Outcome.RELEASED)


def return_work(actor: Actor, submission_id: UUID, feedback: Feedback) -> None:
    """Return the work to the participant, with reasons. The participant can submit the work again.

    Raise the same errors as ``save_feedback``. Raise ``Rejected`` if the practitioner gives no reasons for
    returning the work. Raise ``ChangedElsewhere`` if the participant has sent a later submission.
    """
    clean(feedback.words, FEEDBACK_MOST, REASONS)
    _send(actor, submission_id, feedback, Outcome.RETURNED)


def _send(actor: Actor, submission_id: UUID, feedback: Feedback, outcome: Outcome) -> None:
    """Complete the submission's review with the feedback from the page."""
    with acting(actor) as tx:
        row = rounds.submission_row(tx, actor.viewer, submission_id)
        review = _review(tx, actor.viewer, row)
        place = _place(row, review)
        if row.outcome == outcome and place.opened(row).typed == _checked(review.submission, feedback):
            return
        if outcome is Outcome.RETURNED and review.newer:  # the participant has sent a later round
            raise ChangedElsewhere
        _require_unsent(row)
        said = _checked(review.submission, feedback)
        drafts.put_sent(tx, place, said, feedback)
        if outcome is Outcome.RELEASED and not comments_in(said):
            raise Rejected(Problem("nothing_to_release", field=COMMENT))
        _end_round(tx, row, review, outcome)
        tx.commit()


def _require_unsent(row: SubmissionRow) -> None:
    if row.outcome is not None:
        raise NotAllowed("feedback_sent")


def _place(row: SubmissionRow, review: Review) -> FeedbackPlace:
    return FeedbackPlace(review.case.id, row, review.submission)


def _review(tx: Transaction, viewer: Viewer, row: SubmissionRow) -> Review:
    work_row = rounds.handed_in_row(tx, row)
    case = enrolments.case(tx, enrolments.reached(viewer, work_row.enrolment))
    whole = work.work(tx, work_row, handed_in_only=True)
    submission = next(each for each in whole.submissions if each.id == row.id)
    return Review(case, whole, submission, row.revision)


def _checked(submission: Submission, feedback: Feedback) -> Form:
    """Return the practitioner's reasons for returning the work, and all comments on answers. The result also
    includes comments that were saved earlier, even if the submitted form doesn't contain them.
    """
    if not set(feedback.comments) <= {said.prompt_id for said in submission.said} | {WHOLE}:
        raise Rejected(Problem("no_such_prompt"))
    problems: list[Problem] = []

    def checked(text: str, field: str) -> str:
        try:
            return clean(text, FEEDBACK_MOST, field, required=False)
        except Rejected as rejected:
            problems.extend(rejected.problems)
            return ""

    typed = {name: checked(text, f"{COMMENT}{name}") for name, text in feedback.comments.items()}
    words = checked(feedback.words, REASONS)
    if problems:
        raise Rejected(*problems)
    return in_form({**submission.comments, **typed}, words)


def _end_round(tx: Transaction, row: SubmissionRow, review: Review, outcome: Outcome) -> None:
    row.outcome, row.outcome_at, row.outcome_by = outcome, tx.now, tx.viewer.account_id
    released = outcome is Outcome.RELEASED
    notice = outbox.Notice.FEEDBACK_RELEASED if released else outbox.Notice.WORK_RETURNED
    outbox.notify(tx, review.case.participant_id, notice, row.id)
    event = audit.Event.FEEDBACK_RELEASED if released else audit.Event.WORK_RETURNED
    audit.record(tx, event, subject=row.id, enrolment=review.case.id)
