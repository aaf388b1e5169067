"""What somebody is typing to an enrolment and has not sent, found by who types and where."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.drafts import Draft
from companion.domain.people import Viewer
from companion.store.base import Model, Transaction
from companion.store.drafts import Drafted
from companion.store.enrolments.enrolments import record_box


class MessageDraftRow(Drafted, Model):
    """What somebody is typing to an enrolment and has not sent."""

    __tablename__ = "message_drafts"
    __table_args__ = (UniqueConstraint("enrolment_id", "place"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)


def draft_row(tx: Transaction, enrolment_id: UUID, viewer: Viewer) -> MessageDraftRow | None:
    """What the viewer is typing there."""
    return tx.scalar(
        select(MessageDraftRow).where(
            MessageDraftRow.enrolment_id == enrolment_id,
            MessageDraftRow.place == place_of(tx, enrolment_id, viewer),
        )
    )


def draft(tx: Transaction, enrolment_id: UUID, viewer: Viewer) -> Draft | None:
    """The same, opened."""
    row = draft_row(tx, enrolment_id, viewer)
    if row is None:
        return None
    typed: Any = record_box(tx, enrolment_id).open("message_drafts.typed", row.id, row.typed)
    return Draft(typed, row.revision, row.saved_at)


def place_of(tx: Transaction, enrolment_id: UUID, viewer: Viewer) -> bytes:
    """What a draft is found by: where, and who types."""
    return tx.keys.lookup("message place", f"{enrolment_id}\n{viewer.account_id}")
