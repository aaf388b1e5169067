"""Drafts of messages and of session records."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.people import Viewer
from companion.store.base import Transaction
from companion.store.drafts import Drafted, DraftPlace
from companion.store.enrolments.enrolments import record_box


class MessageDraftRow(Drafted):
    """A draft of a message or of a session record."""

    __tablename__ = "message_drafts"
    __table_args__ = (UniqueConstraint("enrolment_id", "place"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)


def draft_place(tx: Transaction, enrolment_id: UUID, viewer: Viewer) -> DraftPlace:
    """Return the key for finding the viewer's draft message in a thread."""
    place, box = place_of(tx, enrolment_id, viewer), record_box(tx, enrolment_id)
    return DraftPlace(MessageDraftRow.enrolment_id, enrolment_id, place, box)


def session_place(tx: Transaction, enrolment_id: UUID, appointment_id: UUID, viewer: Viewer) -> DraftPlace:
    """Return the values that identify the viewer's draft of a session record."""
    place, box = _after(tx, appointment_id, viewer), record_box(tx, enrolment_id)
    return DraftPlace(MessageDraftRow.enrolment_id, enrolment_id, place, box)


def session_places(tx: Transaction, appointments: Iterable[UUID], viewer: Viewer) -> dict[bytes, UUID]:
    """Return a dictionary from draft key to appointment id. Each draft key identifies the viewer's unfinished
    record of one appointment.
    """
    return {_after(tx, each, viewer): each for each in appointments}


def unsent(tx: Transaction, enrolment_id: UUID, appointments: Iterable[UUID], viewer: Viewer) -> bool:
    """Return whether the viewer has an unfinished after-session form for any of ``appointments``, or an
    unsent message.
    """
    places = [place_of(tx, enrolment_id, viewer), *(_after(tx, each, viewer) for each in appointments)]
    query = select(MessageDraftRow).where(MessageDraftRow.enrolment_id == enrolment_id)
    rows, box = tx.scalars(query.where(MessageDraftRow.place.in_(places))).all(), record_box(tx, enrolment_id)
    return any(box.open("message_drafts.typed", row.id, row.typed) for row in rows)


def _after(tx: Transaction, appointment_id: UUID, viewer: Viewer) -> bytes:
    return tx.keys.lookup("session place", f"{appointment_id}\n{viewer.account_id}")


def place_of(tx: Transaction, enrolment_id: UUID, viewer: Viewer) -> bytes:
    """Return the keyed hash under which the viewer's draft message is stored."""
    return tx.keys.lookup("message place", f"{enrolment_id}\n{viewer.account_id}")
