"""Messages between a participant and their practitioner, for questions between sessions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from companion.domain.text import clean
from companion.domain.time.london import LONDON

WORDS_MOST = 4000
SHOWN = 50
"""How many messages a page shows. The first page shows the latest messages."""


@dataclass(frozen=True)
class Message:
    """A message, whose text never changes. Companion records who first read the message, and when."""

    id: UUID
    number: int
    his: bool
    """True if the participant wrote the message."""
    author: str
    words: str
    sent_at: datetime
    read_at: datetime | None
    read_by: str
    promised_on: date | None = None
    """The day by which somebody will read the message, as Companion told the participant who sent it."""

    def is_late(self, today: date) -> bool:
        """Return whether the message is still unread after the day by which Companion said somebody would
        read it.
        """
        return self.read_at is None and self.promised_on is not None and self.promised_on < today


def runs_out(promised_on: date) -> datetime:
    """Return the time at which the day ``promised_on`` ends in London. A message is late if it is still
    unread after the day promised to the participant.
    """
    return datetime.combine(promised_on + timedelta(days=1), time(), LONDON).astimezone(UTC)


def message_words(text: str) -> str:
    """Clean and return the text of a message. Raise ``Rejected`` if the text isn't valid."""
    return clean(text, WORDS_MOST, "words")
