"""Activities and their versions, fetched through the viewer."""

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
    """A stored version can't be read any more. The message names it, without any of its words."""

    def __init__(self, slug: str, language: str, number: int) -> None:
        super().__init__(f"The activity {slug} ({language}), version {number}, is damaged.")
        self.thing = f"activity {slug} {language} {number}"
        """The same for the log."""


class ActivityRow(Model):
    """An activity: in the library, or made for one enrolment only."""

    __tablename__ = "activities"
    __table_args__ = (UniqueConstraint("slug", "language"),)

    slug: Mapped[str] = mapped_column(String(40))
    """The id in its file. It isn't sealed, so it contains nobody's words."""
    language: Mapped[str] = mapped_column(String(2))
    """The language of all its versions. The same activity in another language has the same slug."""
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActivityVersion(Model):
    """One version of an activity. Once approved or set it never changes; editing makes the next version.

    Its text is sealed with the service's key, or with the participant's if made only for them.
    """

    __tablename__ = "activity_versions"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"))
    number: Mapped[int]
    revision: Mapped[int]
    """Counts the changes to a draft, from 1."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[UUID | None]
    """The account that changed it last; None if shipped or imported."""
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity_versions.id"))
    """The version it was adapted from."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its author submitted it for approval; None again after a change."""
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[UUID | None]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a lead first read an activity made for one participant."""
    activity: Mapped[ActivityRow] = relationship(viewonly=True)


def add_version(
    tx: Transaction, activity: Activity, *, checked: bool = True, unless_known: bool = False
) -> ActivityVersion | None:
    """Add the next version of a library activity, as a draft or ``checked``, not approved yet.

    Return None if the latest version has the same content, or, with ``unless_known``, if any version ever had it, or
    is damaged and might have.
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
    """Add a new activity with its first draft."""
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
    """Add one more version."""
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
    """Replace a draft's text; it then needs checking again."""
    row.content = _seal(tx, tx.get_one(ActivityRow, row.activity_id), row, activity)
    row.revision += 1
    row.author_id = tx.actor_id
    row.checked_at = None


def activity_row(tx: Transaction, viewer: Viewer, activity_id: UUID) -> ActivityRow:
    """Return an activity that the viewer may edit, locked until the transaction ends. Raise ``NotFound``."""
    own = tx.scalar(select(ActivityRow.enrolment_id).where(ActivityRow.id == activity_id))
    if own:
        lock_of(tx, own)
    row = locks.lock_one(tx, select(ActivityRow).where(ActivityRow.id == activity_id, workable(viewer)))
    if row is None:
        raise NotFound
    return row


def hold_still(tx: Transaction, viewer: Viewer, version_id: UUID) -> None:
    """Lock a version's activity, in every language, until the transaction ends. Raise ``NotFound``."""
    slug = (
        select(ActivityRow.slug)
        .join(ActivityVersion, ActivityVersion.activity_id == ActivityRow.id)
        .where(ActivityVersion.id == version_id)
    )
    same = ActivityRow.slug == slug.scalar_subquery()
    if not locks.lock(tx, select(ActivityRow).where(same, workable(viewer))):
        raise NotFound


def newest_row(tx: Transaction, activity_id: UUID) -> ActivityVersion:
    """Return an activity's latest version. Raise ``NotFound``."""
    row = _newest_row(tx, activity_id)
    if row is None:
        raise NotFound
    return row


def activity_of(tx: Transaction, version_id: UUID) -> UUID:
    """Return a version's activity. Raise ``NotFound``."""
    found = tx.scalar(select(ActivityVersion.activity_id).where(ActivityVersion.id == version_id))
    if found is None:
        raise NotFound
    return found


def version_row(tx: Transaction, version_id: UUID) -> ActivityVersion:
    """Return a version. Raise ``NotFound``."""
    row = tx.get(ActivityVersion, version_id)
    if row is None:
        raise NotFound
    return row


BUILT_MOST = 256
_BUILT: dict[tuple[UUID, bytes], Activity] = {}
"""Cache of library activities by version and sealed content: unchanged content gives an unchanged activity."""


def opened(tx: Transaction, row: ActivityVersion) -> Activity:
    """Return the activity in a row, from a cache for the library's, because building one takes long.

    Raise ``Damaged``.
    """
    of_library = row.activity.enrolment_id is None  # nothing about a participant outlives their erasure here
    if of_library and (kept := _BUILT.get((row.id, row.content))):
        return kept
    try:
        built = from_plain(_box(tx, row.activity).open("activity_versions.content", row.id, row.content))
    except (tink.TinkError, msgspec.MsgspecError, BadActivity):
        which = row.activity.slug, row.activity.language, row.number
        raise Damaged(*which) from None  # the exception's chain may contain its words
    if of_library:
        if len(_BUILT) >= BUILT_MOST:
            _BUILT.clear()
        _BUILT[row.id, row.content] = built
    return built


def readable(tx: Transaction, row: ActivityVersion) -> Activity | None:
    """Return the activity, or None (logged) if it is damaged, so that one doesn't hide the others."""
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
    """Select the library for its authors, and activities made for one participant for that practitioner."""
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
