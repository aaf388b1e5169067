"""A practitioner's feedback: reasons for asking for changes, and comments on answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from companion.domain.drafts import Draft, FromPage
from companion.domain.forms import Form
from companion.domain.work.work import Submission
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import record_box
from companion.store.work.rows import CommentRow, SubmissionRow

REASONS = "words"
COMMENT = "comment-"
"""The prefix of the form fields for comments.

A comment's field name is the prefix, plus the prompt's id if the comment is about one answer.
"""


def in_form(comments: Mapping[str, str], words: str) -> Form:
    """Convert a practitioner's feedback to the form fields of a draft. Leave out empty fields."""
    every = {REASONS: words} | {f"{COMMENT}{name}": text for name, text in comments.items()}
    return {name: [text] for name, text in every.items() if text}


def comments_in(words: Form) -> dict[str, str]:
    """Return the comments in a draft, by prompt id."""
    return {name.removeprefix(COMMENT): text for name, (text,) in words.items() if name.startswith(COMMENT)}


@dataclass(frozen=True)
class FeedbackPlace:
    """The object that reads and saves a practitioner's feedback on a submission."""

    enrolment_id: UUID
    submission_row: SubmissionRow
    submission: Submission

    def row(self, tx: Transaction) -> SubmissionRow:
        """Return the submission's row. The row counts how often the feedback's draft was saved."""
        return self.submission_row

    def opened(self, row: SubmissionRow) -> Draft:
        """Return the feedback that has been saved so far."""
        said = in_form(self.submission.comments, self.submission.words)
        return Draft(said, row.revision, self.submission.submitted_at)

    def put(self, tx: Transaction, row: SubmissionRow | None, words: Form, typed: FromPage) -> Draft:
        """Encrypt the feedback, and save it in the database.

        The author of an unchanged comment stays the same.
        """
        row, box = row or self.submission_row, record_box(tx, self.enrolment_id)
        row.words = box.seal("submissions.words", row.id, words[REASONS][0]) if REASONS in words else None
        row.tab, row.beat, row.revision = typed.tab, typed.beat, row.revision + 1
        authors: dict[str, UUID] = {}
        for before in tx.scalars(_comments(row.id)):
            authors[box.open("comments.body", before.id, before.body)[0]] = before.by_id
            tx.delete(before)
        for name, text in comments_in(words).items():
            by = authors[name] if self.submission.comments.get(name) == text else tx.viewer.account_id
            comment = CommentRow(id=uuid4(), submission_id=row.id, saved_at=tx.now, by_id=by)
            comment.body = box.seal("comments.body", comment.id, [name, text])
            tx.add(comment)
        return Draft(words, row.revision, tx.now)


def _comments(submission_id: UUID) -> Select[CommentRow]:
    return select(CommentRow).where(CommentRow.submission_id == submission_id)
