"""Hashing of passphrases and agreed words: Argon2id, RFC 9106's low-memory profile, one after the other."""

import os
import secrets
import sys
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from copy import copy
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher, profiles
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError

from companion.domain.ip_addresses import network
from companion.domain.refusals import Crowded

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 1
"""Hashes computed at the same time by one process: each takes 64 MiB, and four processors where there are as many."""
LINE = 7
"""Who may wait for that at the same time. Whoever comes then is not kept waiting: he is asked to come again."""
OF_ONE = 2
"""Places of these that one account, or one known device, may have."""
OF_ONE_ADDRESS = (AT_ONCE + LINE) // 2
"""The same for one address: a whole office may sign in from it, and there is room for the others."""
AGAIN = 10
"""Seconds after which he may come again: the line is gone by then."""
BEHIND = 10
"""How far hashing stands back (``nice``): who saves an answer does not wait for those who sign in."""


class HashingTurn:
    """A place in the line for hashing, for as long as it is held."""

    def __init__(self, hasher: "Hasher") -> None:
        self._hasher = hasher

    def hash(self, text: str) -> str:
        """The hash to store. Raises ``MemoryError``."""
        return self._hasher._in_turn(self._hasher._hash, text)

    def fits(self, stored: str | None, text: str) -> bool:
        """Whether the text is what was hashed. ``None`` fits nothing, in the same time. Raises ``MemoryError``."""
        return self._hasher._in_turn(self._hasher._fits, stored, text)


class HashingQueue:
    """The places in the line for hashing, and whose they are."""

    def __init__(self) -> None:
        self._taken = 0
        self._whose: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, whose: Mapping[str, int]) -> Iterator[None]:
        """A place, for each of those who may have so many. Raises ``Crowded``."""
        with self._lock:
            if self._taken >= AT_ONCE + LINE or any(self._whose[who] >= most for who, most in whose.items()):
                raise Crowded(AGAIN)
            self._taken += 1
            self._whose.update(whose.keys())
        try:
            yield
        finally:
            with self._lock:
                self._taken -= 1
                self._whose.subtract(whose.keys())
                self._whose = +self._whose  # nobody is remembered


class Hasher:
    """Hashes and checks; a check of nobody takes as long as one of somebody."""

    def __init__(self, *, cheap: bool = False) -> None:
        profile = profiles.CHEAPEST if cheap else profiles.RFC_9106_LOW_MEMORY
        self._argon2 = PasswordHasher.from_parameters(profile)
        self._line = HashingQueue()
        self._whose: Mapping[str, int] = {}
        self._turns = ThreadPoolExecutor(AT_ONCE, "hashing", _stand_back)

    def used_by(self, *, address: str = "", account: str = "", device: str = "") -> "Hasher":
        """The same one with the same line, in which each of these has a few places and no more."""
        used = copy(self)
        used._whose = {
            key: most
            for key, most, given in (
                (f"address {network(address)}", OF_ONE_ADDRESS, address),
                (f"account {account}", OF_ONE, account),
                (f"device {device}", OF_ONE, device),
            )
            if given
        }
        return used

    @contextmanager
    def place(self) -> Iterator[HashingTurn]:
        """A place in the line, before anything is done that a full line would leave half done. Raises ``Crowded``."""
        with self._line.place(self._whose):
            yield HashingTurn(self)

    def hash(self, text: str) -> str:
        """The hash to store. Raises ``Crowded`` and ``MemoryError``; so it is asked for before a transaction begins."""
        with self.place() as place:
            return place.hash(text)

    def _in_turn(self, act: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        try:
            return self._turns.submit(act, *args, **named).result()
        except (Argon2Error, RuntimeError) as error:  # neither says anything of the passphrase
            raise MemoryError("Nothing can be hashed: there is no memory for it, or no thread.") from error

    def _hash(self, text: str) -> str:
        return self._argon2.hash(text)

    def _fits(self, stored: str | None, text: str) -> bool:
        try:
            return self._argon2.verify(stored or _of_nobody(self._argon2), text) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def _of_nobody(argon2: PasswordHasher) -> str:
    """What takes as long as any other hash and fits nothing: its bytes are random, so that none has to be computed."""
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (argon2.salt_len, argon2.hash_len)
    )
    costs = f"m={argon2.memory_cost},t={argon2.time_cost},p={argon2.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _stand_back() -> None:
    """Once in a thread that hashes. On Linux this holds for that thread, and for those that Argon2 starts in it."""
    if sys.platform == "linux":
        with suppress(PermissionError):  # where a process may not, it hashes all the same
            os.nice(BEHIND)
            processors = os.sched_getaffinity(0)
            if len(processors) > 1:  # a database is another session, which its niceness does not reach
                os.sched_setaffinity(0, processors - {min(processors)})
