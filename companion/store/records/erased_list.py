"""The list of erased accounts.

The list is a file. Restoring a database from a backup doesn't change the list of erased accounts. A line
contains an account's random id, the time of the erasure and a keyed hash. Only Companion can add a line to
the list, because only Companion can compute the keyed hash. Lines are never removed from the list of erased
accounts.
"""

import fcntl
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from companion.config import BadSetting
from companion.store.disk import sync_folder
from companion.store.keys import Keys


@dataclass(frozen=True)
class Found:
    """The list of erased accounts, with the times of erasure and the number of damaged lines."""

    accounts: set[UUID]
    damaged: int
    since: dict[UUID, datetime] = field(default_factory=dict)


class ErasedList:
    """The file on this machine that lists the erased accounts."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def at(cls, home: Path) -> "ErasedList":
        """Return the list of erased accounts that is stored in the data folder."""
        return cls(home / "erasures" / "erased.jsonl")

    def add(self, keys: Keys, account_id: UUID, at: datetime) -> None:
        """Add an account to the list of erased accounts, unless the account is already listed.

        The function returns when the list is safely on disk.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            there = file.read()
            if account_id in read(keys, there).accounts:
                return
            torn = b"\n" if there and not there.endswith(b"\n") else b""  # the last write was interrupted
            file.write(torn + line(keys, account_id, at))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.path.parent)

    def found(self, keys: Keys) -> Found:
        """Return the contents of the list of erased accounts. Return an empty list if there is no file.

        Raise ``BadSetting`` if the file can't be read.
        """
        try:
            return read(keys, self.path.read_bytes())
        except FileNotFoundError:
            return Found(set(), 0)
        except OSError as error:
            raise BadSetting(
                f"The list of who was erased cannot be read at {self.path} ({error.strerror}). "
                "Let Companion read it, or put it back from its copy."
            ) from error


def line(keys: Keys, account_id: UUID, at: datetime) -> bytes:
    """Return the account's line for the list of erased accounts, with its keyed hash."""
    plain = {"account": str(account_id), "at": at.isoformat()}
    return json.dumps({**plain, "mac": _mac(keys, **plain)}).encode() + b"\n"


def read(keys: Keys, text: bytes) -> Found:
    """Parse a list of erased accounts. Damaged lines are counted but otherwise ignored."""
    since: dict[UUID, datetime] = {}
    damaged = 0
    for each in filter(bytes.strip, text.split(b"\n")):
        try:
            said = json.loads(each)
            account, at, mac = (str(said[name]) for name in ("account", "at", "mac"))
            if not hmac.compare_digest(mac.encode(), _mac(keys, account, at).encode()):
                raise ValueError
            since[UUID(account)] = datetime.fromisoformat(at)
        except (ValueError, KeyError, TypeError, RecursionError):
            damaged += 1
    return Found(set(since), damaged, since)


def _mac(keys: Keys, account: str, at: str) -> str:
    return hmac.digest(
        keys.secret("service:audit"), f"erased\n{account}\n{at}".encode(), hashlib.sha256
    ).hex()
