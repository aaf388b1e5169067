"""Records of activity versions that a lead has returned, with the leads' remarks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, ScalarSelect, exists, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from companion.store.activities.activities import ActivityRow, ActivityVersion
from companion.store.activities.library import Version
from companion.store.base import Model, Transaction
from companion.store.keys import WORDS
from companion.store.types import UtcDateTime


class ActivityReturn(Model):
    """A record of a version that a lead has returned to its author.

    The lead's remark is encrypted with the service's key.
    """

    __tablename__ = "activity_returns"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("activity_versions.id"), index=True)
    returned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    returned_by: Mapped[UUID]
    remark: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Returned:
    """The details that pages show when a lead has returned an activity version to its author."""

    by_id: UUID
    at: datetime
    remark: str


def add(tx: Transaction, version_id: UUID, remark: str) -> ActivityReturn:
    """Record that a lead has returned this activity version to its author, with the lead's remark."""
    row = ActivityReturn(
        id=uuid4(), version_id=version_id, returned_at=tx.now, returned_by=tx.viewer.account_id
    )
    row.remark = tx.keys.box(WORDS).seal("activity_returns.remark", row.id, remark)
    tx.add(row)
    return row


def of_version(tx: Transaction, version_id: UUID) -> list[Returned]:
    """Return leads' requests for changes to this version, newest first."""
    rows = tx.scalars(
        select(ActivityReturn)
        .where(ActivityReturn.version_id == version_id)
        .order_by(ActivityReturn.returned_at.desc())
    ).all()
    box = tx.keys.box(WORDS) if rows else None
    return [
        Returned(
            row.returned_by,
            row.returned_at,
            msgspec.convert(box.open("activity_returns.remark", row.id, row.remark), str),
        )
        for row in rows
        if box
    ]


def open_among(tx: Transaction, versions: Iterable[Version]) -> set[UUID]:
    """Return the ids of the versions that a lead sent back and nobody has resubmitted."""
    drafts = [each.id for each in versions if not (each.checked_at or each.approved_at)]
    found = select(ActivityReturn.version_id).where(ActivityReturn.version_id.in_(drafts))
    return set(tx.scalars(found)) if drafts else set()


def waiting_for(author_id: UUID) -> ScalarSelect[int]:
    """Return the SQL that counts an author's returned activities. Don't count a returned activity that
    has been submitted again, has a newer version or is retired.
    """
    later = aliased(ActivityVersion)
    newer = exists().where(
        later.activity_id == ActivityVersion.activity_id, later.number > ActivityVersion.number
    )
    return (
        select(func.count(ActivityVersion.id))
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .where(ActivityVersion.author_id == author_id, ActivityRow.retired_at.is_(None), ~newer)
        .where(ActivityVersion.checked_at.is_(None), ActivityVersion.approved_at.is_(None))
        .where(exists().where(ActivityReturn.version_id == ActivityVersion.id))
        .scalar_subquery()
    )
