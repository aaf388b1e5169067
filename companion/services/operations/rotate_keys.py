"""Rotate keys while the service is in use (docs/decisions/0020).

An administrator starts a rotation. Anybody with access to the server can continue an interrupted rotation.
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
"""The detail in an audit entry about the wrapping key.

An audit entry about a participant's data key has ``participant`` in its detail field.
"""


class Stuck(Exception):
    """Raised if the old key must be kept, because some values can't be decrypted and re-encrypted.

    The error message lists the values that can't be decrypted.
    """


class NotAllKnown(Exception):
    """Raised if a newer version of Companion has migrated the databases.

    A newer version of Companion may have added encrypted columns. This version can't re-encrypt columns that
    it doesn't know, and deleting the old key would make them unreadable.
    """


def require_all_known(store: Store) -> None:
    """Raise ``NotAllKnown`` if this version can't re-encrypt everything in the databases."""
    if store.standing() is not SchemaState.CURRENT:
        raise NotAllKnown


def owner_of(store: Store, reference: str) -> str:
    """Return this participant's key name in the key store.

    Raise ``NotFound`` if no participant has this reference.
    """
    with store.reading() as tx:
        found = enrolments.participants_of(tx, [reference.upper()]).get(reference.upper())
    if found is None:
        raise NotFound
    return participant(found)


def begin(actor: Actor, owner: str) -> None:
    """Start rotating the data key of a participant or of the service.

    Raise ``KeyMissing`` for a destroyed key. Raise ``NotAllKnown`` if a newer version of Companion has
    migrated the databases.
    """
    require_all_known(actor.store)
    actor.store.keys.keyset(owner)
    _record(actor.store, audit.Event.KEY_ROTATION_BEGUN, actor.viewer, owner, actor.now)
    rotate_data_keys.add_key(actor.store.keys, owner)


def under_way(store: Store, owner: str) -> bool:
    """Return whether this owner's key is being rotated.

    Raise ``KeyMissing`` if the key was destroyed.
    """
    return bool(keysets.retired(store.keys.keyset(owner)))


def go_on(store: Store, owner: str, linger: Callable[[], None], now: datetime) -> Iterator[int]:
    """Re-encrypt values with the new key, then delete the old key.

    After each batch, yield the number of values re-encrypted. ``linger`` waits until no process can still be
    using the old encrypted values. If the key is destroyed, stop the rotation. Raise ``Stuck`` if some values
    can't be decrypted. Raise ``NotAllKnown`` if a newer version of Companion has migrated the databases.
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
        ):  # some values may have been written during the first pass
            yield from _changed(iter(batches))
        _record(store, audit.Event.KEY_ROTATION_FINISHED, None, owner, now)
        rotate_data_keys.drop_keys(store.keys, owner, retired)
    except KeyMissing:
        return


class RotationStep(Enum):
    """The next step in a wrapping-key rotation."""

    BEGIN = auto()
    GO_ON = auto()
    LOST = auto()
    """There is a new wrapping key, but this machine can't find the key."""
    PUT_AWAY = auto()
    """The rotation is complete, but the old key still exists."""


def wrapping_step(store: Store) -> RotationStep:
    """Return the next step in a wrapping-key rotation."""
    store.keys.wrapping.refresh()
    known, there = rotate_wrapping_key.wrapping_keys(store.keys), set(store.keys.wrapping.ids)
    if known.new and known.new not in there:
        return RotationStep.LOST
    if known.new or known.retiring:
        return RotationStep.GO_ON
    return RotationStep.PUT_AWAY if there & known.retired else RotationStep.BEGIN


def begin_wrapping(actor: Actor) -> str:
    """Create a new wrapping key, but don't use the key yet.

    Return the new value of the wrapping key setting, or an empty string if the operator doesn't need to save
    a new value. If an earlier call created a key that isn't in use yet, use that key. Raise ``NotAllKnown``
    if a newer version of Companion has migrated the databases.
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
    """Start using the new wrapping key, and delete the old wrapping key.

    After each batch, yield how many data keys were re-encrypted. Raise ``Stuck`` if some keys can't be
    decrypted. Raise ``NotAllKnown`` if a newer version of Companion has migrated the databases. Raise
    ``BadSetting`` if the new key can't be found.
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
        keys.wrapping.drop(known.retiring)  # the operator may have to delete the key (``left_over``)
        rotate_wrapping_key.retire(keys, known.retiring, now)


def left_over(store: Store) -> str:
    """Delete retired wrapping keys.

    Return the new value of the wrapping key setting, or an empty string if the operator doesn't need to save
    a new value.
    """
    return store.keys.wrapping.drop(*rotate_wrapping_key.wrapping_keys(store.keys).retired)


@dataclass(frozen=True)
class Status:
    """The progress of key rotation: how many data keys of each kind exist, and which keys are being rotated.

    ``under_way`` lists the keys that are being rotated. A participant's key is listed under the participant's
    reference number.
    """

    wrapping: WrappingKeys
    service: int
    participants: int
    destroyed: int
    under_way: tuple[str, ...]


def status(store: Store) -> Status:
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
    """After each batch, yield how many values were changed.

    Raise ``Stuck`` at the end if some values couldn't be decrypted.
    """
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
