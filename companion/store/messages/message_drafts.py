"""Unsent messages to an enrolment, found by who types and where."""

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.people import Viewer
from companion.store.base import Transaction
from companion.store.drafts import Drafted, DraftPlace
from companion.store.enrolments.enrolments import record_box


class MessageDraftRow(Drafted):
    """An unsent message to an enrolment."""

    __tablename__ = "message_drafts"
    __table_args__ = (UniqueConstraint("enrolment_id", "place"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)


def draft_place(tx: Transaction, enrolment_id: UUID, viewer: Viewer) -> DraftPlace:
    """Return the place where the viewer types to this enrolment."""
    place, box = place_of(tx, enrolment_id, viewer), record_box(tx, enrolment_id)
    return DraftPlace(MessageDraftRow.enrolment_id, enrolment_id, place, box)


def place_of(tx: Transaction, enrolment_id: UUID, viewer: Viewer) -> bytes:
    """Return the hash a draft is found by: where, and who types."""
    return tx.keys.lookup("message place", f"{enrolment_id}\n{viewer.account_id}")
