"""A practitioner's own notes on a participant, and what was agreed at an appointment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.text import clean

NOTE_MOST = 5000
AGREED_MOST = 1000


@dataclass(frozen=True)
class Note:
    """One note. Later ones can be added, but it never changes."""

    id: UUID
    author: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Agreed:
    """An agreement from an appointment, shared with the participant. ``revision`` counts the changes."""

    appointment_id: UUID
    starts_at: datetime
    words: str
    by: str
    at: datetime
    revision: int


def note_words(text: str, field: str = "words") -> str:
    """Return a note's words, tidied. Raise ``Rejected``."""
    return clean(text, NOTE_MOST, field)


def agreed_words(text: str) -> str:
    """Return what was agreed. Raise ``Rejected``."""
    return clean(text, AGREED_MOST, "agreed")
