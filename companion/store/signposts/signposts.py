"""The directory of signposts.

Every change to a signpost stores the whole directory of signposts as a new version.

Signposts aren't encrypted, because the help page is public.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.refusals import ChangedElsewhere
from companion.domain.signposts.signposts import Directory, from_json, to_json
from companion.store import people
from companion.store.base import Model, Transaction
from companion.store.people import Account
from companion.store.types import UtcDateTime


class DirectoryVersion(Model):
    """A version of the directory of signposts.

    ``act`` is the kind of change to the signpost with the id ``signpost``.
    """

    __tablename__ = "directory_versions"

    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[str] = mapped_column(Text)
    signpost: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


@dataclass(frozen=True)
class Change:
    """A change to a signpost, and the whole directory of signposts after the change."""

    number: int
    at: datetime
    by: str
    act: str
    signpost: str
    directory: Directory


def newest(tx: Transaction) -> tuple[int, Directory] | None:
    """Return the current version's number and directory, or None if Companion's built-in directory applies."""
    row = tx.scalar(select(DirectoryVersion).order_by(DirectoryVersion.number.desc()).limit(1))
    return (row.number, from_json(row.content)) if row else None


def numbered(tx: Transaction, number: int) -> Directory | None:
    """Return the version with this number, or None."""
    content = tx.scalar(select(DirectoryVersion.content).where(DirectoryVersion.number == number))
    return from_json(content) if content else None


def changes(tx: Transaction, most: int) -> list[Change]:
    """Return at most ``most`` changes, the latest first."""
    rows = tx.scalars(select(DirectoryVersion).order_by(DirectoryVersion.number.desc()).limit(most)).all()
    accounts = tx.scalars(select(Account).where(Account.id.in_({row.made_by for row in rows})))
    names = people.names(tx, accounts)
    return [
        Change(row.number, row.made_at, names[row.made_by], row.act, row.signpost, from_json(row.content))
        for row in rows
    ]


def add(tx: Transaction, number: int, directory: Directory, signpost: str, act: str) -> None:
    """Save the changed directory of signposts as its next version.

    Raise ``ChangedElsewhere`` if somebody else has just saved a version with the same number.
    """
    tx.add(
        DirectoryVersion(
            id=uuid4(),
            number=number,
            content=to_json(directory).decode(),
            signpost=signpost,
            act=act,
            made_at=tx.now,
            made_by=tx.viewer.account_id,
        )
    )
    try:
        tx.flush()
    except IntegrityError as error:
        raise ChangedElsewhere from error
