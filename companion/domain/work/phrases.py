"""Saved phrases that a practitioner can insert into feedback, and can then change before sending the
feedback.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from companion.domain.refusals import NotAllowed
from companion.domain.text import clean

PHRASE: Final = "phrase"
PHRASE_MOST: Final = 500
PHRASES_MOST: Final = 20
"""The maximum number of phrases that a practitioner can save. In a longer list, a phrase would be hard to
find at a glance.
"""


@dataclass(frozen=True)
class Phrase:
    """One phrase that a practitioner has saved."""

    id: UUID
    words: str


@dataclass(frozen=True)
class Reviewing:
    """A practitioner's review settings: single-key shortcuts, and saved phrases in the order they were
    added.
    """

    phrases: tuple[Phrase, ...]
    keys: bool


def new_phrase(typed: str, kept: int) -> str:
    """Clean and return the phrase that was typed.

    Raise ``Rejected`` if the phrase isn't valid, and ``NotAllowed`` if the practitioner already has the
    maximum number of phrases.
    """
    words = clean(typed, PHRASE_MOST, PHRASE)
    if kept >= PHRASES_MOST:
        raise NotAllowed("phrases_full")
    return words


def with_phrase(comment: str, phrase: str) -> str:
    """Return the comment with the phrase added below its text."""
    return f"{comment.rstrip()}\n{phrase}" if comment.strip() else phrase
