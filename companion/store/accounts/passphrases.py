"""Hash passphrases, and the agreed words that go with joining codes.

Companion uses Argon2id with the low-memory profile from RFC 9106. A process computes one hash at a time.
"""

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
"""The number of hashes that a process computes at once.

A hash needs 64 MiB and up to four processors.
"""
LINE = 7
"""The maximum number of requests that may wait for hashing.

Once the queue is full, further requests are refused.
"""
OF_ONE = 2
"""How many requests from one account or known device may queue for passphrase hashing."""
OF_ONE_ADDRESS = (AT_ONCE + LINE) // 2
"""The maximum number of requests in the hashing queue from one network address.

The limit for a network address is higher than the limit for an account, because a whole office may share one
address.
"""
AGAIN = 10
"""The number of seconds before people should try again if the hashing queue is full."""
BEHIND = 10
"""The Unix niceness of hashing threads.

Saving answers has priority over hashing passphrases.
"""


class HashingTurn:
    """A place in the hashing queue."""

    def __init__(self, hasher: "Hasher") -> None:
        self._hasher = hasher

    def hash(self, text: str) -> str:
        """Hash a string. Raise ``MemoryError`` if there isn't enough memory."""
        return self._hasher._in_turn(self._hasher._hash, text)

    def fits(self, stored: str | None, text: str) -> bool:
        """Return whether the string matches the hash.

        If ``stored`` is None, compare the string with a random hash, so that the call takes as long as with a
        stored hash. Raise ``MemoryError`` if there isn't enough memory.
        """
        return self._hasher._in_turn(self._hasher._fits, stored, text)


class HashingQueue:
    """The hashing queue, which counts the places taken by each account, device and network address."""

    def __init__(self) -> None:
        self._taken = 0
        self._whose: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, whose: Mapping[str, int]) -> Iterator[None]:
        """Take a place in the hashing queue, and free the place when the ``with`` block ends.

        ``whose`` maps each account, device or address to its maximum number of places in the hashing queue.
        Raise ``Crowded`` if the queue is full, or if an account, device or address in ``whose`` already has
        its maximum number of places.
        """
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
                self._whose = +self._whose  # drop counts that are zero


class Hasher:
    """A hasher, which hashes passphrases and checks them against stored hashes.

    Checking a passphrase takes just as long for an unknown sign-in name as for a known name.
    """

    def __init__(self, *, cheap: bool = False) -> None:
        profile = profiles.CHEAPEST if cheap else profiles.RFC_9106_LOW_MEMORY
        self._argon2 = PasswordHasher.from_parameters(profile)
        self._line = HashingQueue()
        self._whose: Mapping[str, int] = {}
        self._turns = ThreadPoolExecutor(AT_ONCE, "hashing", _stand_back)

    def used_by(self, *, address: str = "", account: str = "", device: str = "") -> "Hasher":
        """Return a hasher for passphrases that come from this IP address or device, or for this account. The
        new hasher shares this hasher's queue.

        Each address, account and device can hold only a few places in the queue.
        """
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
        """Take a place in the hashing queue, and free the place when the ``with`` block ends.

        An action must take its place in the hashing queue before doing anything else, so that a full queue
        never stops the action halfway. Raise ``Crowded`` if too many passphrases are already waiting to be
        hashed.
        """
        with self._line.place(self._whose):
            yield HashingTurn(self)

    def hash(self, text: str) -> str:
        """Hash a string. Call this method outside a transaction.

        Raise ``Crowded`` if too many passphrases are waiting to be hashed, or ``MemoryError`` if there isn't
        enough memory.
        """
        with self.place() as place:
            return place.hash(text)

    def _in_turn(self, act: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        try:
            return self._turns.submit(act, *args, **named).result()
        except (Argon2Error, RuntimeError) as error:  # neither error reveals anything about the passphrase
            raise MemoryError("Nothing can be hashed: there is no memory for it, or no thread.") from error

    def _hash(self, text: str) -> str:
        return self._argon2.hash(text)

    def _fits(self, stored: str | None, text: str) -> bool:
        try:
            return self._argon2.verify(stored or _of_nobody(self._argon2), text) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def _of_nobody(argon2: PasswordHasher) -> str:
    """Return an Argon2 hash of random bytes, which no passphrase matches."""
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (argon2.salt_len, argon2.hash_len)
    )
    costs = f"m={argon2.memory_cost},t={argon2.time_cost},p={argon2.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _stand_back() -> None:
    """Lower the priority of a new hashing thread.

    On Linux, the threads that Argon2 starts get this thread's low priority.
    """
    if sys.platform == "linux":
        with suppress(PermissionError):  # without permission, hash at normal priority
            os.nice(BEHIND)
            processors = os.sched_getaffinity(0)
            if len(processors) > 1:  # leave a processor for the database, which runs in another process
                os.sched_setaffinity(0, processors - {min(processors)})
