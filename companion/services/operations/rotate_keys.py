"""Rotating keys while the service is in use (docs/decisions/0020).

An administrator begins a rotation. If interrupted anywhere, anybody with access to the server can continue it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.domain.schema_state import SchemaState
from companion.services.act import Actor, Counted, acting, unattended
from companion.store import audit, keysets
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.keys import KeyMissing, participant
from companion.store.operations import rotate_data_keys, rotate_wrapping_key
from companion.store.operations.rotate_wrapping_key import WrappingKeys

WRAPPING = "wrapping"
"""The audit detail for the wrapping key; for a data key it is the kind of owner."""


class Stuck(Exception):
    """Some values can't be opened, so the old key has to stay. The message names them."""


class NotAllKnown(Exception):
    """A newer version has migrated the databases further: values only it knows would be lost with the old key."""


def require_all_known(store: Store) -> None:
    """Raise ``NotAllKnown`` if this version can't reseal everything."""
    if store.standing() is not SchemaState.CURRENT:
        raise NotAllKnown


def owner_of(store: Store, reference: str) -> str:
    """Return the owner of a reference's data key. Raise ``NotFound``."""
    with store.reading() as tx:
        found = enrolments.participants_of(tx, [reference.upper()]).get(reference.upper())
    if found is None:
        raise NotFound
    return participant(found)


def begin(actor: Actor, owner: str) -> None:
    """Give an owner a new data key. Raise ``KeyMissing`` if it was destroyed, or ``NotAllKnown``."""
    require_all_known(actor.store)
    actor.store.keys.keyset(owner)
    _record(actor.store, audit.Event.KEY_ROTATION_BEGUN, actor.viewer, owner, actor.now)
    rotate_data_keys.add_key(actor.store.keys, owner)


def under_way(store: Store, owner: str) -> bool:
    """Whether this owner's rotation was begun and not finished. Raise ``KeyMissing``."""
    return bool(keysets.retired(store.keys.keyset(owner)))


def go_on(store: Store, owner: str, linger: Callable[[], None], now: datetime) -> Iterator[int]:
    """Reseal what the old key sealed, then drop it; yield the number of values per batch.

    ``linger`` waits until nobody still holds values read earlier. If the key is destroyed, it stops. Raise ``Stuck``
    or ``NotAllKnown``.
    """
    require_all_known(store)
    try:
        retired = keysets.retired(store.keys.keyset(owner))
        if not retired:
            return
        store.wait_for_writers()
        yield from _changed(rotate_data_keys.reseal(store, owner, retired))
        linger()
        while batches := list(
            rotate_data_keys.reseal(store, owner, retired)
        ):  # also for values that somebody was writing
            yield from _changed(iter(batches))
        _record(store, audit.Event.KEY_ROTATION_FINISHED, None, owner, now)
        rotate_data_keys.drop_keys(store.keys, owner, retired)
    except KeyMissing:
        return


class RotationStep(Enum):
    """The next step for the wrapping key."""

    BEGIN = auto()
    GO_ON = auto()
    LOST = auto()
    """A new one was made, but isn't in its place."""
    PUT_AWAY = auto()
    """Everything is done, but the retired one still exists."""


def wrapping_step(store: Store) -> RotationStep:
    """Return how far the wrapping key's rotation is."""
    store.keys.wrapping.refresh()
    known, there = rotate_wrapping_key.wrapping_keys(store.keys), set(store.keys.wrapping.ids)
    if known.new and known.new not in there:
        return RotationStep.LOST
    if known.new or known.retiring:
        return RotationStep.GO_ON
    return RotationStep.PUT_AWAY if there & known.retired else RotationStep.BEGIN


def begin_wrapping(actor: Actor) -> str:
    """If ``wrapping_step`` says so, make a new wrapping key, which wraps nothing yet.

    Return the new value if only the operator can replace the old one, otherwise nothing. A new key that already
    exists is used. Raise ``NotAllKnown``.
    """
    require_all_known(actor.store)
    wrapping = actor.store.keys.wrapping
    known = rotate_wrapping_key.wrapping_keys(actor.store.keys)
    _record(actor.store, audit.Event.KEY_ROTATION_BEGUN, actor.viewer, WRAPPING, actor.now)
    there = [each for each in wrapping.ids if each not in known.retired and each != known.primary]
    kept = "" if there else wrapping.add(known.retired)
    ids = keysets.ids(keysets.parsed(kept)) if kept else wrapping.ids
    rotate_wrapping_key.announce(actor.store.keys, there[-1] if there else ids[-1], actor.now)
    return kept


def go_on_wrapping(store: Store, now: datetime) -> Iterator[int]:
    """Start using the new wrapping key and drop the old one; yield the number of keys rewrapped per batch.

    Raise ``Stuck``, ``NotAllKnown``, or ``BadSetting`` if the new one is missing.
    """
    require_all_known(store)
    keys = store.keys
    known = rotate_wrapping_key.wrapping_keys(keys)
    if known.new:
        keys.wrapping.one(known.new)
        rotate_wrapping_key.make_primary(keys, known.new, now)
        known = rotate_wrapping_key.wrapping_keys(keys)
    if known.retiring:
        keys.wrapping.refresh()
        yield from _changed(rotate_wrapping_key.rewrap(keys))
        while any(_changed(rotate_wrapping_key.rewrap(keys))):
            pass
        _record(store, audit.Event.KEY_ROTATION_FINISHED, None, WRAPPING, now)
        keys.wrapping.drop(known.retiring)  # if only the operator can, ``left_over`` returns the value
        rotate_wrapping_key.retire(keys, known.retiring, now)


def left_over(store: Store) -> str:
    """Drop retired wrapping keys. Return the value that the operator has to set, or nothing."""
    return store.keys.wrapping.drop(*rotate_wrapping_key.wrapping_keys(store.keys).retired)


@dataclass(frozen=True)
class Status:
    """The state of the keys. Participants whose key is being rotated are named by reference."""

    wrapping: WrappingKeys
    service: int
    participants: int
    destroyed: int
    under_way: tuple[str, ...]


def status(store: Store) -> Status:
    """Return the current state of the keys."""
    found = rotate_data_keys.every_keyset(store.keys)
    live = {owner: keyset for owner, keyset in found.items() if keyset is not None}
    changing = [owner for owner, keyset in live.items() if keysets.retired(keyset)]
    his = {participant(row): reference for row, reference in _references(store, changing).items()}
    return Status(
        rotate_wrapping_key.wrapping_keys(store.keys),
        sum(not owner.startswith("participant:") for owner in live),
        sum(owner.startswith("participant:") for owner in live),
        len(found) - len(live),
        tuple(sorted(his.get(owner, owner) for owner in changing)),
    )


def _references(store: Store, owners: Iterable[str]) -> dict[UUID, str]:
    ids = [
        UUID(whose) for kind, _, whose in (each.partition(":") for each in owners) if kind == "participant"
    ]
    with store.reading() as tx:
        return enrolments.references_of(tx, ids)


def _changed(batches: Iterator[rotate_data_keys.Batch | rotate_wrapping_key.Batch]) -> Iterator[int]:
    """Yield how many each batch changed. Raise ``Stuck`` at the end, when all others are done."""
    stuck: list[str] = []
    for batch in batches:
        stuck += batch.stuck
        yield batch.changed
    if stuck:
        raise Stuck(", ".join(stuck))


def _record(store: Store, event: audit.Event, viewer: Viewer | None, owner: str, now: datetime) -> None:
    kind, _, whose = owner.partition(":")
    subject = UUID(whose) if kind == "participant" else None
    act = acting(Actor(store, viewer, now), Counted.NEVER) if viewer else unattended(store, now)
    with act as tx:
        audit.record(tx, event, subject=subject, detail=kind if subject else owner)
        tx.commit()
