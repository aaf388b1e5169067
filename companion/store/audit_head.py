"""The head of the audit chain: the position and the hash of the chain's latest entry.

The key store contains a copy of the audit chain's head. To change the audit chain unnoticed, somebody would
need write access to both the main database and the key store. After committing new entries to the audit
chain, Companion updates the copy of the chain's head in the key store. After a crash, the key store's copy of
the audit chain's head may be out of date, but is never ahead of the chain. If the audit chain doesn't contain
the hash that the key store holds, somebody has removed entries or restored an older database.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, LargeBinary, String, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.keys import AT_ONCE, KeyModel, Keys

AUDIT = "audit"


class HeadRow(KeyModel):
    """The row in the key store with the position and hash of the latest known audit entry."""

    __tablename__ = "heads"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    link: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Head:
    """A position in the audit chain, and the hash (the link) of the entry at this position."""

    position: int = 0
    link: bytes = b""

    def __str__(self) -> str:
        return f"{self.position}:{self.link.hex()}"

    @classmethod
    def parsed(cls, text: str) -> "Head":
        """Parse the head of an audit chain, written as ``position:link``.

        Raise ``ValueError`` if the text doesn't have this format.
        """
        position, _, link = text.partition(":")
        return cls(int(position), bytes.fromhex(link))


def remembered(keys: Keys) -> Head | None:
    """Return the audit chain's head from the key store. Return None before ``migrate`` has run.

    Call this function before reading the main database; otherwise the audit chain's head may be newer than
    the audit entries.
    """
    query = select(HeadRow.position, HeadRow.link).where(HeadRow.name == AUDIT)
    with keys.engine.connect().execution_options(**AT_ONCE[keys.engine.dialect.name]) as connection:
        row = connection.execute(query).first()
    return Head(row.position, row.link) if row else None


def remember(keys: Keys, head: Head) -> None:
    """Save the audit chain's head in the key store. The caller has already committed the entries to the audit
    chain. If the key store already holds a later head of the audit chain, keep the later one.
    """
    further = update(HeadRow).where(HeadRow.name == AUDIT, HeadRow.position < head.position)
    with keys.engine.connect().execution_options(writing=True) as connection:
        connection.execute(further.values(position=head.position, link=head.link))
        connection.commit()


def begin(keys: Keys, head: Head) -> bool:
    """Store the first copy of the audit chain's head in the key store.

    Return False if the key store already has a copy of the audit chain's head.
    """
    with keys.engine.connect().execution_options(writing=True) as connection:
        try:
            connection.execute(insert(HeadRow).values(name=AUDIT, position=head.position, link=head.link))
        except IntegrityError:
            return False
        connection.commit()
    return True
