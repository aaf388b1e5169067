"""Suggest passphrases of five words that are chosen at random."""

import secrets
from collections.abc import Sequence

from companion.domain.people import typed_passphrase
from companion.domain.refusals import Rejected

WORDS = 5
"""Five random words from a list of 2,048 give about 55 bits of entropy."""


def suggested_passphrase(words: Sequence[str]) -> str:
    """Return five different words from the list, separated by spaces."""
    while True:
        drawn = " ".join(secrets.SystemRandom().sample(words, WORDS))
        try:
            return typed_passphrase(drawn, [])
        except Rejected:
            continue


def is_suggestion(passphrase: str, words: Sequence[str]) -> bool:
    """Return whether this passphrase consists of five words from the list ``words``, separated by spaces."""
    parts = passphrase.split(" ", WORDS)
    return len(parts) == WORDS and set(parts) <= set(words)
