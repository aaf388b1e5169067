"""A practitioner's notes about a participant, and the agreements from appointments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.text import clean

NOTE_MOST = 5000
AGREED_MOST = 1000


@dataclass(frozen=True)
class Note:
    """A practitioner's note, which never changes."""

    id: UUID
    author: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Agreed:
    """An agreement that a participant and a practitioner made at one of their appointments.

    Both the participant and the practitioner can read the agreement.
    """

    appointment_id: UUID
    starts_at: datetime
    words: str
    by: str
    at: datetime
    revision: int


def note_words(text: str, field: str = "words") -> str:
    """Clean and return the text of a note. Raise ``Rejected`` if the text isn't valid."""
    return clean(text, NOTE_MOST, field)


def agreed_words(text: str) -> str:
    """Clean and return the text of an agreement. Raise ``Rejected`` if the text isn't valid."""
    return clean(text, AGREED_MOST, "agreed")
