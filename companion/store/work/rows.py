"""The tables for set work."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, false, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from companion.store.activities.activities import ActivityVersion
from companion.store.base import Model
from companion.store.drafts import Drafted
from companion.store.enrolments.enrolments import Enrolment
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class WorkRow(Model):
    """A piece of set work."""

    __tablename__ = "set_work"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("activity_versions.id"))
    due_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), index=True)
    """The appointment for which the work was set.

    If the appointment is cancelled, ``due_for`` moves the deadline to another appointment.
    """
    card: Mapped[bytes] = mapped_column(LargeBinary)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    revision: Mapped[int] = mapped_column(default=0)
    started: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(default=0)
    fewest_left: Mapped[int]
    most_left: Mapped[int]
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    on_paper_on: Mapped[date | None]
    """The day on which the work was submitted on paper, or None."""
    intention: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The participant's encrypted plan for doing the work."""
    short: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True if the participant is doing the short version."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the practitioner withdrew the work. Withdrawing the work doesn't delete the
    participant's answers.
    """
    withdrawn_by: Mapped[UUID | None]
    withdrawn_words: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The practitioner's encrypted reason for withdrawing the work."""
    withdrawal_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """If the work was withdrawn: when the participant first opened it afterwards."""
    enrolment: Mapped[Enrolment] = relationship(viewonly=True)
    version: Mapped[ActivityVersion] = relationship(viewonly=True)


class AnswerRow(Model):
    """The answer to one prompt.

    The answer remains even if its prompt is no longer asked. The prompt's id is encrypted, because it can
    give away earlier answers, which decide what is asked next. ``place`` is a keyed hash by which Companion
    looks up the row.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("work_id", "place"),)

    work_id: Mapped[UUID] = mapped_column(ForeignKey("set_work.id"), index=True)
    place: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DraftRow(Drafted):
    """A draft of the answer to one prompt."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("work_id", "place"),)

    work_id: Mapped[UUID] = mapped_column(ForeignKey("set_work.id"), index=True)


class SubmissionRow(Bound, Model):
    """A submission of a piece of work. Returned work can be submitted again.

    The column ``said`` contains the participant's answers, which never change.
    """

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("work_id", "round"),)
    BOUND = ("work_id", "round", "submitted_at", "outcome", "outcome_at", "outcome_by")

    work_id: Mapped[UUID] = mapped_column(ForeignKey("set_work.id"), index=True)
    round: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[bytes] = mapped_column(LargeBinary)
    to_talk: Mapped[int]
    """The number of answers that the participant wants to talk about."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column("feedback_revision", default=0)
    """The revision number of a feedback draft.

    For ``revision``, ``tab`` and ``beat``, see ``Drafted``.
    """
    tab: Mapped[str] = mapped_column("feedback_tab", String(40), default="", server_default="")
    beat: Mapped[int] = mapped_column("feedback_beat", default=0, server_default="0")
    short: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True if the participant submitted the short version of the work."""


class CommentRow(Bound, Model):
    """A practitioner's comment on one answer. Without a prompt id, the comment is on all answers."""

    __tablename__ = "comments"
    BOUND = ("submission_id", "saved_at", "by_id")

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


WITH_WHOSE_AND_WHAT = (
    select(WorkRow)
    .join(WorkRow.enrolment)
    .join(WorkRow.version)
    .join(ActivityVersion.activity)
    .options(
        contains_eager(WorkRow.enrolment),
        contains_eager(WorkRow.version).contains_eager(ActivityVersion.activity),
    )
)
"""The query for pieces of work with their enrolments and activities."""
