"""A passphrase for somebody who would rather not think of one: five words, drawn at random."""

import secrets
from collections.abc import Sequence

from companion.domain.people import typed_passphrase
from companion.domain.refusals import Rejected

WORDS = 5
"""Five of 2,048 words are 55 bits: 36 thousand million million passphrases, each as likely as the others."""


def suggested_passphrase(words: Sequence[str]) -> str:
    """Different words of this list, with spaces between them: a passphrase that the rules take."""
    while True:
        drawn = " ".join(secrets.SystemRandom().sample(words, WORDS))
        try:
            return typed_passphrase(drawn, [])
        except Rejected:
            continue


def is_suggestion(passphrase: str, words: Sequence[str]) -> bool:
    """Whether this could have been suggested from the list."""
    parts = passphrase.split(" ", WORDS)
    return len(parts) == WORDS and set(parts) <= set(words)
