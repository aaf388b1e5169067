"""Who asked for what is held on him to be erased. Deciding on it, and erasing, come later."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.people import Viewer
from companion.store.base import Model, Transaction
from companion.store.concerns import Line, holds
from companion.store.enrolments import Enrolment
from companion.store.people import Account
from companion.store.types import UtcDateTime


class ErasureRequest(Model):
    """A participant's request, made once."""

    __tablename__ = "erasure_requests"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Asked:
    """A request as the lead sees it: by reference, with what holds it."""

    reference: str
    asked_at: datetime
    holds: list[Line]


def ask(tx: Transaction, viewer: Viewer, now: datetime) -> bool:
    """Write the viewer's request down; whether it is the first. Two at once wait for each other."""
    tx.get_one(Account, viewer.account_id, with_for_update=True)
    if has_asked(tx, viewer):
        return False
    tx.add(ErasureRequest(id=uuid4(), account_id=viewer.account_id, asked_at=now))
    return True


def has_asked(tx: Transaction, viewer: Viewer) -> bool:
    """Whether the viewer has asked."""
    query = select(ErasureRequest.id).where(ErasureRequest.account_id == viewer.account_id)
    return tx.scalar(query) is not None


def requests(tx: Transaction) -> list[Asked]:
    """Every request, the oldest first."""
    rows = tx.execute(
        select(ErasureRequest, Enrolment.reference)
        .join(Enrolment, Enrolment.participant_id == ErasureRequest.account_id)
        .order_by(ErasureRequest.asked_at, ErasureRequest.id)
    ).all()
    return [Asked(reference, row.asked_at, holds(tx, row.account_id)) for row, reference in rows]
