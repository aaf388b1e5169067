"""Record or correct the attendance at an appointment."""

from dataclasses import dataclass
from uuid import UUID

from companion.domain.meetings.appointments import CANCELLED, WORDS_MOST, Attendance, attendance
from companion.domain.refusals import ChangedElsewhere
from companion.domain.text import clean
from companion.services.act import Actor, acting
from companion.services.meetings.schedule import require_free
from companion.store import audit, outbox
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.meetings.appointments import AppointmentRow


@dataclass(frozen=True)
class AttendanceForm:
    """The chosen attendance. ``seen`` is the revision of the appointment that the page showed."""

    chosen: str
    words: str
    confirmed: str
    """A string that identifies the clashes that the practitioner confirmed."""
    seen: int


def note(actor: Actor, appointment_id: UUID, typed: AttendanceForm) -> UUID:
    """Record the attendance or the cancellation of an appointment, or reinstate the appointment.

    Return the enrolment's id. Repeating the call changes nothing. If a future appointment is cancelled or
    reinstated, Companion notifies the participant, without giving details. Raise ``Rejected`` for a wrong
    choice, or ``Clashing`` if a reinstated appointment clashes. Raise ``ChangedElsewhere`` if the appointment
    has changed.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        enrolment, row = appointments.locked(tx, actor.viewer, appointment_id)
        before = appointments.appointment(row)
        said = clean(typed.words, WORDS_MOST, "words", required=False) if typed.words.strip() else ""
        chosen = typed.chosen
        if before.attendance == chosen and appointments.words(tx, row) == said:
            return row.enrolment_id
        if row.revision != typed.seen:
            raise ChangedElsewhere
        target = before.attendance if chosen == before.attendance else attendance(chosen, before, actor.now)
        if before.cancelled and target is Attendance.NOT_NOTED and before.starts_at > actor.now:
            require_free(tx, [before.span], typed.confirmed, [row.id])
        note_row(tx, enrolment, row, target, said)
        tx.commit()
    return row.enrolment_id


def note_row(
    tx: Transaction, enrolment: Enrolment, row: AppointmentRow, target: Attendance, said: str
) -> None:
    """Save attendance that has already been validated, and notify the participant if needed. The caller opens
    and commits the transaction.
    """
    before = appointments.appointment(row)
    _write(tx, row, target, said)
    if before.starts_at > tx.now and before.attendance != target:
        cancelled = target in CANCELLED
        notice = outbox.Notice.APPOINTMENT_CANCELLED if cancelled else outbox.Notice.APPOINTMENT_MOVED
        outbox.notify(tx, enrolment.participant_id, notice, row.id)
    audit.record(tx, audit.Event.ATTENDANCE_NOTED, subject=row.id, enrolment=row.enrolment_id, detail=target)


def _write(tx: Transaction, row: AppointmentRow, target: Attendance, said: str) -> None:
    if target not in CANCELLED:
        row.cancelled_at = None
    elif row.attendance not in CANCELLED:
        row.cancelled_at = tx.now
    row.attendance = target
    row.revision += 1
    appointments.keep_words(tx, row, said)
    outbox.withdraw(tx, outbox.Notice.APPOINTMENT_REMINDER, row.id)
