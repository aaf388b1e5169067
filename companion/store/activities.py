"""Activities and their versions. What was set or approved never changes; editing makes the next version."""

import functools
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import LargeBinary, String, Subquery, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.activity import Activity, from_plain, to_plain
from companion.domain.refusals import NotFound
from companion.store.base import Model, Transaction
from companion.store.keys import WORDS
from companion.store.types import UtcDateTime


class ActivityVersion(Model):
    """One version of an activity. Its text is sealed with the service's key."""

    __tablename__ = "activity_versions"
    __table_args__ = (UniqueConstraint("slug", "number"),)

    slug: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[UUID | None]


@dataclass(frozen=True)
class Version:
    """A version as pages show it."""

    id: UUID
    number: int
    approved_at: datetime | None
    activity: Activity


def add_version(tx: Transaction, activity: Activity, now: datetime) -> ActivityVersion | None:
    """The next version of an activity, not approved yet; None if its newest version says just the same."""
    digest = hashlib.sha256(msgspec.json.encode(to_plain(activity))).digest()
    newest = tx.scalar(
        select(ActivityVersion)
        .where(ActivityVersion.slug == activity.id)
        .order_by(ActivityVersion.number.desc())
        .limit(1)
    )
    if newest and newest.digest == digest:
        return None
    row = ActivityVersion(
        id=uuid4(),
        slug=activity.id,
        number=newest.number + 1 if newest else 1,
        digest=digest,
        created_at=now,
    )
    row.content = tx.keys.box(WORDS).seal("activity_versions.content", row.id, to_plain(activity))
    tx.add(row)
    tx.flush()
    return row


def version_row(tx: Transaction, version_id: UUID) -> ActivityVersion:
    """Raises ``NotFound``."""
    row = tx.get(ActivityVersion, version_id)
    if row is None:
        raise NotFound
    return row


def version(tx: Transaction, version_id: UUID) -> Version:
    """One version. Raises ``NotFound``."""
    return _version(tx, version_row(tx, version_id))


def newest_versions(tx: Transaction) -> list[Version]:
    """The newest version of each activity, by title."""
    newest = (
        select(ActivityVersion.slug, func.max(ActivityVersion.number).label("number"))
        .group_by(ActivityVersion.slug)
        .subquery()
    )
    return _by_title(tx, newest)


def approved_versions(tx: Transaction) -> list[Version]:
    """The newest approved version of each activity, by title."""
    newest = (
        select(ActivityVersion.slug, func.max(ActivityVersion.number).label("number"))
        .where(ActivityVersion.approved_at.is_not(None))
        .group_by(ActivityVersion.slug)
        .subquery()
    )
    return _by_title(tx, newest)


def _by_title(tx: Transaction, newest: Subquery) -> list[Version]:
    rows = tx.scalars(
        select(ActivityVersion).join(
            newest,
            (ActivityVersion.slug == newest.c.slug) & (ActivityVersion.number == newest.c.number),
        )
    )
    return sorted((_version(tx, row) for row in rows), key=lambda found: found.activity.title)


def _version(tx: Transaction, row: ActivityVersion) -> Version:
    return Version(row.id, row.number, row.approved_at, opened(tx, row))


def opened(tx: Transaction, row: ActivityVersion) -> Activity:
    """The activity in a row; building one takes long, so that the last ones are kept."""
    plain = tx.keys.box(WORDS).open("activity_versions.content", row.id, row.content)
    return _built(row.id, msgspec.json.encode(plain))


@functools.lru_cache(maxsize=256)
def _built(version_id: UUID, content: bytes) -> Activity:
    return from_plain(msgspec.json.decode(content))
