"""Practitioners' notes, and the agreements made at appointments."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.messages.notes import Agreed, Note
from companion.domain.refusals import NotFound
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, record_box
from companion.store.meetings.appointments import AppointmentRow
from companion.store.people import Account, author, names
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class NoteRow(Bound, Model):
    """A note, which is never changed or deleted.

    Notes are encrypted with the participant's key (docs/decisions/0014).
    """

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("enrolment_id", "number"),)
    BOUND = ("enrolment_id", "number", "author_id", "at")

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"))
    number: Mapped[int]
    """The note's number within its enrolment. A gap in the numbers shows that a note was removed."""
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreedRow(Bound, Model):
    """A version of what the participant and the practitioner agreed at an appointment. Only the latest
    version of an agreement applies.
    """

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("appointment_id", "revision"),)
    BOUND = ("appointment_id", "revision", "by_id", "at")

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"))
    revision: Mapped[int]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def add_note(tx: Transaction, enrolment: Enrolment, new_id: UUID, text: str) -> None:
    """Add a note written by the viewer. The caller must lock the enrolment first, and commit afterwards."""
    last = tx.scalar(select(func.max(NoteRow.number)).where(NoteRow.enrolment_id == enrolment.id)) or 0
    row = NoteRow(
        id=new_id, enrolment_id=enrolment.id, number=last + 1, author_id=tx.viewer.account_id, at=tx.now
    )
    row.words = record_box(tx, enrolment.id).seal("notes.words", row.id, text)
    tx.add(row)


def notes(tx: Transaction, enrolment_id: UUID, since: datetime | None = None) -> list[Note]:
    """Return the notes about an enrolment, the latest first. If ``since`` is given, older notes are left out.

    The caller must record in the audit log that the viewer has read the notes.
    """
    query = select(NoteRow).where(NoteRow.enrolment_id == enrolment_id).order_by(NoteRow.number.desc())
    if since is not None:
        query = query.where(NoteRow.at >= since)
    rows = tx.scalars(query).all()
    box, called = record_box(tx, enrolment_id), _called(tx, {row.author_id for row in rows})
    return [
        Note(row.id, author(row, called, row.author_id), box.open("notes.words", row.id, row.words), row.at)
        for row in rows
    ]


def count(tx: Transaction, enrolment_id: UUID) -> int:
    """Return how many notes there are about an enrolment."""
    return tx.scalar(select(func.count()).where(NoteRow.enrolment_id == enrolment_id)) or 0


def note_row(tx: Transaction, enrolment_id: UUID, note_id: UUID) -> NoteRow:
    """Return one of the notes about an enrolment.

    The caller must have checked that the viewer may see the enrolment. Raise ``NotFound`` if the note doesn't
    exist.
    """
    row = tx.get(NoteRow, note_id)
    if row is None or row.enrolment_id != enrolment_id:
        raise NotFound
    return row


def add_agreed(tx: Transaction, appointment: AppointmentRow, revision: int, text: str) -> AgreedRow:
    """Add and return a new version of what was agreed at an appointment.

    The caller must lock the appointment first, and commit afterwards.
    """
    row = AgreedRow(
        id=uuid4(), appointment_id=appointment.id, revision=revision, by_id=tx.viewer.account_id, at=tx.now
    )
    row.words = record_box(tx, appointment.enrolment_id).seal("agreements.words", row.id, text)
    tx.add(row)
    return row


def agreed(tx: Transaction, appointment: AppointmentRow) -> Agreed | None:
    """Return the latest version of what was agreed at an appointment, or None if nothing was agreed."""
    return _first(tx, _wordings().where(AppointmentRow.id == appointment.id))


def last_agreed(tx: Transaction, enrolment_id: UUID) -> Agreed | None:
    """Return what the participant and the practitioner last agreed at an appointment, or None if nothing was
    ever agreed.
    """
    return _first(tx, _wordings().where(AppointmentRow.enrolment_id == enrolment_id))


def _wordings() -> Select[AgreedRow, AppointmentRow]:
    return (
        select(AgreedRow, AppointmentRow)
        .join(AppointmentRow, AppointmentRow.id == AgreedRow.appointment_id)
        .order_by(AppointmentRow.starts_at.desc(), AppointmentRow.id, AgreedRow.revision.desc())
        .limit(1)
    )


def _first(tx: Transaction, query: Select[AgreedRow, AppointmentRow]) -> Agreed | None:
    found = tx.execute(query).first()
    if found is None:
        return None
    row, appointment = found
    words = record_box(tx, appointment.enrolment_id).open("agreements.words", row.id, row.words)
    called = _called(tx, {row.by_id})
    return Agreed(
        appointment.id, appointment.starts_at, words, author(row, called, row.by_id), row.at, row.revision
    )


def _called(tx: Transaction, people: set[UUID]) -> dict[UUID, str]:
    return names(tx, tx.scalars(select(Account).where(Account.id.in_(people)))) if people else {}
