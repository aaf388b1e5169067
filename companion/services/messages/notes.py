"""A practitioner's notes, and the agreements between participant and practitioner.

The participant can read what was agreed in the session, but not the practitioner's notes.
"""

from dataclasses import dataclass
from uuid import UUID

from companion.domain.meetings.progress import numbers
from companion.domain.messages.notes import Agreed, Note, agreed_words, note_words
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.services.act import Actor, Counted, acting
from companion.store import audit
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case, Enrolment
from companion.store.meetings import appointments
from companion.store.meetings.appointments import AppointmentRow
from companion.store.messages import notes
from companion.store.messages.notes import NoteRow


@dataclass(frozen=True)
class Notes:
    """The notes about one participant."""

    case: Case
    notes: list[Note]


def open_notes(actor: Actor, enrolment_id: UUID) -> Notes:
    """Return the notes about a participant in the viewer's caseload. The audit log records each time that a
    practitioner reads the notes.
    """
    with acting(actor, Counted.NEVER) as tx:
        enrolment = _of_caseload(tx, actor.viewer, enrolment_id)
        found = Notes(enrolments.case(tx, enrolment), notes.notes(tx, enrolment.id))
        audit.record(tx, audit.Event.NOTES_READ, enrolment=enrolment.id)
        tx.commit()
    return found


def add_note(actor: Actor, enrolment_id: UUID, new_id: UUID, text: str) -> None:
    """Add a note.

    Repeating the call with the same id does nothing. Raise ``Rejected`` if the note is empty or too long.
    """
    words = note_words(text)
    with acting(actor) as tx:
        enrolment = _of_caseload(tx, actor.viewer, enrolment_id, lock=True)
        if tx.get(NoteRow, new_id) is None:
            notes.add_note(tx, enrolment, new_id, words)
            audit.record(tx, audit.Event.NOTE_ADDED, subject=new_id, enrolment=enrolment.id)
        tx.commit()


@dataclass(frozen=True)
class Meeting:
    """A past or current appointment, with what the practitioner and participant agreed at it."""

    case: Case
    row: AppointmentRow
    agreed: Agreed | None
    numbers: dict[UUID, int]
    """The number of each programme session, keyed by appointment."""


def open_agreed(actor: Actor, appointment_id: UUID) -> Meeting:
    """Return what was agreed at an appointment, for editing.

    Raise ``NotAllowed`` before the appointment begins.
    """
    with actor.store.reading() as tx:
        row = _begun(tx, actor, appointment_id)
        enrolment = enrolments.enrolment(tx, actor.viewer, row.enrolment_id)
        numbered = numbers(appointments.appointments(tx, enrolment.id))
        return Meeting(enrolments.case(tx, enrolment), row, notes.agreed(tx, row), numbered)


def agree(actor: Actor, appointment_id: UUID, text: str, seen: int) -> UUID:
    """Save what was agreed at an appointment. Return the enrolment's id.

    Saving the same text again changes nothing. Raise ``Rejected`` for an empty or overlong text, or
    ``NotAllowed`` before the appointment begins. Raise ``ChangedElsewhere`` if the text has changed.
    """
    words = agreed_words(text)
    with acting(actor) as tx:
        row = _begun(tx, actor, appointment_id)
        before = notes.agreed(tx, row)
        if before is None or before.words != words:
            if (before.revision if before else 0) != seen:
                raise ChangedElsewhere
            notes.add_agreed(tx, row, seen + 1, words)
            audit.record(tx, audit.Event.AGREED, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()
    return row.enrolment_id


def _of_caseload(tx: Transaction, viewer: Viewer, enrolment_id: UUID, *, lock: bool = False) -> Enrolment:
    """Return an enrolment from the practitioner's caseload.

    Raise ``NotFound`` unless the viewer is the participant's practitioner.
    """
    if viewer.role is not Role.PRACTITIONER:
        raise NotFound
    return enrolments.enrolment(tx, viewer, enrolment_id, lock=lock)


def _begun(tx: Transaction, actor: Actor, appointment_id: UUID) -> AppointmentRow:
    if actor.viewer.role is not Role.PRACTITIONER:
        raise NotFound
    row = appointments.appointment_row(tx, actor.viewer, appointment_id)
    if row.starts_at > actor.now:
        raise NotAllowed("appointment_to_come")
    return row
