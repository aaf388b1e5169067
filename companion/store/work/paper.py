"""Records of work on paper, and the data for printing blank sheets."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.activities.activity import Activity
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.domain.work.paper import PaperRecord
from companion.domain.work.work import Card
from companion.store.activities.library import version
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, record_box, theirs
from companion.store.meetings.appointments import AppointmentRow, appointment
from companion.store.types import UtcDateTime
from companion.store.work.rows import WorkRow


class PaperRow(Model):
    """A record that work was done on paper.

    If a practitioner takes back "done on paper", Companion keeps this row. ``kept`` is what the
    practitioner wanted to keep from the paper, encrypted with the participant's data key.
    """

    __tablename__ = "paper_records"

    work_id: Mapped[UUID] = mapped_column(ForeignKey("set_work.id"), index=True)
    day: Mapped[date]
    kept: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


@dataclass(frozen=True)
class Blank:
    """A piece of set work, as needed to print blank sheets for it."""

    work_id: UUID
    activity: Activity
    card: Card
    due: Appointment


def blank_sheets(tx: Transaction, viewer: Viewer, enrolment_id: UUID, work_id: UUID) -> Blank:
    """Return what is needed to print blank sheets for a piece of set work.

    Raise ``NotFound`` if the viewer can't see the piece of work.
    """
    row = tx.scalar(
        select(WorkRow)
        .join(Enrolment, Enrolment.id == WorkRow.enrolment_id)
        .where(theirs(viewer), WorkRow.id == work_id, WorkRow.enrolment_id == enrolment_id)
    )
    if row is None:
        raise NotFound
    card = record_box(tx, enrolment_id).open("set_work.card", row.id, row.card)
    due = appointment(tx.get_one(AppointmentRow, row.due_id))
    return Blank(row.id, version(tx, row.version_id).activity, msgspec.convert(card, Card), due)


def add_record(tx: Transaction, new_id: UUID, row: WorkRow, day: date, words: str) -> None:
    """Record that work was done on paper, with what the practitioner wants to keep from it."""
    record = PaperRow(id=new_id, work_id=row.id, day=day, at=tx.now, by_id=tx.viewer.account_id)
    if words:
        record.kept = record_box(tx, row.enrolment_id).seal("paper_records.kept", new_id, words)
    tx.add(record)


def records(tx: Transaction, row: WorkRow) -> list[PaperRecord]:
    """Return the records of a piece of work that was done on paper, the latest first.

    The caller must have checked that the viewer may see the piece of work.
    """
    box = record_box(tx, row.enrolment_id)
    rows = tx.scalars(select(PaperRow).where(PaperRow.work_id == row.id).order_by(PaperRow.at.desc()))
    return [
        PaperRecord(
            each.id,
            each.day,
            box.open("paper_records.kept", each.id, each.kept) if each.kept else "",
            each.at,
            each.taken_back_at,
        )
        for each in rows
    ]
