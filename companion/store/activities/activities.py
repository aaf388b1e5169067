"""Activities and their versions. Queries return only activities that the viewer may see."""

import logging
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import tink
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from companion.domain.activities.activity import Activity, BadActivity, from_plain, to_plain
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, lock_of, record_box, theirs
from companion.store.keys import WORDS, Box
from companion.store.types import UtcDateTime

log = logging.getLogger(__name__)


class Damaged(Exception):
    """Raised if a stored activity version can't be read.

    The error message names the version but doesn't quote its text.
    """

    def __init__(self, slug: str, language: str, number: int) -> None:
        super().__init__(f"The activity {slug} ({language}), version {number}, is damaged.")
        self.thing = f"activity {slug} {language} {number}"
        """The name of the damaged activity version, as the log shows it."""


class ActivityRow(Model):
    """An activity in the library, or for a single participant."""

    __tablename__ = "activities"
    __table_args__ = (UniqueConstraint("slug", "language"),)

    slug: Mapped[str] = mapped_column(String(40))
    """The activity's id, taken from the activity's file.

    The id isn't encrypted, and must not contain anybody's own words.
    """
    language: Mapped[str] = mapped_column(String(2))
    """The activity's language, which is the same in all versions of the activity.

    Translations of an activity have the same slug.
    """
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActivityVersion(Model):
    """A version of an activity.

    A version that was approved or set as work never changes. Editing a version that was approved or set as
    work creates the next version.

    The text of library activities is encrypted with one of the service's data keys. A participant's key
    encrypts activities that were made for that participant.
    """

    __tablename__ = "activity_versions"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"))
    number: Mapped[int]
    revision: Mapped[int]
    """The number of a draft's latest change, starting at 1."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[UUID | None]
    """The account that last changed the version, or None for imported and shipped versions."""
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity_versions.id"))
    """The version from which this version was adapted."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the author submitted this version. None if the version was never submitted, or has been changed or
    returned since.
    """
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[UUID | None]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a lead first read this version. This column has a value only for versions made for one
    participant.
    """
    activity: Mapped[ActivityRow] = relationship(viewonly=True)


def add_version(
    tx: Transaction, activity: Activity, *, checked: bool = True, unless_known: bool = False
) -> ActivityVersion | None:
    """Add the next version of a library activity.

    Submit this activity version for approval if it has passed the automatic checks (``checked``). If
    ``checked`` is False, save the version as a draft. Return None if the content is the same as in the latest
    version. With ``unless_known``, return None if any earlier version has the same content. With
    ``unless_known``, also return None if an earlier version is too damaged to be compared. Raise ``NotFound``
    if an activity with this id was made for a single participant.
    """
    row = tx.scalar(select(ActivityRow).filter_by(slug=activity.id, language=activity.language))
    if row is None:
        row = ActivityRow(id=uuid4(), slug=activity.id, language=activity.language)
        tx.add(row)
        tx.flush()
    if row.enrolment_id is not None:
        raise NotFound
    newest_first = select(ActivityVersion).where(ActivityVersion.activity_id == row.id)
    known = tx.scalars(newest_first.order_by(ActivityVersion.number.desc())).all()
    said = [readable(tx, each) for each in (known if unless_known else known[:1])]
    if activity in said or (unless_known and None in said):
        return None
    return next_version(tx, row, activity, checked_at=tx.now if checked else None)


def add_activity(
    tx: Transaction,
    activity: Activity,
    new_id: UUID,
    enrolment_id: UUID | None = None,
    origin_id: UUID | None = None,
) -> ActivityVersion:
    """Add a new activity with its first draft, and return the draft."""
    row = ActivityRow(id=new_id, slug=activity.id, language=activity.language, enrolment_id=enrolment_id)
    tx.add(row)
    tx.flush()
    return next_version(tx, row, activity, origin_id=origin_id)


def next_version(
    tx: Transaction,
    row: ActivityRow,
    activity: Activity,
    *,
    checked_at: datetime | None = None,
    origin_id: UUID | None = None,
) -> ActivityVersion:
    """Add an activity's next version, and return the version."""
    newest = _newest_row(tx, row.id)
    version_row = ActivityVersion(
        id=uuid4(),
        activity_id=row.id,
        number=newest.number + 1 if newest else 1,
        revision=1,
        author_id=tx.actor_id,
        origin_id=origin_id or (newest.origin_id if newest else None),
        created_at=tx.now,
        checked_at=checked_at,
    )
    version_row.content = _seal(tx, row, version_row, activity)
    tx.add(version_row)
    tx.flush()
    return version_row


def change_draft(tx: Transaction, row: ActivityVersion, activity: Activity) -> None:
    """Replace a draft's text. The author must submit the changed draft again."""
    row.content = _seal(tx, tx.get_one(ActivityRow, row.activity_id), row, activity)
    row.revision += 1
    row.author_id = tx.actor_id
    row.checked_at = None


def activity_row(tx: Transaction, viewer: Viewer, activity_id: UUID) -> ActivityRow:
    """Return an activity. Lock the activity until the transaction ends.

    Raise ``NotFound`` if the viewer may not edit the activity.
    """
    own = tx.scalar(select(ActivityRow.enrolment_id).where(ActivityRow.id == activity_id))
    if own:
        lock_of(tx, own)
    row = locks.lock_one(tx, select(ActivityRow).where(ActivityRow.id == activity_id, workable(viewer)))
    if row is None:
        raise NotFound
    return row


def hold_still(tx: Transaction, viewer: Viewer, version_id: UUID) -> None:
    """Lock an activity, with all its language versions, until the transaction ends.

    Raise ``NotFound`` unless the viewer may edit the activity.
    """
    slug = (
        select(ActivityRow.slug)
        .join(ActivityVersion, ActivityVersion.activity_id == ActivityRow.id)
        .where(ActivityVersion.id == version_id)
    )
    same = ActivityRow.slug == slug.scalar_subquery()
    if not locks.lock(tx, select(ActivityRow).where(same, workable(viewer))):
        raise NotFound


def newest_row(tx: Transaction, activity_id: UUID) -> ActivityVersion:
    """Return an activity's latest version. Raise ``NotFound`` if there is no such activity."""
    row = _newest_row(tx, activity_id)
    if row is None:
        raise NotFound
    return row


def activity_of(tx: Transaction, version_id: UUID) -> UUID:
    """Return the id of the activity that a version belongs to.

    Raise ``NotFound`` if the version doesn't exist.
    """
    found = tx.scalar(select(ActivityVersion.activity_id).where(ActivityVersion.id == version_id))
    if found is None:
        raise NotFound
    return found


def version_row(tx: Transaction, version_id: UUID) -> ActivityVersion:
    """Return the activity version with this id. Raise ``NotFound`` if the version doesn't exist."""
    row = tx.get(ActivityVersion, version_id)
    if row is None:
        raise NotFound
    return row


BUILT_MOST = 256
_BUILT: dict[tuple[UUID, bytes], Activity] = {}
"""A cache of library activities, keyed by version and encrypted content."""


def opened(tx: Transaction, row: ActivityVersion) -> Activity:
    """Parse the activity stored in a version's row.

    Parsing is slow, so library activities are cached. Raise ``Damaged`` if the content can't be read.
    """
    of_library = row.activity.enrolment_id is None  # an erasure doesn't clear this cache
    if of_library and (kept := _BUILT.get((row.id, row.content))):
        return kept
    try:
        built = from_plain(_box(tx, row.activity).open("activity_versions.content", row.id, row.content))
    except (tink.TinkError, msgspec.MsgspecError, BadActivity):
        which = row.activity.slug, row.activity.language, row.number
        raise Damaged(*which) from None  # the original exception may contain the activity's text
    if of_library:
        if len(_BUILT) >= BUILT_MOST:
            _BUILT.clear()
        _BUILT[row.id, row.content] = built
    return built


def readable(tx: Transaction, row: ActivityVersion) -> Activity | None:
    """Parse the activity in a version's row, or log the damage and return None."""
    try:
        return opened(tx, row)
    except Damaged as damaged:
        log.error("an activity is damaged", extra={"damaged": damaged.thing})
        return None


def _seal(tx: Transaction, row: ActivityRow, version_row: ActivityVersion, activity: Activity) -> bytes:
    return _box(tx, row).seal("activity_versions.content", version_row.id, to_plain(activity))


def _box(tx: Transaction, row: ActivityRow) -> Box:
    return record_box(tx, row.enrolment_id) if row.enrolment_id else tx.keys.box(WORDS)


def workable(viewer: Viewer) -> ColumnElement[bool]:
    """Select the activities that the viewer may edit.

    Practitioners and leads may edit library activities. Practitioners may also edit activities for their own
    participants.
    """
    if viewer.role not in (Role.PRACTITIONER, Role.LEAD):
        return false()
    own = select(Enrolment.id).where(theirs(viewer))
    return or_(ActivityRow.enrolment_id.is_(None), ActivityRow.enrolment_id.in_(own))


def _newest_row(tx: Transaction, activity_id: UUID) -> ActivityVersion | None:
    return tx.scalar(
        select(ActivityVersion)
        .where(ActivityVersion.activity_id == activity_id)
        .order_by(ActivityVersion.number.desc())
        .limit(1)
    )
