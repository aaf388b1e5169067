"""Changing keys for new ones while everybody goes on working (docs/decisions/0020).

A rotation is begun by an administrator. Cut off anywhere it is gone on with, by whoever has the server.
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
"""The detail of what is recorded of the wrapping key; of a data key it is the owner's kind."""


class Stuck(Exception):
    """Some values do not open where they stand, so the old key has to stay. The message names them."""


class NotAllKnown(Exception):
    """A newer version has brought the databases further: what it sealed besides would be lost with the old key."""


def require_all_known(store: Store) -> None:
    """Raises ``NotAllKnown`` where this version cannot seal all of it anew."""
    if store.standing() is not SchemaState.CURRENT:
        raise NotAllKnown


def owner_of(store: Store, reference: str) -> str:
    """Whose data key a reference means. Raises ``NotFound``."""
    with store.reading() as tx:
        found = enrolments.participants_of(tx, [reference.upper()]).get(reference.upper())
    if found is None:
        raise NotFound
    return participant(found)


def begin(actor: Actor, owner: str) -> None:
    """Give an owner a new data key. Raises ``KeyMissing`` where it was destroyed, and ``NotAllKnown``."""
    require_all_known(actor.store)
    actor.store.keys.keyset(owner)
    _record(actor.store, audit.Event.KEY_ROTATION_BEGUN, actor.viewer, owner, actor.now)
    rotate_data_keys.add_key(actor.store.keys, owner)


def under_way(store: Store, owner: str) -> bool:
    """Whether a rotation of his was begun and not finished. Raises ``KeyMissing``."""
    return bool(keysets.retired(store.keys.keyset(owner)))


def go_on(store: Store, owner: str, linger: Callable[[], None], now: datetime) -> Iterator[int]:
    """Seal anew what the old key sealed, then drop it: how many values it was, batch by batch.

    ``linger`` waits until nobody still holds what he read before. A key that is destroyed meanwhile ends it.
    Raises ``Stuck`` and ``NotAllKnown``.
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
        ):  # also for what somebody was writing to
            yield from _changed(iter(batches))
        _record(store, audit.Event.KEY_ROTATION_FINISHED, None, owner, now)
        rotate_data_keys.drop_keys(store.keys, owner, retired)
    except KeyMissing:
        return


class RotationStep(Enum):
    """What comes next for the wrapping key."""

    BEGIN = auto()
    GO_ON = auto()
    LOST = auto()
    """A new one was made, and is not where it has to be."""
    PUT_AWAY = auto()
    """All is done, but the retired one is still there."""


def wrapping_step(store: Store) -> RotationStep:
    """How far the rotation of the wrapping key is."""
    store.keys.wrapping.refresh()
    known, there = rotate_wrapping_key.wrapping_keys(store.keys), set(store.keys.wrapping.ids)
    if known.new and known.new not in there:
        return RotationStep.LOST
    if known.new or known.retiring:
        return RotationStep.GO_ON
    return RotationStep.PUT_AWAY if there & known.retired else RotationStep.BEGIN


def begin_wrapping(actor: Actor) -> str:
    """Where ``wrapping_step`` says so, make a new wrapping key, which wraps nothing yet.

    What has to be put in the place of the present one where only the operator can; else nothing. A new one
    that lies there already is taken. Raises ``NotAllKnown``.
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
    """Take the new wrapping key into use and drop the old one: how many keys were wrapped anew, batch by batch.

    Raises ``Stuck``, ``NotAllKnown``, and ``BadSetting`` where the new one is not there.
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
        keys.wrapping.drop(known.retiring)  # where only the operator can, ``left_over`` gives him what to put
        rotate_wrapping_key.retire(keys, known.retiring, now)


def left_over(store: Store) -> str:
    """Drop wrapping keys that are retired. What the operator has to put in their place himself, or nothing."""
    return store.keys.wrapping.drop(*rotate_wrapping_key.wrapping_keys(store.keys).retired)


@dataclass(frozen=True)
class Status:
    """How the keys stand. Participants whose key is being changed are named by their references."""

    wrapping: WrappingKeys
    service: int
    participants: int
    destroyed: int
    under_way: tuple[str, ...]


def status(store: Store) -> Status:
    """How the keys stand now."""
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
    """How many each batch changed. Raises ``Stuck`` at the end, when all others are done."""
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
