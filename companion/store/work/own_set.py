"""Queries for the leads' list of activities that were written for a single participant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from companion.store.activities.activities import ActivityRow, ActivityVersion
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.people import names_of
from companion.store.work.rows import WorkRow


@dataclass(frozen=True)
class OwnSet:
    """A row in the leads' list of activities that were written for one participant."""

    version_id: UUID
    reference: str
    practitioner: str
    set_at: datetime
    adapted: bool
    seen_at: datetime | None


def own_set(tx: Transaction) -> list[OwnSet]:
    """Return every activity version that was written for a single participant and set as work.

    Versions that no lead has read yet are at the beginning of the list.
    """
    rows = tx.execute(
        select(ActivityVersion, func.min(WorkRow.set_at).label("set_at"), Enrolment)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .join(Enrolment, Enrolment.id == ActivityRow.enrolment_id)
        .join(WorkRow, (WorkRow.enrolment_id == Enrolment.id) & (WorkRow.version_id == ActivityVersion.id))
        .group_by(ActivityVersion.id, Enrolment.id)
        .order_by(ActivityVersion.seen_at.is_not(None), func.min(WorkRow.set_at).desc())
    ).all()
    called = names_of(tx, (row.author_id or enrolment.practitioner_id for row, _, enrolment in rows))
    return [
        OwnSet(
            row.id,
            enrolment.reference,
            called[row.author_id or enrolment.practitioner_id],
            set_at,
            bool(row.origin_id),
            row.seen_at,
        )
        for row, set_at, enrolment in rows
    ]


def is_set(tx: Transaction, version_id: UUID) -> bool:
    """Return whether the activity version was ever set as work."""
    return tx.scalar(select(WorkRow.id).where(WorkRow.version_id == version_id).limit(1)) is not None
