"""Find a practitioner's own participants by name."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from companion.domain.people import Viewer
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, shows, theirs
from companion.store.people import Account, names


@dataclass(frozen=True)
class Found:
    """A participant's name and reference."""

    id: UUID
    participant: str
    reference: str


def own(tx: Transaction, viewer: Viewer) -> list[Found]:
    """Return the viewer's own participants, sorted by name."""
    rows = tx.execute(
        select(Enrolment, Account).join(Account, Account.id == Enrolment.participant_id).where(theirs(viewer))
    ).all()
    called = names(tx, [account for _, account in rows])
    found = [Found(row.id, called[account.id], row.reference) for row, account in rows if shows(viewer, row)]
    return sorted(found, key=lambda each: (each.participant.casefold(), each.reference))
