"""Phrases that a practitioner has saved for use in feedback."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from companion.domain.refusals import NotAllowed
from companion.domain.text import clean

PHRASE: Final = "phrase"
PHRASE_MOST: Final = 500
PHRASES_MOST: Final = 20
"""The maximum number of phrases that a practitioner can save. A longer list of phrases would be slow to read.
"""


@dataclass(frozen=True)
class Phrase:
    """A practitioner's saved phrase."""

    id: UUID
    words: str


@dataclass(frozen=True)
class Reviewing:
    """A practitioner's review settings: single-key shortcuts and saved phrases."""

    phrases: tuple[Phrase, ...]
    keys: bool


def new_phrase(typed: str, kept: int) -> str:
    """Clean and return a phrase that a practitioner entered.

    Raise ``Rejected`` if the phrase isn't valid, or ``NotAllowed`` if there are too many phrases.
    """
    words = clean(typed, PHRASE_MOST, PHRASE)
    if kept >= PHRASES_MOST:
        raise NotAllowed("phrases_full")
    return words


def with_phrase(comment: str, phrase: str) -> str:
    """Return the comment with the phrase added below its text."""
    return f"{comment.rstrip()}\n{phrase}" if comment.strip() else phrase
