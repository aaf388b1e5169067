"""Activity versions, as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    or_,
    select,
)

from companion.domain.activities.activity import Activity
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.store.activities.activities import (
    ActivityRow,
    ActivityVersion,
    Damaged,
    opened,
    readable,
    version_row,
    workable,
)
from companion.store.base import Transaction


class VersionState(StrEnum):
    """The states of an activity version: draft, submitted for approval ("checked") and approved."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"


@dataclass(frozen=True)
class Version:
    """An activity version, as pages show it."""

    id: UUID
    activity_id: UUID
    enrolment_id: UUID | None
    number: int
    revision: int
    author_id: UUID | None
    origin_id: UUID | None
    created_at: datetime
    checked_at: datetime | None
    approved_at: datetime | None
    approved_by: UUID | None
    retired_at: datetime | None
    activity: Activity

    @property
    def state(self) -> VersionState:
        if self.approved_at:
            return VersionState.APPROVED
        return VersionState.CHECKED if self.checked_at else VersionState.DRAFT


def version(tx: Transaction, version_id: UUID) -> Version:
    """Return the activity version with this id.

    Raise ``NotFound`` if the version doesn't exist, and ``Damaged`` if the version can't be read.
    """
    return shown(tx, version_row(tx, version_id))


def versions(tx: Transaction, viewer: Viewer, activity_id: UUID) -> list[Version]:
    """Return an activity's versions, the latest first.

    Raise ``NotFound`` unless the viewer may edit the activity. Raise ``Damaged`` if the latest version is
    damaged. Leave damaged older versions out of the list.
    """
    rows = tx.scalars(
        select(ActivityVersion)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .where(ActivityRow.id == activity_id, workable(viewer))
        .order_by(ActivityVersion.number.desc())
    ).all()
    if not rows:
        raise NotFound
    return [shown(tx, rows[0]), *(shown(tx, row) for row in rows[1:] if readable(tx, row))]


def newest_versions(tx: Transaction) -> list[Version]:
    """Return each library activity's latest version, sorted by title."""
    return _newest(tx, ActivityRow.enrolment_id.is_(None))


def in_other_languages(tx: Transaction, version: Version) -> list[Version]:
    """Return the latest version of a library activity in each language except that of ``version``.

    An activity that was made for one participant exists in only one language.
    """
    if version.enrolment_id is not None:
        return []
    alike = ActivityRow.slug == version.activity.id
    return _newest(tx, ActivityRow.enrolment_id.is_(None), alike, ActivityRow.id != version.activity_id)


def checked_versions(tx: Transaction) -> list[Version]:
    """Return each library activity's latest approved or submitted version, sorted by title. Retired
    activities are left out.
    """
    checked = or_(ActivityVersion.checked_at.is_not(None), ActivityVersion.approved_at.is_not(None))
    return _newest(tx, ActivityRow.enrolment_id.is_(None), ActivityRow.retired_at.is_(None), of=checked)


def approved_versions(tx: Transaction) -> list[Version]:
    """Return each library activity's latest approved version, sorted by title. Retired activities are left
    out.
    """
    approved = ActivityVersion.approved_at.is_not(None)
    return _newest(tx, ActivityRow.enrolment_id.is_(None), ActivityRow.retired_at.is_(None), of=approved)


def damaged(tx: Transaction) -> list[str]:
    """Return an error message about each library activity whose latest version is damaged."""
    found = []
    for row in _newest_rows(tx, ActivityRow.enrolment_id.is_(None)):
        try:
            opened(tx, row)
        except Damaged as each:
            found.append(str(each))
    return sorted(found)


def own_versions(tx: Transaction, enrolment_id: UUID) -> list[Version]:
    """Return the latest version of each of the enrolment's activities, sorted by title."""
    return _newest(tx, ActivityRow.enrolment_id == enrolment_id)


def shown(tx: Transaction, row: ActivityVersion) -> Version:
    """Convert an activity version's row to a ``Version``. Raise ``Damaged`` if the version can't be read."""
    activity_row = tx.get_one(ActivityRow, row.activity_id)
    return Version(
        id=row.id,
        activity_id=row.activity_id,
        enrolment_id=activity_row.enrolment_id,
        number=row.number,
        revision=row.revision,
        author_id=row.author_id,
        origin_id=row.origin_id,
        created_at=row.created_at,
        checked_at=row.checked_at,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
        retired_at=activity_row.retired_at,
        activity=opened(tx, row),
    )


def _newest(
    tx: Transaction, *where: ColumnElement[bool], of: ColumnElement[bool] | None = None
) -> list[Version]:
    """Return each activity's latest version, sorted by title. Damaged versions are left out.

    ``where`` contains SQL conditions for the activities, and ``of`` is an SQL condition for the versions.
    """
    found = (shown(tx, row) for row in _newest_rows(tx, *where, of=of) if readable(tx, row))
    return sorted(found, key=lambda each: each.activity.title)


def _newest_rows(
    tx: Transaction, *where: ColumnElement[bool], of: ColumnElement[bool] | None = None
) -> list[ActivityVersion]:
    """Return the row of each activity's latest version, with one query."""
    numbers = select(ActivityVersion.activity_id, func.max(ActivityVersion.number).label("number"))
    if of is not None:
        numbers = numbers.where(of)
    newest = numbers.group_by(ActivityVersion.activity_id).subquery()
    rows = tx.execute(
        select(ActivityVersion, ActivityRow)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .join(
            newest,
            and_(
                ActivityVersion.activity_id == newest.c.activity_id, ActivityVersion.number == newest.c.number
            ),
        )
        .where(*where)
    ).all()
    return [row for row, _ in rows]
