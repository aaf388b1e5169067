"""Activities and their versions, fetched through the one who looks."""

import functools
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.activity import Activity, from_plain, to_plain
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.store.appointments import Enrolment, record_box, theirs
from companion.store.base import Model, Transaction
from companion.store.keys import WORDS, Box
from companion.store.types import UtcDateTime


class ActivityRow(Model):
    """An activity: of the library, or made for one enrolment alone."""

    __tablename__ = "activities"

    slug: Mapped[str] = mapped_column(String(40), unique=True)
    """The id that its file has. It is not sealed, so nobody's words are in it."""
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActivityVersion(Model):
    """One version of an activity. What was approved or set never changes; editing makes the next version.

    Its text is sealed with the service's key, or with the participant's where it was made for him alone.
    """

    __tablename__ = "activity_versions"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"))
    number: Mapped[int]
    revision: Mapped[int]
    """Counts the changes of a draft, from 1."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[UUID | None]
    """Who changed it last; None for what was shipped or imported."""
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity_versions.id"))
    """The version that it was adapted from."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its author had it checked and asked for approval; None again after a change."""
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[UUID | None]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a lead first looked at what was set for one participant alone."""


class State(StrEnum):
    """How far a version has come."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"


@dataclass(frozen=True)
class Version:
    """A version as pages show it."""

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
    retired_at: datetime | None
    activity: Activity

    @property
    def state(self) -> State:
        """Draft, checked or approved."""
        if self.approved_at:
            return State.APPROVED
        return State.CHECKED if self.checked_at else State.DRAFT


def add_version(
    tx: Transaction,
    activity: Activity,
    now: datetime,
    *,
    checked: bool = True,
    unless_known: bool = False,
) -> ActivityVersion | None:
    """The next version of an activity of the library, a draft or ``checked``, and not approved yet.

    None if its newest version says just the same, or, with ``unless_known``, if any version ever did.
    """
    row = tx.scalar(select(ActivityRow).where(ActivityRow.slug == activity.id))
    if row is None:
        row = ActivityRow(id=uuid4(), slug=activity.id)
        tx.add(row)
        tx.flush()
    if row.enrolment_id is not None:
        raise NotFound
    newest_first = select(ActivityVersion).where(ActivityVersion.activity_id == row.id)
    known = tx.scalars(newest_first.order_by(ActivityVersion.number.desc())).all()
    if activity in [opened(tx, each) for each in (known if unless_known else known[:1])]:
        return None
    return next_version(tx, row, activity, now, None, checked_at=now if checked else None)


def add_activity(
    tx: Transaction,
    activity: Activity,
    now: datetime,
    author: UUID,
    new_id: UUID,
    enrolment_id: UUID | None = None,
    origin_id: UUID | None = None,
) -> ActivityVersion:
    """A new activity with its first draft."""
    row = ActivityRow(id=new_id, slug=activity.id, enrolment_id=enrolment_id)
    tx.add(row)
    tx.flush()
    return next_version(tx, row, activity, now, author, origin_id=origin_id)


def next_version(
    tx: Transaction,
    row: ActivityRow,
    activity: Activity,
    now: datetime,
    author: UUID | None,
    *,
    checked_at: datetime | None = None,
    origin_id: UUID | None = None,
) -> ActivityVersion:
    """One version more."""
    newest = _newest_row(tx, row.id)
    version_row = ActivityVersion(
        id=uuid4(),
        activity_id=row.id,
        number=newest.number + 1 if newest else 1,
        revision=1,
        author_id=author,
        origin_id=origin_id or (newest.origin_id if newest else None),
        created_at=now,
        checked_at=checked_at,
    )
    version_row.content = _seal(tx, row, version_row, activity)
    tx.add(version_row)
    tx.flush()
    return version_row


def change_draft(tx: Transaction, row: ActivityVersion, activity: Activity, author: UUID) -> None:
    """Another text of a draft, which has to be checked again then."""
    row.content = _seal(tx, tx.get_one(ActivityRow, row.activity_id), row, activity)
    row.revision += 1
    row.author_id = author
    row.checked_at = None


def activity_row(tx: Transaction, viewer: Viewer, activity_id: UUID) -> ActivityRow:
    """An activity that the viewer may work on, locked until the transaction ends. Raises ``NotFound``."""
    row = tx.scalar(
        select(ActivityRow)
        .where(ActivityRow.id == activity_id, _workable(viewer))
        .with_for_update(of=ActivityRow)
    )
    if row is None:
        raise NotFound
    return row


def newest_row(tx: Transaction, activity_id: UUID) -> ActivityVersion:
    """The newest version of an activity. Raises ``NotFound``."""
    row = _newest_row(tx, activity_id)
    if row is None:
        raise NotFound
    return row


def activity_of(tx: Transaction, version_id: UUID) -> UUID:
    """The activity of a version. Raises ``NotFound``."""
    found = tx.scalar(select(ActivityVersion.activity_id).where(ActivityVersion.id == version_id))
    if found is None:
        raise NotFound
    return found


def version_row(tx: Transaction, version_id: UUID) -> ActivityVersion:
    """Raises ``NotFound``."""
    row = tx.get(ActivityVersion, version_id)
    if row is None:
        raise NotFound
    return row


def version(tx: Transaction, version_id: UUID) -> Version:
    """One version. Raises ``NotFound``."""
    return shown(tx, version_row(tx, version_id))


def versions(tx: Transaction, viewer: Viewer, activity_id: UUID) -> list[Version]:
    """Every version of an activity that the viewer may work on, newest first. Raises ``NotFound``."""
    rows = tx.scalars(
        select(ActivityVersion)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .where(ActivityRow.id == activity_id, _workable(viewer))
        .order_by(ActivityVersion.number.desc())
    ).all()
    if not rows:
        raise NotFound
    return [shown(tx, row) for row in rows]


def newest_versions(tx: Transaction) -> list[Version]:
    """The newest version of each activity of the library, by title."""
    return _newest(tx, ActivityRow.enrolment_id.is_(None))


def checked_versions(tx: Transaction) -> list[Version]:
    """The newest version of each activity of the library that is more than a draft, by title."""
    checked = or_(ActivityVersion.checked_at.is_not(None), ActivityVersion.approved_at.is_not(None))
    return _newest(tx, ActivityRow.enrolment_id.is_(None), ActivityRow.retired_at.is_(None), of=checked)


def approved_versions(tx: Transaction) -> list[Version]:
    """The newest approved version of each activity of the library that is not retired, by title."""
    approved = ActivityVersion.approved_at.is_not(None)
    return _newest(tx, ActivityRow.enrolment_id.is_(None), ActivityRow.retired_at.is_(None), of=approved)


def own_versions(tx: Transaction, enrolment_id: UUID) -> list[Version]:
    """The newest version of each activity that was made for this enrolment alone, by title."""
    return _newest(tx, ActivityRow.enrolment_id == enrolment_id)


def shown(tx: Transaction, row: ActivityVersion) -> Version:
    """A row as pages show it."""
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
        retired_at=activity_row.retired_at,
        activity=opened(tx, row),
    )


def opened(tx: Transaction, row: ActivityVersion) -> Activity:
    """The activity in a row; building one takes long, so that the last ones are kept."""
    box = _box(tx, tx.get_one(ActivityRow, row.activity_id))
    plain = box.open("activity_versions.content", row.id, row.content)
    return _built(row.id, msgspec.json.encode(plain))


@functools.lru_cache(maxsize=256)
def _built(version_id: UUID, content: bytes) -> Activity:
    return from_plain(msgspec.json.decode(content))


def _seal(tx: Transaction, row: ActivityRow, version_row: ActivityVersion, activity: Activity) -> bytes:
    return _box(tx, row).seal("activity_versions.content", version_row.id, to_plain(activity))


def _box(tx: Transaction, row: ActivityRow) -> Box:
    return record_box(tx, row.enrolment_id) if row.enrolment_id else tx.keys.box(WORDS)


def _workable(viewer: Viewer) -> ColumnElement[bool]:
    """The library for those who write for it; what was made for one participant alone for his practitioner."""
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


def _newest(
    tx: Transaction, *where: ColumnElement[bool], of: ColumnElement[bool] | None = None
) -> list[Version]:
    """The newest version ``of`` its kind of each activity, by title, in one statement."""
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
    return sorted((shown(tx, row) for row, _ in rows), key=lambda found: found.activity.title)
