"""Suggested passphrases: five words drawn at random."""

import secrets
from collections.abc import Sequence

from companion.domain.people import typed_passphrase
from companion.domain.refusals import Rejected

WORDS = 5
"""Five of 2,048 words give 55 bits: 36 thousand million million passphrases, all equally likely."""


def suggested_passphrase(words: Sequence[str]) -> str:
    """Return different words from the list, separated by spaces. The result always passes the rules
    for passphrases.
    """
    while True:
        drawn = " ".join(secrets.SystemRandom().sample(words, WORDS))
        try:
            return typed_passphrase(drawn, [])
        except Rejected:
            continue


def is_suggestion(passphrase: str, words: Sequence[str]) -> bool:
    """Whether this passphrase could have been suggested from the list."""
    parts = passphrase.split(" ", WORDS)
    return len(parts) == WORDS and set(parts) <= set(words)
