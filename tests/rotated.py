"""Rotate keys in tests, either completely or with a process that is killed partway."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from uuid import UUID

import tink
from sqlalchemy import LargeBinary, event, select

from companion.config import Settings
from companion.services.act import Actor
from companion.services.operations import rotate_keys
from companion.store import keysets
from companion.store.base import Store
from companion.store.keys import DataKey, participant
from companion.store.operations.migrations import MAIN
from companion.store.operations.open_databases import open_store
from tests.cast import Cast


def sams(cast: Cast) -> str:
    return participant(cast.sam.viewer.account_id)


def returned(cast: Cast) -> UUID:
    """Return the id of work that Sam has begun to change because Priya asked for changes.

    The fixture also creates Alex, who rotates keys.
    """
    assert cast.alex
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece, {"the-week": ["6"]})
    cast.priya.returns(cast.sam.submits(piece), "Say more", the_week="You noticed a lot")
    cast.sam.types(piece, "the-week", "5")
    cast.sam.writes("Can we meet later?")
    return piece


def no_time() -> None:
    """Rotate keys without waiting: in these tests no other process uses them."""


def rotates(cast: Cast, owner: str, store: Store | None = None, linger: Callable[[], None] = no_time) -> int:
    """As the administrator Alex, rotate the key of ``owner``. Return how many values were encrypted again."""
    used = store or cast.store
    if not rotate_keys.under_way(used, owner):
        rotate_keys.begin(Actor(used, cast.alex.viewer, cast.now), owner)
    return sum(rotate_keys.go_on(used, owner, linger, cast.now))


def rotates_wrapping(cast: Cast, store: Store | None = None) -> int:
    """Rotate the wrapping key as Alex, and return the number of newly wrapped data keys."""
    used = store or cast.store
    if rotate_keys.wrapping_step(used) is not rotate_keys.RotationStep.GO_ON:
        rotate_keys.begin_wrapping(Actor(used, cast.alex.viewer, cast.now))
    return sum(rotate_keys.go_on_wrapping(used, cast.now))


def killed(settings: Settings, at: int, act: Callable[[Store], object]) -> bool:
    """Call ``act`` in a separate process that is killed (-9) before its ``at``-th commit.

    Return False if ``act`` committed fewer than ``at`` times.
    """
    child = os.fork()
    if not child:
        _acts(settings, at, act)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code != 0


def _acts(settings: Settings, at: int, act: Callable[[Store], object]) -> None:
    try:
        store, commits = open_store(settings), count(1)

        def dies(_: object) -> None:
            if next(commits) == at:
                os.kill(os.getpid(), signal.SIGKILL)

        for engine in (store._engine, store.keys.engine):
            event.listen(engine, "commit", dies)
        act(store)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


@contextmanager
def worker(settings: Settings) -> Iterator[Store]:
    """Open a second store, as another worker process would, and yield the store."""
    store = open_store(settings)
    yield store
    store.close()


def sealed_with(store: Store, key_id: int) -> dict[str, int]:
    """Return, for each binary column, the number of values encrypted with this key."""
    mark, found = keysets.mark(key_id), {}
    with store.reading() as tx:
        for table in MAIN.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, LargeBinary):
                    hits = sum(value.startswith(mark) for value in tx.scalars(select(column)) if value)
                    found |= {str(column): hits} if hits else {}
    return found


def wrapped(store: Store) -> dict[str, bytes | None]:
    """Return the wrapped keys in the key store, keyed by owner."""
    with store.keys.engine.connect() as keys:
        return {row.owner: row.wrapped for row in keys.execute(select(DataKey.owner, DataKey.wrapped))}


def opens(keyset: str, held: bytes, owner: str) -> bool:
    """Return whether this keyset's wrapping keys can unwrap a data key."""
    try:
        keysets.unwrap(held, keysets.parsed(keyset).primitive(tink.aead.Aead), owner)
    except tink.TinkError:
        return False
    return True
