"""The pages that a lead with access to a record can read.

The audit log records each page that the lead reads, apart from the list of submissions. A lead's reading
doesn't mark anything as read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.messages.messages import Message
from companion.domain.messages.notes import Note
from companion.domain.plan.plan import Plan
from companion.domain.refusals import NotAllowed, NotFound
from companion.domain.work.work import Submission, Work
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.audit import Event
from companion.store.base import Transaction
from companion.store.concerns import lead_access
from companion.store.concerns.lead_access import LeadAccessRow
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case, Enrolment
from companion.store.messages import messages, notes
from companion.store.plan import plan
from companion.store.work import submissions, work
from companion.store.work.rows import SubmissionRow, WorkRow
from companion.store.work.submissions import HandedIn


@dataclass(frozen=True)
class AccessedRecord:
    """A participant whose record the lead can read, and when the access ends."""

    id: UUID
    case: Case
    until: datetime
    told: bool
    withheld: bool


@dataclass(frozen=True)
class Overview(AccessedRecord):
    """Every submission in the record, the latest first, without the answers."""

    handed_in: list[HandedIn]


@dataclass(frozen=True)
class LookedThrough(AccessedRecord):
    """A submission with its feedback."""

    work: Work
    submission: Submission


@dataclass(frozen=True)
class PlanLooked(AccessedRecord):
    """A participant's plan."""

    plan: Plan


@dataclass(frozen=True)
class ThreadLooked(AccessedRecord):
    """A page of a participant's messages. ``before``: the number to pass to get earlier messages, or None if
    there aren't any.
    """

    messages: list[Message]
    before: int | None


@dataclass(frozen=True)
class NotesLooked(AccessedRecord):
    """The practitioner's notes."""

    notes: list[Note]


def open_look(actor: Actor, look_id: UUID) -> Overview:
    """Return the list of the participant's submissions.

    This function and all others in this module raise ``NotAllowed`` if the lead's access to the record hasn't
    begun or has ended. They raise ``NotFound`` if the access isn't the viewer's.
    """
    with _looking(actor, look_id) as (tx, _, opened):
        return Overview(*_of(opened), submissions.handed_in(tx, opened.case.id, own_titles=False))


def read_submission(actor: Actor, look_id: UUID, submission_id: UUID) -> LookedThrough:
    """Return one submission of a piece of work. Raise ``NotFound`` if the record doesn't contain this
    submission.
    """
    with _looking(actor, look_id) as (tx, row, opened):
        submission = tx.get(SubmissionRow, submission_id)
        piece = tx.get_one(WorkRow, submission.work_id) if submission else None
        if piece is None or piece.enrolment_id != row.enrolment_id:
            raise NotFound
        whole = work.work(tx, piece, handed_in_only=True)
        _record(tx, Event.SUBMISSION_READ, row, submission_id)
        said = next(each for each in whole.submissions if each.id == submission_id)
        return LookedThrough(*_of(opened), whole, said)


def read_plan(actor: Actor, look_id: UUID) -> PlanLooked:
    """Return the participant's current plan."""
    with _looking(actor, look_id) as (tx, row, opened):
        _record(tx, Event.PLAN_READ, row, row.enrolment_id)
        return PlanLooked(*_of(opened), plan.plan_of(tx, row.enrolment_id))


def read_messages(actor: Actor, look_id: UUID, before: int | None) -> ThreadLooked:
    """Return the latest messages, or the messages before the given message number.

    The senders can't see that the lead has read their messages.
    """
    with _looking(actor, look_id) as (tx, row, opened):
        rows = messages.newest(tx, row.enrolment_id, before)
        _record(tx, Event.MESSAGE_READ, row)
        earlier = rows[0].number if rows and rows[0].number > 1 else None
        return ThreadLooked(*_of(opened), messages.opened(tx, row.enrolment_id, rows), earlier)


def read_notes(actor: Actor, look_id: UUID) -> NotesLooked:
    """Return the practitioner's notes about the participant."""
    with _looking(actor, look_id) as (tx, row, opened):
        _record(tx, Event.NOTES_LOOKED_AT, row)
        return NotesLooked(*_of(opened), notes.notes(tx, row.enrolment_id))


@contextmanager
def _looking(actor: Actor, look_id: UUID) -> Iterator[tuple[Transaction, LeadAccessRow, AccessedRecord]]:
    with acting(actor, Counted.NEVER) as tx:
        row = lead_access.look_row(tx, actor.viewer, look_id)
        look = lead_access.look(row)
        if row.lead_id != actor.viewer.account_id:
            raise NotFound
        if row.until is None or not look.is_open(actor.viewer.account_id, actor.now):
            raise NotAllowed("look_over")
        case = enrolments.case(tx, enrolments.reached(actor.viewer, tx.get_one(Enrolment, row.enrolment_id)))
        yield tx, row, AccessedRecord(row.id, case, row.until, look.is_told(actor.now), look.withheld)
        tx.commit()


def _of(opened: AccessedRecord) -> tuple[UUID, Case, datetime, bool, bool]:
    return opened.id, opened.case, opened.until, opened.told, opened.withheld


def _record(tx: Transaction, event: Event, row: LeadAccessRow, subject: UUID | None = None) -> None:
    audit.record(tx, event, subject=subject, enrolment=row.enrolment_id, detail=row.purpose, look=row.id)
