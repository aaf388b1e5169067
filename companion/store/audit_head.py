"""The latest link of the audit's chain, remembered in the key store, out of reach of somebody who can write to the
main database.

A head is remembered after its sealing commits. A crash in between leaves the key store behind, never ahead, so what
it names is in the chain unless somebody removed it or restored an older copy.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, LargeBinary, String, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.keys import AT_ONCE, KeyModel, Keys

AUDIT = "audit"


class HeadRow(KeyModel):
    """The latest link known to be chained."""

    __tablename__ = "heads"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    link: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Head:
    """A position in the chain and its link; position 0 and no link before anything is chained."""

    position: int = 0
    link: bytes = b""

    def __str__(self) -> str:
        return f"{self.position}:{self.link.hex()}"

    @classmethod
    def parsed(cls, text: str) -> "Head":
        """Return the head written as ``position:link``. Raise ``ValueError`` for anything else."""
        position, _, link = text.partition(":")
        return cls(int(position), bytes.fromhex(link))


def remembered(keys: Keys) -> Head | None:
    """Return the head that the key store remembers, or None before ``migrate`` has set it.

    Call this before reading the main database: then the chain can only have grown since.
    """
    query = select(HeadRow.position, HeadRow.link).where(HeadRow.name == AUDIT)
    with keys.engine.connect().execution_options(**AT_ONCE[keys.engine.dialect.name]) as connection:
        row = connection.execute(query).first()
    return Head(row.position, row.link) if row else None


def remember(keys: Keys, head: Head) -> None:
    """Remember a committed head, unless another sealer has already remembered a later one."""
    further = update(HeadRow).where(HeadRow.name == AUDIT, HeadRow.position < head.position)
    with keys.engine.connect().execution_options(writing=True) as connection:
        connection.execute(further.values(position=head.position, link=head.link))
        connection.commit()


def begin(keys: Keys, head: Head) -> bool:
    """Remember the first head; return False if there is one already."""
    with keys.engine.connect().execution_options(writing=True) as connection:
        try:
            connection.execute(insert(HeadRow).values(name=AUDIT, position=head.position, link=head.link))
        except IntegrityError:
            return False
        connection.commit()
    return True
