"""The work that practitioners have set for participants, with its answers, drafts and submissions.

Queries return only work that the viewer may see.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, bindparam, exists, literal, or_, select, union_all

from companion.domain.activities.conversation import Given
from companion.domain.drafts import Draft
from companion.domain.enrolments.pathway import EXPECTS_WORK
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.domain.work.intention import Intention
from companion.domain.work.work import Card, Said, Work
from companion.store import locks
from companion.store.activities.activities import ActivityVersion, opened
from companion.store.activities.library import Version
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, is_there, lock_of, reached, record_box, theirs
from companion.store.keys import WORDS, Box, participant
from companion.store.meetings.appointments import due_for
from companion.store.work.rounds import opened_rounds
from companion.store.work.rows import WITH_WHOSE_AND_WHAT, AnswerRow, DraftRow, SubmissionRow, WorkRow

ROUNDS = (
    select(SubmissionRow).where(SubmissionRow.work_id == bindparam("work_id")).order_by(SubmissionRow.round)
)
"""The query that selects all submissions of a piece of work."""
OWN_WORK = WITH_WHOSE_AND_WHAT.where(
    WorkRow.id == bindparam("work_id"), Enrolment.participant_id == bindparam("participant_id"), is_there()
)
"""The query for a participant's own piece of work, with enrolment and activity."""
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
"""The query for a piece of work's answers and drafts."""
Kept = Row[Any]
"""A database row that contains one encrypted answer, or one encrypted draft of an answer."""


def work_row(tx: Transaction, viewer: Viewer, work_id: UUID) -> WorkRow:
    """Lock and return a piece of work from one of the viewer's enrolments.

    Lock the enrolment first, and then the piece of work. Raise ``NotFound`` if the viewer can't see the piece
    of work.
    """
    of = select(WorkRow.enrolment_id).where(WorkRow.id == work_id).scalar_subquery()
    reached(viewer, lock_of(tx, of, theirs(viewer)))
    row = locks.lock_one(tx, WITH_WHOSE_AND_WHAT.where(theirs(viewer), WorkRow.id == work_id))
    if row is None:
        raise NotFound
    return row


def place_of(tx: Transaction, work_id: UUID, prompt_id: str) -> bytes:
    """Return the keyed hash under which a prompt's answer or draft is stored."""
    return tx.keys.lookup("place", f"{work_id}\n{prompt_id}")


def add(tx: Transaction, row: WorkRow, card: Card) -> None:
    """Add a piece of set work, with the short explanation that the participant sees."""
    keep_card(tx, row, card)
    tx.add(row)


def keep_intention(tx: Transaction, row: WorkRow, intention: Intention | None) -> None:
    """Replace the participant's plan for doing the work, or remove the plan.

    The caller must have locked the row.
    """
    box = record_box(tx, row.enrolment_id)
    row.intention = box.seal("set_work.intention", row.id, intention) if intention else None


def keep_card(tx: Transaction, row: WorkRow, card: Card) -> None:
    """Replace the card that tells the participant why a piece of work was set. The caller must have locked
    the row.
    """
    row.card = record_box(tx, row.enrolment_id).seal("set_work.card", row.id, card)


def withdraw(tx: Transaction, row: WorkRow, words: str) -> None:
    """Record that the viewer has withdrawn a piece of work, with the reason.

    The caller must have locked the row.
    """
    row.withdrawn_at, row.withdrawn_by = tx.now, tx.viewer.account_id
    row.withdrawn_words = record_box(tx, row.enrolment_id).seal("set_work.withdrawn_words", row.id, words)


def replaceable(tx: Transaction, version: Version) -> list[tuple[UUID, Appointment]]:
    """Return the ids of the set work that can be switched to the activity's new version, in the order in
    which it was set. Return each piece of work's id with the appointment it is due before.

    Return an empty list unless the new version was written for one particular participant. The participant
    must not have begun the work. The set work must use another version of the participant's adapted activity,
    or the version from which the activity was adapted.
    """
    if version.enrolment_id is None:
        return []
    same = or_(WorkRow.version_id == version.origin_id, ActivityVersion.activity_id == version.activity_id)
    rows = tx.execute(
        select(WorkRow.id, WorkRow.due_id)
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .where(
            WorkRow.enrolment_id == version.enrolment_id,
            WorkRow.version_id != version.id,
            WorkRow.started.is_(False),
            WorkRow.on_paper_on.is_(None),
            WorkRow.withdrawn_at.is_(None),
            ~exists().where(SubmissionRow.work_id == WorkRow.id),
            same,
        )
        .order_by(WorkRow.set_at, WorkRow.id)
    ).all()
    due = due_for(tx, [version.enrolment_id]) if rows else {}
    return [(work_id, due[due_id]) for work_id, due_id in rows]


def intention_of(box: Box, row: WorkRow) -> Intention | None:
    """Decrypt the participant's plan for when and where to do the work. Return None if there is no plan."""
    if row.intention is None:
        return None
    return msgspec.convert(box.open("set_work.intention", row.id, row.intention), Intention)


def own_row(tx: Transaction, viewer: Viewer, work_id: UUID) -> WorkRow:
    """Return the viewer's own piece of work. Raise ``NotFound`` if the viewer has no such piece of work."""
    row = tx.scalar(OWN_WORK, {"work_id": work_id, "participant_id": viewer.account_id})
    if row is None:
        raise NotFound
    return row


def find(tx: Transaction, viewer: Viewer, work_id: UUID) -> Work:
    """Return the viewer's own piece of work with its answers, drafts and submissions.

    Raise ``NotFound`` if the viewer has no such piece of work.
    """
    return work(tx, own_row(tx, viewer, work_id))


def work(tx: Transaction, row: WorkRow, *, handed_in_only: bool = False) -> Work:
    """Decrypt a piece of work with its answers, drafts and submissions.

    With ``handed_in_only``, leave out unsubmitted answers. Only the participant may read unsubmitted answers.
    Raise ``Damaged`` if the activity can't be read.
    """
    tx.keys.boxes({participant(row.enrolment.participant_id), WORDS})  # both keys are needed below
    box = tx.keys.box(participant(row.enrolment.participant_id))
    answers, drafts = ({}, {}) if handed_in_only else said_and_typed(tx, row.id)
    rounds = tx.scalars(ROUNDS, {"work_id": row.id}).all()
    staff = [row.set_by, *([row.withdrawn_by] if row.withdrawn_by else [])]
    handed_in, called = opened_rounds(tx, box, rounds, *staff)
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
        intention=intention_of(box, row),
        short=row.short,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=called[row.withdrawn_by] if row.withdrawn_by else "",
        withdrawn_words=_withdrawn_words(box, row),
        withdrawal_seen_at=row.withdrawal_seen_at,
    )


def _withdrawn_words(box: Box, row: WorkRow) -> str:
    if row.withdrawn_words is None:
        return ""
    return msgspec.convert(box.open("set_work.withdrawn_words", row.id, row.withdrawn_words), str)


def said_and_typed(tx: Transaction, work_id: UUID) -> tuple[dict[bytes, Kept], dict[bytes, Kept]]:
    """Return a piece of work's encrypted answers and drafts, keyed by the prompt's hash."""
    rows = tx.rows(SAID_AND_TYPED, {"work_id": work_id}).all()
    answers, drafts = ({row.place: row for row in rows if row.what == what} for what in ("answer", "draft"))
    return answers, drafts


def said(box: Box, row: Kept) -> tuple[str, Given]:
    """Decrypt an answer and its prompt's id."""
    its = msgspec.convert(box.open("answers.value", row.id, row.sealed), Said)
    return its.prompt_id, Given(its.way, its.value, row.revision, row.saved_at)


def typed(box: Box, row: Kept) -> tuple[str, Draft]:
    """Decrypt a draft answer and its prompt's id."""
    prompt_id, words = box.open("drafts.typed", row.id, row.sealed)
    return prompt_id, Draft(words, row.revision, row.saved_at)
