"""Load the brief for a session."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from companion.domain.activities.conversation import Conversation
from companion.domain.caseloads.brief import (
    MESSAGES_SHOWN,
    NOTES_ON_PAPER,
    HandedIn,
    handed_in,
    last_before,
    not_held,
    room_beside,
)
from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.progress import numbers
from companion.domain.messages.messages import Message
from companion.domain.messages.notes import Agreed, Note
from companion.domain.people import Role
from companion.domain.plan.diff import Difference, compared
from companion.domain.plan.plan import Plan
from companion.domain.programme.topics import TopicPlan
from companion.domain.work.work import Piece, Submission
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.base import Transaction
from companion.store.caseloads.brief import (
    attendance_words,
    handed_in_since,
    kept_and_discussed,
    messages_since,
)
from companion.store.concerns import concerns
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case, Enrolment
from companion.store.meetings import appointments
from companion.store.meetings.appointments import due_among, next_among
from companion.store.messages import messages, notes
from companion.store.notices import bounces
from companion.store.notices.bounces import Delivery
from companion.store.plan import plan
from companion.store.programme import topics
from companion.store.work import piece_list, rounds
from companion.store.work.discussed import Question

THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What practitioner and participant have written since they last met, apart from answers to set work.

    ``agreed`` is what the practitioner and the participant last agreed at an appointment, however long ago.
    """

    agreed: Agreed | None
    messages: list[Message]
    still_unread: int
    """The number of unread messages that the brief has no room to show."""
    notes: list[Note]
    kept: dict[UUID, str]
    """The text copied from each piece of work done on paper."""
    not_held: tuple[Appointment, ...]
    """The missed and cancelled meetings since the last meeting that took place, at most the latest three."""
    attendance: dict[UUID, str]
    """The practitioner's remarks about attendance, keyed by meeting."""
    discussed: list[tuple[UUID, Question]]
    """The questions that the practitioner has marked as discussed, each with its submission."""

    @property
    def ticked_off(self) -> frozenset[tuple[UUID, str]]:
        return frozenset((submission, question.prompt_id) for submission, question in self.discussed)


@dataclass(frozen=True)
class Brief:
    """The data for the brief that a practitioner reads before a session.

    ``last`` is the previous meeting, if any.
    """

    case: Case
    coming: Appointment | None
    following: Appointment | None
    """If ``coming`` has begun, the meeting after it; otherwise None."""
    last: Appointment | None
    numbers: dict[UUID, int]
    """Each past or future session's number within the programme (1, 2 and so on), by appointment id. Missed
    and cancelled sessions have no number.
    """
    pieces: list[Piece]
    handed_in: tuple[HandedIn, ...]
    plan: Plan
    changed: list[Difference]
    said: Said
    topics: TopicPlan
    concerns: list[concerns.ConcernLine]
    """The open concerns about the participant."""
    delivery: Delivery
    """The state of email delivery to the participant."""

    @property
    def to_talk(self) -> int:
        """Return how many questions the participant still wants to talk about."""
        return sum(len(each.to_talk) for each in self.handed_in)

    @property
    def not_sure(self) -> int:
        """Return how many questions the participant answered with *not sure yet*."""
        return sum(len(each.not_sure) for each in self.handed_in)


def open_brief(actor: Actor, enrolment_id: UUID) -> Brief:
    """Return the brief, and mark its submissions and messages as read.

    Raise ``NotFound`` unless the viewer is the participant's practitioner.
    """
    with acting(actor, Counted.NEVER, role=Role.PRACTITIONER) as tx:
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        case, meetings = enrolments.case(tx, row), appointments.appointments(tx, row.id)
        last = last_before(meetings, actor.now)
        since = last.starts_at if last else THE_BEGINNING
        every = piece_list.pieces(tx, [row.id], intentions=True, due=due_among(meetings))[row.id]
        pieces = [each for each in every if each.withdrawn_at is None or each.withdrawn_at >= since]
        coming = next_among(meetings, actor.now)
        said = _said(tx, row, since, not_held(meetings, last, actor.now))
        whole = plan.plan_of(tx, row.id)
        brief = Brief(
            case=case,
            coming=coming,
            following=next_among([each for each in meetings if each.is_to_come(actor.now)], actor.now)
            if coming and coming.starts_at <= actor.now
            else None,
            last=last,
            numbers=numbers(meetings),
            pieces=pieces,
            handed_in=handed_in(_read(tx, row.id, since), _room(said, pieces), said.ticked_off),
            plan=whole,
            changed=[each for each in compared(whole, whole.number_at(since), whole.number) if each.changed],
            said=said,
            topics=topics.plan(tx, row),
            concerns=concerns.lines(tx, actor.viewer, enrolment_id=row.id),
            delivery=bounces.deliveries(tx, actor.viewer, [row.participant_id], actor.now)[
                row.participant_id
            ],
        )
        audit.record(tx, audit.Event.BRIEF_READ, subject=row.id, enrolment=row.id)
        tx.commit()
    return brief


def _said(tx: Transaction, row: Enrolment, since: datetime, gone: tuple[Appointment, ...]) -> Said:
    written = messages_since(tx, row.id, since, MESSAGES_SHOWN)
    if written:
        messages.mark_read(tx, written)
        audit.record(tx, audit.Event.MESSAGE_READ, enrolment=row.id)
    noted = notes.notes(tx, row.id, since)
    if noted:
        audit.record(tx, audit.Event.NOTES_READ, enrolment=row.id)
    kept, talked = kept_and_discussed(tx, row.id, since)
    for work_id in kept:
        audit.record(tx, audit.Event.PAPER_READ, subject=work_id, enrolment=row.id)
    return Said(
        agreed=notes.last_agreed(tx, row.id),
        messages=messages.opened(tx, row.id, written),
        still_unread=messages.unread(tx, [row.id]).get(row.id, 0) if len(written) == MESSAGES_SHOWN else 0,
        notes=noted,
        kept=kept,
        not_held=gone,
        attendance=attendance_words(tx, row.id, [each.id for each in gone]),
        discussed=talked,
    )


def _room(said: Said, pieces: list[Piece]) -> int:
    return room_beside(
        [each.words for each in said.messages],
        [each.words for each in said.notes[:NOTES_ON_PAPER]],
        list(said.kept.values()),
        [said.attendance.get(each.id, "") for each in said.not_held],
        [said.agreed.words] if said.agreed else [],
        [f"{each.intention.where} {each.intention.if_blocked}" for each in pieces if each.intention],
    )


def _read(
    tx: Transaction, enrolment_id: UUID, since: datetime
) -> list[tuple[UUID, str, Conversation, Submission]]:
    found = []
    for row, activity, submission in handed_in_since(tx, enrolment_id, since):
        rounds.mark_read(tx, row)
        audit.record(tx, audit.Event.SUBMISSION_READ, subject=row.id, enrolment=enrolment_id)
        found.append((row.work_id, activity.title, submission.conversation(activity), submission))
    return found
