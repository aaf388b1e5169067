"""Let a practitioner mark work as done on paper, or remove that mark."""

from dataclasses import dataclass
from uuid import UUID

from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.domain.work.paper import PaperRecord, handed_in
from companion.domain.work.work import Work
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.work import paper, work
from companion.store.work.paper import PaperRow
from companion.store.work.rows import WorkRow


@dataclass(frozen=True)
class Handed:
    """A piece of work without its unsubmitted answers. ``records``: each time the work was recorded as done
    on paper, latest first.
    """

    case: Case
    work: Work
    records: list[PaperRecord]

    @property
    def standing(self) -> PaperRecord | None:
        """Return the latest record of work done on paper that nobody has cancelled, or None."""
        return next((each for each in self.records if each.taken_back_at is None), None)


def open_record(actor: Actor, enrolment_id: UUID, work_id: UUID) -> Handed:
    """Return a piece of work, and each time that somebody recorded it as done on paper.

    If the records contain text that was copied from paper, the audit log records who reads the text.
    """
    with acting(actor, Counted.NEVER) as tx:
        row = _row(tx, actor.viewer, enrolment_id, work_id)
        case = enrolments.case(tx, enrolments.enrolment(tx, actor.viewer, enrolment_id))
        found = Handed(case, work.work(tx, row, handed_in_only=True), paper.records(tx, row))
        if any(each.kept for each in found.records):
            audit.record(tx, audit.Event.PAPER_READ, subject=row.id, enrolment=enrolment_id)
        tx.commit()
    return found


@dataclass(frozen=True)
class PaperForm:
    """The day on which a participant submitted work on paper, and the text that the practitioner copied from
    the paper.
    """

    day: str
    kept: str


def mark_done(actor: Actor, enrolment_id: UUID, work_id: UUID, new_id: UUID, typed: PaperForm) -> None:
    """Record that a piece of work was submitted on paper. Repeating the call with the same id does nothing.

    Recording work on paper doesn't remove the participant's answers in Companion. Raise ``Rejected`` for a
    mistake in the form. Raise ``NotAllowed`` for submitted or withdrawn work. Raise ``ChangedElsewhere`` if
    somebody has already recorded the work as done on paper.
    """
    with acting(actor) as tx:
        row = _row(tx, actor.viewer, enrolment_id, work_id)
        if tx.get(PaperRow, new_id) is not None:
            return
        on, words = handed_in(typed.day, typed.kept, row.set_at, actor.now)
        if row.on_paper_on is not None:
            raise ChangedElsewhere
        whole = work.work(tx, row, handed_in_only=True)
        whole.require_unsubmitted()
        whole.require_not_withdrawn()
        paper.add_record(tx, new_id, row, on, words)
        row.on_paper_on = on
        audit.record(tx, audit.Event.WORK_DONE_ON_PAPER, subject=row.id, enrolment=enrolment_id)
        tx.commit()


def take_back(actor: Actor, enrolment_id: UUID, work_id: UUID, record_id: UUID | None) -> None:
    """Undo marking a piece of work as done on paper.

    After this call, the participant can do the work in Companion again. The record of the work on paper isn't
    deleted, only marked as cancelled. Repeating the call changes nothing. Raise ``NotAllowed`` if
    ``record_id`` isn't the id of a paper record about this piece of work.
    """
    with acting(actor) as tx:
        row = _row(tx, actor.viewer, enrolment_id, work_id)
        record = tx.get(PaperRow, record_id) if record_id else None
        if record is None or record.work_id != row.id:
            raise NotAllowed("not_on_paper")
        if record.taken_back_at is not None:
            return
        record.taken_back_at, record.taken_back_by = actor.now, actor.viewer.account_id
        row.on_paper_on = None
        audit.record(tx, audit.Event.PAPER_TAKEN_BACK, subject=row.id, enrolment=enrolment_id)
        tx.commit()


def _row(tx: Transaction, viewer: Viewer, enrolment_id: UUID, work_id: UUID) -> WorkRow:
    """Return the database row for this piece of work.

    Raise ``NotFound`` if the viewer isn't the participant's practitioner, or if the work belongs to another
    enrolment.
    """
    row = work.work_row(tx, viewer, work_id)
    if viewer.role is not Role.PRACTITIONER or row.enrolment_id != enrolment_id:
        raise NotFound
    return row
