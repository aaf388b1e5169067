"""A practitioner's notes about a participant, and what they agreed at an appointment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.text import clean

NOTE_MOST = 5000
AGREED_MOST = 1000


@dataclass(frozen=True)
class Note:
    """A note by a practitioner, which never changes, although later notes can be added."""

    id: UUID
    author: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Agreed:
    """What was agreed at an appointment, which the participant also sees. ``revision`` counts the changes."""

    appointment_id: UUID
    starts_at: datetime
    words: str
    by: str
    at: datetime
    revision: int


def note_words(text: str, field: str = "words") -> str:
    """Clean and return the words of a note, or raise ``Rejected`` if they aren't valid."""
    return clean(text, NOTE_MOST, field)


def agreed_words(text: str) -> str:
    """Clean and return the words of what was agreed, or raise ``Rejected`` if they aren't valid."""
    return clean(text, AGREED_MOST, "agreed")
