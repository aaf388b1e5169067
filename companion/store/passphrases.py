"""Hashing of passphrases and agreed words: Argon2id, RFC 9106's low-memory profile."""

import threading

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
"""Hashes computed at the same time by one process: each takes 64 MiB and a core for a while."""


class Hasher:
    """Hashes and checks; a check of nobody takes as long as one of somebody."""

    def __init__(self, *, cheap: bool = False) -> None:
        profile = profiles.CHEAPEST if cheap else profiles.RFC_9106_LOW_MEMORY
        self._argon2 = PasswordHasher.from_parameters(profile)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._argon2.hash("a passphrase that belongs to nobody")

    def hash(self, text: str) -> str:
        """The hash to store."""
        with self._places:
            return self._argon2.hash(text)

    def fits(self, stored: str | None, text: str) -> bool:
        """Whether the text is what was hashed. ``None`` fits nothing, in the same time."""
        with self._places:
            try:
                return self._argon2.verify(stored or self._nobody, text) and stored is not None
            except (VerificationError, InvalidHashError):
                return False
