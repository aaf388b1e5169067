"""Programmes and their versions, which never change. An enrolment follows one of them for ever."""

import functools
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, UniqueConstraint, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.programme.programme import Programme, from_plain, to_plain
from companion.store.base import Model, Transaction
from companion.store.keys import WORDS, Keys
from companion.store.types import UtcDateTime


class ProgrammeVersion(Model):
    """One version of a programme, as its file said. The text is sealed with the service's key.

    ``enrolments.programme_id`` and ``programme_version`` name one by its slug and its number.
    """

    __tablename__ = "programme_versions"
    __table_args__ = (UniqueConstraint("slug", "number"),)

    slug: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


def add_version(tx: Transaction, programme: Programme) -> ProgrammeVersion:
    """Keep a version. Its number has to be a new one."""
    row = ProgrammeVersion(id=uuid4(), slug=programme.id, number=programme.version, made_at=tx.now)
    row.content = tx.keys.box(WORDS).seal("programme_versions.content", row.id, to_plain(programme))
    tx.add(row)
    tx.flush()
    return row


def versions(tx: Transaction, slug: str) -> list[Programme]:
    """Every version of one programme, newest first."""
    rows = tx.scalars(
        select(ProgrammeVersion).where(ProgrammeVersion.slug == slug).order_by(ProgrammeVersion.number.desc())
    )
    return [_opened(tx, row) for row in rows]


def numbers(tx: Transaction, slug: str) -> list[int]:
    """Of every version of one programme its number, newest first."""
    rows = select(ProgrammeVersion.number).where(ProgrammeVersion.slug == slug)
    return list(tx.scalars(rows.order_by(ProgrammeVersion.number.desc())))


class Follows(Protocol):
    """An enrolment or a group: what follows one version of a programme for ever."""

    @property
    def id(self) -> UUID: ...
    @property
    def programme_id(self) -> str: ...
    @property
    def programme_version(self) -> int: ...


def programme_of(tx: Transaction, follower: Follows) -> Programme:
    """The version that this enrolment or group follows."""
    return programmes_of(tx, [follower])[follower.id]


def programmes_of(tx: Transaction, followers: Iterable[Follows]) -> dict[UUID, Programme]:
    """The version that each of these follows, in one statement at most."""
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
    """How many meetings the version has that this one follows, of those that were read already; else 0."""
    followed = follower.programme_id, follower.programme_version
    return next((len(each.meetings) for each in programmes if (each.id, each.version) == followed), 0)


def offered(tx: Transaction) -> list[Programme]:
    """What somebody new can be added to: the newest version of each programme that has not ended, by title."""
    newest = {programme.id: programme for programme in every(tx)}
    return sorted((each for each in newest.values() if each.offered), key=lambda each: each.title)


def sites(tx: Transaction) -> dict[str, str]:
    """The name of every site of any programme and version; the newest one counts."""
    return sites_of(every(tx))


def sites_of(programmes: Iterable[Programme]) -> dict[str, str]:
    """The same of those that were read already."""
    return {site.id: site.name for programme in programmes for site in programme.sites}


def topics(tx: Transaction) -> dict[str, str]:
    """The title of every topic of any programme and version; the newest one counts."""
    return {topic.id: topic.title for programme in every(tx) for topic in programme.topics}


def every(tx: Transaction) -> list[Programme]:
    """Every version, the newest of each programme last."""
    rows = tx.scalars(select(ProgrammeVersion).order_by(ProgrammeVersion.number, ProgrammeVersion.made_at))
    return [_opened(tx, row) for row in rows]


def _opened(tx: Transaction, row: ProgrammeVersion) -> Programme:
    return _built(tx.keys, row.id, row.content)


@functools.lru_cache(maxsize=64)
def _built(keys: Keys, version_id: UUID, content: bytes) -> Programme:
    """The programme in a row. A version never changes, so the last ones are kept."""
    return from_plain(keys.box(WORDS).open("programme_versions.content", version_id, content))
