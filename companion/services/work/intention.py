"""Save when and where a participant plans to do a piece of work.

The participant decides when and where to do the work. The participant can choose the time and place alone, or
with the practitioner after a session.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.domain.work.intention import Intention, PartOfDay, TypedIntention, checked, times_offered
from companion.domain.work.work import Work
from companion.services.act import Actor, Counted, acting
from companion.services.meetings.presence import Presence, presence_of
from companion.store import audit, outbox
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.outbox import Notice
from companion.store.work import work
from companion.store.work.rows import WorkRow


@dataclass(frozen=True)
class OnePiece:
    """The piece of work that a page is about. On staff pages, ``enrolment_id`` is the enrolment's id from the
    URL; on the participant's own pages, it's None.
    """

    work_id: UUID
    enrolment_id: UUID | None = None


@dataclass(frozen=True)
class WhenAndWhere:
    """The participant, the piece of work, and the times at which the participant can plan to do the work."""

    case: Case
    work: Work
    presence: Presence
    times: list[tuple[date, list[PartOfDay]]]

    @property
    def parts(self) -> set[PartOfDay]:
        """The parts of the day to offer: each can be chosen on at least one of the days offered."""
        return {part for _, parts in self.times for part in parts}


def open_intention(actor: Actor, piece: OnePiece) -> WhenAndWhere:
    """Return the data for the page on which a participant plans when and where to do a piece of work.

    Audit each time a practitioner reads the participant's plan for when and where to do the work. Raise
    ``NotFound`` if the viewer may not see the work.
    """
    with acting(actor, Counted.NEVER) as tx:
        row = _row(tx, actor, piece)
        found = _found(tx, row, actor.now)
        if found.work.intention and actor.viewer.role is Role.PRACTITIONER:
            _record(tx, audit.Event.INTENTION_READ, row)
        tx.commit()
    return found


def save_intention(actor: Actor, piece: OnePiece, typed: TypedIntention) -> None:
    """Save when and where a participant plans to do the work. Schedule a reminder.

    Repeating the call changes nothing. Raise ``Rejected`` for a mistake in the form. Raise
    ``ChangedElsewhere`` if somebody has saved a different plan. Raise ``NotAllowed`` for work that isn't
    open.
    """
    with acting(actor, Counted.SAVE) as tx:
        row = _row(tx, actor, piece)
        found = _found(tx, row, actor.now)
        found.work.require_open()
        before = found.work.intention
        chosen = checked(typed, actor.now, found.work.due.due_at)
        if before and replace(chosen, revision=before.revision) == before:
            return
        _unchanged(before, typed.seen)
        chosen = replace(chosen, revision=typed.seen + 1)
        put(tx, row, found.case.participant_id, chosen)
        tx.commit()


def take_out(actor: Actor, piece: OnePiece, seen: int) -> None:
    """Remove the participant's plan for doing the work.

    Raise ``ChangedElsewhere`` if somebody has saved a different plan. Raise ``NotAllowed`` for work that
    isn't open.
    """
    with acting(actor, Counted.SAVE) as tx:
        row = _row(tx, actor, piece)
        found = _found(tx, row, actor.now)
        found.work.require_open()
        if found.work.intention is None:
            return
        _unchanged(found.work.intention, seen)
        put(tx, row, found.case.participant_id, None)
        tx.commit()


def _row(tx: Transaction, actor: Actor, piece: OnePiece) -> WorkRow:
    row = work.work_row(tx, actor.viewer, piece.work_id)
    if piece.enrolment_id not in (None, row.enrolment_id):
        raise NotFound
    return row


def _found(tx: Transaction, row: WorkRow, now: datetime) -> WhenAndWhere:
    case = enrolments.case(tx, row.enrolment)
    whole = work.work(tx, row, handed_in_only=True)
    times = times_offered(now, whole.due.due_at)
    return WhenAndWhere(case, whole, presence_of(tx, case, now), times)


def _unchanged(before: Intention | None, seen: int) -> None:
    if (before.revision if before else 0) != seen:
        raise ChangedElsewhere


def put(tx: Transaction, row: WorkRow, participant_id: UUID, chosen: Intention | None) -> None:
    """Replace the plan for doing the work, and the plan's reminder."""
    outbox.withdraw(tx, Notice.WORK_INTENDED, row.id)
    work.keep_intention(tx, row, chosen)
    if chosen and chosen.notice_at > tx.now:
        outbox.notify(tx, participant_id, Notice.WORK_INTENDED, row.id, chosen.notice_at)
    _record(tx, audit.Event.INTENTION_SAVED, row)


def _record(tx: Transaction, event: audit.Event, row: WorkRow) -> None:
    audit.record(tx, event, subject=row.id, enrolment=row.enrolment_id)
