"""Programmes and their versions.

A programme version never changes. An enrolment always uses the version with which it started.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, UniqueConstraint, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.programme.programme import Programme, from_plain, to_plain
from companion.store.base import Model, Transaction
from companion.store.keys import WORDS
from companion.store.types import UtcDateTime


class ProgrammeVersion(Model):
    """A version of a programme. The programme file's contents are encrypted with the service's key.

    ``enrolments.programme_id`` contains the programme's slug, and ``programme_version`` the version's number.
    """

    __tablename__ = "programme_versions"
    __table_args__ = (UniqueConstraint("slug", "number"),)

    slug: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


def add_version(tx: Transaction, programme: Programme) -> ProgrammeVersion:
    """Save a new programme version, and return its row."""
    row = ProgrammeVersion(id=uuid4(), slug=programme.id, number=programme.version, made_at=tx.now)
    row.content = tx.keys.box(WORDS).seal("programme_versions.content", row.id, to_plain(programme))
    tx.add(row)
    tx.flush()
    return row


def versions(tx: Transaction, slug: str) -> list[Programme]:
    """Return every version of a programme, the latest first."""
    rows = tx.scalars(
        select(ProgrammeVersion).where(ProgrammeVersion.slug == slug).order_by(ProgrammeVersion.number.desc())
    )
    return [_opened(tx, row) for row in rows]


def numbers(tx: Transaction, slug: str) -> list[int]:
    """Return the numbers of all versions of a programme, the latest first."""
    rows = select(ProgrammeVersion.number).where(ProgrammeVersion.slug == slug)
    return list(tx.scalars(rows.order_by(ProgrammeVersion.number.desc())))


class Follows(Protocol):
    """Something that follows a programme: an enrolment or a group. An enrolment or a group always keeps the
    programme version that it started with.
    """

    @property
    def id(self) -> UUID: ...
    @property
    def programme_id(self) -> str: ...
    @property
    def programme_version(self) -> int: ...


def programme_of(tx: Transaction, follower: Follows) -> Programme:
    """Return an enrolment's or a group's programme version."""
    return programmes_of(tx, [follower])[follower.id]


def programmes_of(tx: Transaction, followers: Iterable[Follows]) -> dict[UUID, Programme]:
    """Return the programme versions of enrolments or groups, with at most one query."""
    followed = {each.id: (each.programme_id, each.programme_version) for each in followers}
    rows = {(row.slug, row.number): row for row in tx.held(ProgrammeVersion)}
    missing = set(followed.values()) - rows.keys()
    if missing:
        wanted = tuple_(ProgrammeVersion.slug, ProgrammeVersion.number).in_(sorted(missing))
        for row in tx.scalars(select(ProgrammeVersion).where(wanted)):
            rows[row.slug, row.number] = row
            tx.hold(row)
    found = {version: _opened(tx, row) for version, row in rows.items()}
    return {follower_id: found[version] for follower_id, version in followed.items()}


def meetings_of(programmes: Iterable[Programme], follower: Follows) -> int:
    """Return the number of meetings in the programme version that an enrolment or group follows.

    Return 0 if ``programmes`` doesn't contain the programme version that the enrolment or group follows.
    """
    followed = follower.programme_id, follower.programme_version
    return next((len(each.meetings) for each in programmes if (each.id, each.version) == followed), 0)


def offered(tx: Transaction) -> list[Programme]:
    """Return the latest version of each programme that is open to new participants, sorted by title."""
    newest = {programme.id: programme for programme in every(tx)}
    return sorted((each for each in newest.values() if each.offered), key=lambda each: each.title)


def sites(tx: Transaction) -> dict[str, str]:
    """Return the names of all sites that appear in any version of any programme. A site is a place where a
    programme is delivered.

    If a site was renamed, return the site's latest name.
    """
    return sites_of(every(tx))


def sites_of(programmes: Iterable[Programme]) -> dict[str, str]:
    """Return the names of the sites at which these programmes are delivered."""
    return {site.id: site.name for programme in programmes for site in programme.sites}


def topics(tx: Transaction) -> dict[str, str]:
    """Return the topics' titles from all programme versions.

    If a topic was renamed, its latest title is used.
    """
    return {topic.id: topic.title for programme in every(tx) for topic in programme.topics}


def every(tx: Transaction) -> list[Programme]:
    """Return every version of every programme. A programme's older versions come before its newer ones in the
    list.
    """
    rows = tx.scalars(select(ProgrammeVersion).order_by(ProgrammeVersion.number, ProgrammeVersion.made_at))
    return [_opened(tx, row) for row in rows]


def _opened(tx: Transaction, row: ProgrammeVersion) -> Programme:
    return from_plain(tx.keys.box(WORDS).open("programme_versions.content", row.id, row.content))
