"""Messages between a participant and his practitioner, for questions between sessions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from companion.domain.text import clean
from companion.domain.time.london import LONDON

WORDS_MOST = 4000
SHOWN = 50
"""How many messages a page shows, latest first."""


@dataclass(frozen=True)
class Message:
    """One message. It never changes, except that it is once marked as read: by whom and when."""

    id: UUID
    number: int
    his: bool
    """Whether the participant wrote it."""
    author: str
    words: str
    sent_at: datetime
    read_at: datetime | None
    read_by: str
    promised_on: date | None = None
    """The day by which the participant was told that it would be read."""

    def is_late(self, today: date) -> bool:
        """Whether it is still unread after the day promised."""
        return self.read_at is None and self.promised_on is not None and self.promised_on < today


def runs_out(promised_on: date) -> datetime:
    """Return the midnight, in London, from which a message promised for this day is late."""
    return datetime.combine(promised_on + timedelta(days=1), time(), LONDON).astimezone(UTC)


def message_words(text: str) -> str:
    """Return a message's words, tidied. Raise ``Rejected``."""
    return clean(text, WORDS_MOST, "words")
