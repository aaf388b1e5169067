"""Phrases that a practitioner keeps, to put into feedback by a press and change there before it is sent."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from companion.domain.refusals import NotAllowed
from companion.domain.text import clean

PHRASE: Final = "phrase"
PHRASE_MOST: Final = 500
PHRASES_MOST: Final = 20
"""How many somebody keeps: more are no longer found at a glance."""


@dataclass(frozen=True)
class Phrase:
    """One of them."""

    id: UUID
    words: str


@dataclass(frozen=True)
class Reviewing:
    """How somebody reviews: their phrases, oldest first, and whether single keys work."""

    phrases: tuple[Phrase, ...]
    keys: bool


def new_phrase(typed: str, kept: int) -> str:
    """Return the phrase that was typed. Raise ``Rejected``, and ``NotAllowed`` if there is no room for another."""
    words = clean(typed, PHRASE_MOST, PHRASE)
    if kept >= PHRASES_MOST:
        raise NotAllowed("phrases_full")
    return words


def with_phrase(comment: str, phrase: str) -> str:
    """Return the comment with the phrase below what is there."""
    return f"{comment.rstrip()}\n{phrase}" if comment.strip() else phrase
