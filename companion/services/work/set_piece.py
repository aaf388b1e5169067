"""Let a practitioner change or withdraw work that has been set."""

from dataclasses import dataclass, replace
from uuid import UUID

from companion.domain.activities.checker import faults
from companion.domain.activities.conversation import Conversation
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Problem, Rejected
from companion.domain.text import clean
from companion.domain.work.work import CARD_MOST, Card, Stage, Work, stage
from companion.services.act import NOT_OFFERED, Actor, Counted, acting
from companion.services.work.intention import OnePiece
from companion.store import audit, outbox
from companion.store.activities import activities, library
from companion.store.activities.library import Version
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import appointments
from companion.store.outbox import Notice
from companion.store.work import work
from companion.store.work.rows import WorkRow

WORDS = "words"


@dataclass(frozen=True)
class SetPiece:
    """A piece of set work, with the activity versions and appointments that the practitioner can choose.

    The work's questions come from ``version``. ``copies`` contains versions of the activity that were adapted
    for this participant. The practitioner can replace ``version`` with one of the versions in ``copies``.
    """

    case: Case
    work: Work
    version: Version
    begun: bool
    appointments: list[Appointment]
    copies: list[Version]

    @property
    def stage(self) -> Stage:
        last = self.work.last
        return stage(
            (last.outcome, last.read_at is not None) if last else None,
            self.begun,
            needed=self.work.needed,
            on_paper=self.work.on_paper_on is not None,
            withdrawn=self.work.withdrawn_at is not None,
        )

    @property
    def can_adapt(self) -> bool:
        """True if the work's questions can be changed."""
        return self.work.can_answer and not self.begun


@dataclass(frozen=True)
class CardChange:
    """A practitioner's form for changing set work. The form contains the new explanation, the appointment by
    which the work is due, and the revision number that the page showed.
    """

    card: Card
    appointment: str
    seen: int


def open_piece(actor: Actor, piece: OnePiece) -> SetPiece:
    """Return one piece of work that was set for a participant.

    The audit log records each time that a practitioner reads the participant's plan for when and where to do
    the work. Raise ``NotFound`` unless the viewer is the participant's practitioner.
    """
    with acting(actor, Counted.NEVER, role=Role.PRACTITIONER) as tx:
        row = _row(tx, actor, piece)
        whole = work.work(tx, row, handed_in_only=True)
        found = SetPiece(
            case=enrolments.case(tx, row.enrolment),
            work=whole,
            version=library.version(tx, row.version_id),
            begun=_begun(row, whole),
            appointments=appointments.to_come(tx, row.enrolment_id, actor.now),
            copies=_copies(tx, row),
        )
        if whole.intention:
            audit.record(tx, audit.Event.INTENTION_READ, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()
    return found


def change_card(actor: Actor, piece: OnePiece, typed: CardChange) -> None:
    """Change the practitioner's explanation of a piece of work, or choose another appointment as the work's
    deadline. Notify the participant.

    Saving the same values again does nothing. Raise ``Rejected`` for a mistake in the form. Raise
    ``ChangedElsewhere`` if somebody has changed the explanation or the due date since the page was opened.
    Raise ``NotAllowed`` for work that isn't open.
    """
    with acting(actor, role=Role.PRACTITIONER) as tx:
        row = _row(tx, actor, piece)
        whole = work.work(tx, row, handed_in_only=True)
        before, due_id = whole.card, _due_id(tx, row, typed.appointment)
        whole.require_open()
        if (before.why, before.minutes, row.due_id) == (typed.card.why, typed.card.minutes, due_id):
            return
        if before.revision != typed.seen:
            raise ChangedElsewhere
        after = replace(before, why=typed.card.why, minutes=typed.card.minutes)
        row.due_id = due_id
        work.keep_card(tx, row, replace(after, revision=typed.seen + 1, changed_at=tx.now))
        _tell(tx, row, Notice.WORK_CHANGED)
        audit.record(tx, audit.Event.WORK_CHANGED, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()


def use_version(actor: Actor, piece: OnePiece, version_id: UUID | None) -> None:
    """Replace the work's questions with those of an activity version that was adapted for this participant.

    Repeating the call changes nothing. Raise ``Rejected`` for a version that wasn't made for this
    participant from this activity. Raise ``NotAllowed`` for work that has begun or isn't open. Raise
    ``NotAllowed`` if the activity version contains an error.
    """
    with acting(actor, role=Role.PRACTITIONER) as tx:
        enrolments.enrolment(tx, actor.viewer, piece.enrolment_id, lock=True)
        if version_id is None:
            raise Rejected(Problem(NOT_OFFERED))
        activities.hold_still(tx, actor.viewer, version_id)
        row = _row(tx, actor, piece)
        if row.version_id == version_id:
            return
        whole = work.work(tx, row, handed_in_only=True)
        whole.require_open()
        if _begun(row, whole):
            raise NotAllowed("work_begun")
        version = next((each for each in _copies(tx, row) if each.id == version_id), None)
        if version is None:
            raise Rejected(Problem(NOT_OFFERED))
        if faults(version.activity):
            raise NotAllowed("not_checked")
        ahead = Conversation(version.activity, {}).progress
        row.version_id, row.short = version.id, False
        row.fewest_left, row.most_left = ahead.fewest_left, ahead.most_left
        row.revision += 1
        audit.record(tx, audit.Event.WORK_CHANGED, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()


def withdraw(actor: Actor, piece: OnePiece, typed: str) -> None:
    """Withdraw a piece of work, with a message to the participant.

    The participant keeps everything that they typed. Repeating the call changes nothing. Raise ``Rejected``
    if the message is empty or too long. Raise ``NotAllowed`` for work that isn't open, or if the participant
    has submitted the short version.
    """
    words = clean(typed, CARD_MOST, WORDS)
    with acting(actor, role=Role.PRACTITIONER) as tx:
        row = _row(tx, actor, piece)
        whole = work.work(tx, row, handed_in_only=True)
        if whole.withdrawn_at and whole.withdrawn_words == words:
            return
        whole.require_withdrawable()
        work.withdraw(tx, row, words)
        outbox.withdraw(tx, Notice.WORK_INTENDED, row.id)
        outbox.withdraw(tx, Notice.WORK_CHANGED, row.id)
        _tell(tx, row, Notice.WORK_WITHDRAWN)
        audit.record(tx, audit.Event.WORK_WITHDRAWN, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()


def see_withdrawal(actor: Actor, work_id: UUID) -> None:
    """Record when the participant first saw that the work had been withdrawn."""
    with acting(actor, Counted.NEVER, role=Role.PARTICIPANT) as tx:
        row = work.work_row(tx, actor.viewer, work_id)
        if row.withdrawn_at and row.withdrawal_seen_at is None:
            row.withdrawal_seen_at = actor.now
            audit.record(tx, audit.Event.WITHDRAWAL_SEEN, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()


def _row(tx: Transaction, actor: Actor, piece: OnePiece) -> WorkRow:
    row = work.work_row(tx, actor.viewer, piece.work_id)
    if row.enrolment_id != piece.enrolment_id:
        raise NotFound
    return row


def _begun(row: WorkRow, whole: Work) -> bool:
    return row.started or bool(whole.submissions)


def _copies(tx: Transaction, row: WorkRow) -> list[Version]:
    """Return this participant's other adaptations of the activity."""
    return [
        each
        for each in library.own_versions(tx, row.enrolment_id)
        if each.id != row.version_id
        and (each.activity_id == row.version.activity_id or each.origin_id == row.version_id)
    ]


def _due_id(tx: Transaction, row: WorkRow, chosen: str) -> UUID:
    """Return the chosen appointment's id.

    Raise ``Rejected`` for an appointment that isn't one of the participant's future appointments. However,
    the practitioner can always keep the appointment that is the deadline now, even if the appointment is
    past.
    """
    if chosen == str(row.due_id):
        return row.due_id
    to_come = {str(each.id): each.id for each in appointments.to_come(tx, row.enrolment_id, tx.now)}
    if chosen not in to_come:
        raise Rejected(Problem(NOT_OFFERED, field="due"))
    return to_come[chosen]


def _tell(tx: Transaction, row: WorkRow, notice: Notice) -> None:
    """Send the participant a notice about this piece of work, through the outbox."""
    outbox.withdraw(tx, notice, row.id)
    outbox.notify(tx, row.enrolment.participant_id, notice, row.id)
