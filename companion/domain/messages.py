"""Messages between a participant and his practitioner, for questions between sessions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.text import clean

WORDS_MOST = 4000
SHOWN = 50
"""How many messages a page shows, the newest of them."""


@dataclass(frozen=True)
class Message:
    """One message. It never changes; only that it was read, by whom and when, is added once."""

    id: UUID
    number: int
    his: bool
    """Whether the participant wrote it."""
    author: str
    words: str
    sent_at: datetime
    read_at: datetime | None
    read_by: str


def words(text: str) -> str:
    """What somebody sends, tidied. Raises ``Rejected``."""
    return clean(text, WORDS_MOST, "words")
