"""Set work: its answers, drafts, submissions and what is said to them, fetched through the one who looks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    Row,
    String,
    UniqueConstraint,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, contains_eager, defer, mapped_column, relationship

from companion.domain.activities.activity import Activity
from companion.domain.activities.conversation import Given
from companion.domain.drafts import Draft
from companion.domain.enrolments.pathway import EXPECTS_WORK
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.domain.work.intention import Intention
from companion.domain.work.work import Card, Outcome, Piece, Said, Submission, Work, stage
from companion.store import locks
from companion.store.activities.activities import ActivityRow, ActivityVersion, opened, readable
from companion.store.base import Model, Transaction
from companion.store.drafts import Drafted
from companion.store.enrolments.enrolments import Enrolment, is_there, lock_of, reached, record_box, theirs
from companion.store.keys import WORDS, Box, participant
from companion.store.meetings.appointments import due_for
from companion.store.people import DAMAGED, author, names_of
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class WorkRow(Model):
    """A piece of set work. The counts stand here so that boards need open no answer."""

    __tablename__ = "set_work"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("activity_versions.id"))
    due_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), index=True)
    """The appointment that it was set for; ``due_for`` says before which one it is due, should that be cancelled."""
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
    """The day on which it was handed in on paper, where it was done so."""
    intention: Mapped[bytes | None] = mapped_column(LargeBinary)
    """When and where he means to do it, and what he does if something gets in the way."""
    enrolment: Mapped[Enrolment] = relationship(viewonly=True)
    version: Mapped[ActivityVersion] = relationship(viewonly=True)


class AnswerRow(Model):
    """What was said to one prompt. Kept when it leaves the path; it may come back.

    Which prompt it was stands in the sealed value: a path tells what was chosen. ``place`` finds it.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("work_id", "place"),)

    work_id: Mapped[UUID] = mapped_column(ForeignKey("set_work.id"), index=True)
    place: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DraftRow(Drafted):
    """What is being typed to one prompt and is not sent yet."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("work_id", "place"),)

    work_id: Mapped[UUID] = mapped_column(ForeignKey("set_work.id"), index=True)


class SubmissionRow(Bound, Model):
    """One round, handed in. ``said`` never changes; the rest is the practitioner's side of it."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("work_id", "round"),)
    BOUND = ("work_id", "round", "submitted_at", "outcome", "outcome_at", "outcome_by")

    work_id: Mapped[UUID] = mapped_column(ForeignKey("set_work.id"), index=True)
    round: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[bytes] = mapped_column(LargeBinary)
    to_talk: Mapped[int]
    """How many answers he would rather talk about."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column("feedback_revision", default=0)
    """Of the feedback; as a draft's, until it is sent. So are the two below (``Drafted``)."""
    tab: Mapped[str] = mapped_column("feedback_tab", String(40), default="", server_default="")
    beat: Mapped[int] = mapped_column("feedback_beat", default=0, server_default="0")


ROUNDS = (
    select(SubmissionRow).where(SubmissionRow.work_id == bindparam("work_id")).order_by(SubmissionRow.round)
)
"""Every round of a piece that was handed in."""


class CommentRow(Bound, Model):
    """What a practitioner says to one answer, or (with an empty prompt id) to the whole."""

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
"""A piece of work with its enrolment and the activity that it asks."""
OWN_WORK = WITH_WHOSE_AND_WHAT.where(
    WorkRow.id == bindparam("work_id"), Enrolment.participant_id == bindparam("participant_id"), is_there()
)
"""The same of a participant's own."""
HANDED_IN_WORK = WITH_WHOSE_AND_WHAT.join(SubmissionRow, SubmissionRow.work_id == WorkRow.id).where(
    SubmissionRow.id == bindparam("submission_id")
)
"""The same of what was handed in."""
SAID_TO = select(CommentRow).where(CommentRow.submission_id.in_(bindparam("submission_ids", expanding=True)))
"""What was said to the answers of these rounds."""
SAID_AND_TYPED = union_all(
    select(
        literal("answer").label("what"),
        *(AnswerRow.id, AnswerRow.place, AnswerRow.value.label("sealed"), AnswerRow.revision),
        *(AnswerRow.saved_at, literal("").label("tab"), literal(0).label("beat")),
    ).where(AnswerRow.work_id == bindparam("work_id")),
    select(
        literal("draft"),
        *(DraftRow.id, DraftRow.place, DraftRow.typed, DraftRow.revision),
        *(DraftRow.saved_at, DraftRow.tab, DraftRow.beat),
    ).where(DraftRow.work_id == bindparam("work_id")),
)
"""Every answer and every draft of a piece."""
Kept = Row[Any]
"""One row of ``SAID_AND_TYPED``."""


def work_row(tx: Transaction, viewer: Viewer, work_id: UUID) -> WorkRow:
    """The viewer's piece of work, locked until the transaction ends, its enrolment before it. Raises ``NotFound``."""
    of = select(WorkRow.enrolment_id).where(WorkRow.id == work_id).scalar_subquery()
    reached(viewer, lock_of(tx, of, theirs(viewer)))
    row = locks.lock_one(tx, WITH_WHOSE_AND_WHAT.where(theirs(viewer), WorkRow.id == work_id))
    if row is None:
        raise NotFound
    return row


def place_of(tx: Transaction, work_id: UUID, prompt_id: str) -> bytes:
    """What the answer and the draft of a prompt are found by: a keyed hash."""
    return tx.keys.lookup("place", f"{work_id}\n{prompt_id}")


def add(tx: Transaction, row: WorkRow, card: Card) -> None:
    """Set it, with what its card says."""
    row.card = record_box(tx, row.enrolment_id).seal("set_work.card", row.id, card)
    tx.add(row)


def keep_intention(tx: Transaction, row: WorkRow, intention: Intention | None) -> None:
    """Put it in the place of the one before; None takes it out. The caller holds the row."""
    box = record_box(tx, row.enrolment_id)
    row.intention = box.seal("set_work.intention", row.id, intention) if intention else None


def _intention(box: Box, row: WorkRow) -> Intention | None:
    if row.intention is None:
        return None
    return msgspec.convert(box.open("set_work.intention", row.id, row.intention), Intention)


def add_submission(tx: Transaction, row: WorkRow, number: int, said: Sequence[Said]) -> SubmissionRow:
    """Hand in this round of the work."""
    made = SubmissionRow(id=uuid4(), work_id=row.id, round=number, submitted_at=tx.now)
    made.to_talk = sum(each.way == "talk" for each in said)
    made.said = record_box(tx, row.enrolment_id).seal("submissions.said", made.id, said)
    tx.add(made)
    return made


def own_row(tx: Transaction, viewer: Viewer, work_id: UUID) -> WorkRow:
    """A participant's own piece of work. Raises ``NotFound``."""
    row = tx.scalar(OWN_WORK, {"work_id": work_id, "participant_id": viewer.account_id})
    if row is None:
        raise NotFound
    return row


def find(tx: Transaction, viewer: Viewer, work_id: UUID) -> Work:
    """The same with all that belongs to it. Raises ``NotFound``."""
    return work(tx, own_row(tx, viewer, work_id))


def work(tx: Transaction, row: WorkRow, *, handed_in_only: bool = False) -> Work:
    """The row with all that belongs to it, opened.

    ``handed_in_only`` leaves answers and drafts closed: nobody but the participant reads them before
    he hands them in.
    """
    tx.keys.boxes({participant(row.enrolment.participant_id), WORDS})  # at once; both are needed below
    box = tx.keys.box(participant(row.enrolment.participant_id))
    answers, drafts = ({}, {}) if handed_in_only else said_and_typed(tx, row.id)
    rounds = tx.scalars(ROUNDS, {"work_id": row.id}).all()
    handed_in, called = submissions(tx, box, rounds, row.set_by)
    return Work(
        id=row.id,
        enrolment_id=row.enrolment_id,
        activity=opened(tx, row.version),
        card=msgspec.convert(box.open("set_work.card", row.id, row.card), Card),
        due=due_for(tx, [row.enrolment_id])[row.due_id],
        set_at=row.set_at,
        revision=row.revision,
        answers=dict(said(box, each) for each in answers.values()),
        drafts=dict(typed(box, each) for each in drafts.values()),
        submissions=handed_in,
        set_by=called[row.set_by],
        needed=row.enrolment.state in EXPECTS_WORK,
        on_paper_on=row.on_paper_on,
        intention=_intention(box, row),
    )


def said_and_typed(tx: Transaction, work_id: UUID) -> tuple[dict[bytes, Kept], dict[bytes, Kept]]:
    """Its answers and its drafts, sealed, each by its place."""
    rows = tx.rows(SAID_AND_TYPED, {"work_id": work_id}).all()
    answers, drafts = ({row.place: row for row in rows if row.what == what} for what in ("answer", "draft"))
    return answers, drafts


def said(box: Box, row: Kept) -> tuple[str, Given]:
    """An answer, opened, with the prompt that it was given to."""
    its = msgspec.convert(box.open("answers.value", row.id, row.sealed), Said)
    return its.prompt_id, Given(its.way, its.value, row.revision, row.saved_at)


def typed(box: Box, row: Kept) -> tuple[str, Draft]:
    """The same of a draft."""
    prompt_id, words = box.open("drafts.typed", row.id, row.sealed)
    return prompt_id, Draft(words, row.revision, row.saved_at)


def submissions(
    tx: Transaction, box: Box, rows: Sequence[SubmissionRow], *also: UUID
) -> tuple[tuple[Submission, ...], dict[UUID, str]]:
    """These rounds of one enrolment, opened; and the names of the staff in them, and of ``also``."""
    written = tx.scalars(SAID_TO, {"submission_ids": [row.id for row in rows]}).all() if rows else []
    called = names_of(tx, (*also, *(row.outcome_by for row in rows), *(each.by_id for each in written)))
    comments: dict[UUID, dict[str, str]] = defaultdict(dict)
    authors: dict[UUID, dict[str, str]] = defaultdict(dict)
    for comment in written:
        prompt_id, text = box.open("comments.body", comment.id, comment.body)
        comments[comment.submission_id][prompt_id] = text
        authors[comment.submission_id][prompt_id] = author(comment, called, comment.by_id)
    return tuple(
        Submission(
            id=row.id,
            round=row.round,
            submitted_at=row.submitted_at,
            said=msgspec.convert(box.open("submissions.said", row.id, row.said), tuple[Said, ...]),
            read_at=row.read_at,
            comments=comments[row.id],
            outcome=Outcome(row.outcome) if row.outcome and row.intact else None,
            outcome_at=row.outcome_at,
            words=box.open("submissions.words", row.id, row.words) if row.words else "",
            seen_at=row.seen_at,
            outcome_by=author(row, called, row.outcome_by) if row.outcome_by else "",
            authors=authors[row.id],
        )
        for row in rows
    ), called


@dataclass(frozen=True)
class OwnSet:
    """Something of a practitioner's own that he set, as the lead's list shows it: no word of it."""

    version_id: UUID
    reference: str
    practitioner: str
    set_at: datetime
    adapted: bool
    seen_at: datetime | None


def own_set(tx: Transaction) -> list[OwnSet]:
    """Everything that was set and made for one participant alone: unseen first, then the newest."""
    rows = tx.execute(
        select(ActivityVersion, func.min(WorkRow.set_at).label("set_at"), Enrolment)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .join(Enrolment, Enrolment.id == ActivityRow.enrolment_id)
        .join(WorkRow, (WorkRow.enrolment_id == Enrolment.id) & (WorkRow.version_id == ActivityVersion.id))
        .group_by(ActivityVersion.id, Enrolment.id)
        .order_by(ActivityVersion.seen_at.is_not(None), func.min(WorkRow.set_at).desc())
    ).all()
    called = names_of(tx, (row.author_id for row, *_ in rows))
    return [
        OwnSet(
            row.id,
            enrolment.reference,
            called[row.author_id or enrolment.practitioner_id],
            set_at,
            bool(row.origin_id),
            row.seen_at,
        )
        for row, set_at, enrolment in rows
    ]


def is_set(tx: Transaction, version_id: UUID) -> bool:
    """Whether anybody works with this version: it never changes then."""
    return tx.scalar(select(WorkRow.id).where(WorkRow.version_id == version_id).limit(1)) is not None


def enrolment_of_submission(tx: Transaction, submission_id: UUID) -> UUID | None:
    """Whose it is, which never changes; None for none."""
    of = select(WorkRow.enrolment_id).join(SubmissionRow, SubmissionRow.work_id == WorkRow.id)
    return tx.scalar(of.where(SubmissionRow.id == submission_id))


def last_set(tx: Transaction, enrolments: Iterable[UUID], slug: str) -> dict[UUID, datetime]:
    """When this activity, in whatever version and language, was last set for each of these who have had it."""
    found = tx.execute(
        select(WorkRow.enrolment_id, func.max(WorkRow.set_at))
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .where(WorkRow.enrolment_id.in_(list(enrolments)), ActivityRow.slug == slug)
        .group_by(WorkRow.enrolment_id)
    )
    return dict(found.all())


def submission_row(tx: Transaction, viewer: Viewer, submission_id: UUID) -> SubmissionRow:
    """A submission of the viewer's, locked until the transaction ends, its enrolment before it. Raises ``NotFound``."""
    of = select(WorkRow.enrolment_id).join(SubmissionRow, SubmissionRow.work_id == WorkRow.id)
    reached(
        viewer, lock_of(tx, of.where(SubmissionRow.id == submission_id).scalar_subquery(), theirs(viewer))
    )
    row = locks.lock_one(tx, select(SubmissionRow).where(SubmissionRow.id == submission_id))
    if row is None:
        raise NotFound
    return row


def handed_in_row(tx: Transaction, row: SubmissionRow) -> WorkRow:
    """The piece of work that a submission is a round of."""
    return tx.scalars(HANDED_IN_WORK, {"submission_id": row.id}).one()


def pieces(
    tx: Transaction,
    enrolments: Iterable[UUID],
    *,
    own_titles: bool = True,
    intentions: bool = False,
    due: Mapping[UUID, Appointment] | None = None,
) -> dict[UUID, list[Piece]]:
    """The work of these enrolments, newest first; ``due`` is what ``due_for`` gives, where that is known.

    Without ``own_titles`` what was made for one participant alone has no title: it may hold words about him,
    and is sealed with his key. The number of statements does not grow then. ``intentions`` are his words too.
    """
    found: dict[UUID, list[Piece]] = defaultdict(list)
    enrolments = list(enrolments)
    due = due_for(tx, enrolments) if due is None else due
    rows = tx.execute(
        select(WorkRow, ActivityVersion, ActivityRow, Enrolment.state)
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .join(Enrolment, Enrolment.id == WorkRow.enrolment_id)
        .where(WorkRow.enrolment_id.in_(enrolments))
        .order_by(WorkRow.set_at.desc(), WorkRow.id)
        .options(defer(WorkRow.card), *(() if intentions else (defer(WorkRow.intention),)))
    ).all()
    library = {activity.id for _, _, activity, _ in rows if activity.enrolment_id is None}
    last = _last_rounds(tx, [row.id for row, *_ in rows])
    called = names_of(
        tx, (*(row.set_by for row, *_ in rows), *(submission.outcome_by for submission in last.values()))
    )
    shown = {
        version_row.id: readable(tx, version_row)
        for version_row in {version_row for _, version_row, _, _ in rows}
        if own_titles or version_row.activity_id in library
    }
    for row, version_row, _, state in rows:
        activity, needed = shown.get(version_row.id), state in EXPECTS_WORK
        piece = _piece(row, activity, due[row.due_id], last.get(row.id), called, needed=needed)
        if activity is None and version_row.id in shown:
            piece = replace(piece, title=DAMAGED)
        if intentions and row.intention and piece.to_do:
            piece = replace(piece, intention=_intention(record_box(tx, row.enrolment_id), row))
        found[row.enrolment_id].append(piece)
    return found


def _last_rounds(tx: Transaction, work_ids: Sequence[UUID]) -> dict[UUID, SubmissionRow]:
    rounds = (
        select(SubmissionRow)
        .where(SubmissionRow.work_id.in_(work_ids))
        .order_by(SubmissionRow.round)
        .options(defer(SubmissionRow.said), defer(SubmissionRow.words))
    )
    return {row.work_id: row for row in tx.scalars(rounds)}


def _piece(
    row: WorkRow,
    activity: Activity | None,
    due: Appointment,
    last: SubmissionRow | None,
    called: Mapping[UUID, str],
    *,
    needed: bool,
) -> Piece:
    outcome = Outcome(last.outcome) if last and last.outcome else None
    return Piece(
        id=row.id,
        enrolment_id=row.enrolment_id,
        title=activity.title if activity else "",
        language=activity.language if activity else "",
        minutes=activity.minutes if activity else 0,
        stage=stage(
            (outcome, last.read_at is not None) if last else None,
            row.started,
            needed=needed,
            on_paper=row.on_paper_on is not None,
        ),
        due=due,
        done=row.done,
        fewest_left=row.fewest_left,
        most_left=row.most_left,
        saved_at=row.saved_at,
        submission_id=last.id if last else None,
        round=last.round if last else 0,
        submitted_at=last.submitted_at if last else None,
        outcome_at=last.outcome_at if last else None,
        to_talk=last.to_talk if last else 0,
        unseen=bool(last and last.outcome and last.seen_at is None and not row.on_paper_on),
        set_by=called[row.set_by],
        outcome_by=called[last.outcome_by] if last and last.outcome_by else "",
        on_paper_on=row.on_paper_on,
    )
