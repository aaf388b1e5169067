"""What is being typed and is not sent yet, wherever that is: the columns that all drafts have."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.types import UtcDateTime


class Drafted:
    """Found by ``place``, a keyed hash: where somebody writes would tell what about."""

    place: Mapped[bytes] = mapped_column(LargeBinary)
    typed: Mapped[bytes] = mapped_column(LargeBinary)
    tab: Mapped[str] = mapped_column(String(40))
    """The page that saved it last: a page never collides with itself."""
    beat: Mapped[int]
    """That page's own count of its saves: one that arrives late changes nothing."""
    revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
