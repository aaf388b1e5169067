"""Show people their sessions and known devices. People can end their sessions and forget their devices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.accounts.devices import DeviceKind
from companion.domain.people import Viewer
from companion.services.act import Actor, Counted, acting
from companion.store import audit, people
from companion.store.accounts import devices, sessions
from companion.store.accounts.devices import Device
from companion.store.accounts.sessions import SignedIn, SignedInPlace
from companion.store.base import Store, Transaction


@dataclass(frozen=True)
class Places:
    here: UUID
    sessions: list[SignedInPlace]
    devices: list[Device]
    this_device: UUID | None
    """The id of the device that the person is using at the moment, or None if Companion doesn't know the
    device.
    """


def places(store: Store, signed_in: SignedIn, mark: str, now: datetime) -> Places:
    """Return the viewer's own sessions and known devices."""
    viewer = signed_in.viewer
    with store.reading() as tx:
        return Places(
            signed_in.session_id,
            sessions.mine(tx, viewer, now),
            devices.mine(tx, viewer),
            devices.known(tx, viewer.account_id, mark, now),
        )


@dataclass(frozen=True)
class ArrivedOn:
    """A device's kind and cookie, and whether the person marked it as their own."""

    kind: DeviceKind
    mark: str
    own: bool


def arrive(store: Store, signed_in: SignedIn, on: ArrivedOn, now: datetime) -> bool:
    """Record the device on which somebody signed in. Remember a device that the person owns.

    Companion remembers a device only if no sign-in step is missing. Return True if the device is now known to
    the account.
    """
    viewer = signed_in.viewer
    with store.writing(now, viewer) as tx:
        people.lock(tx, viewer.account_id)
        sessions.describe(tx, signed_in, on.kind)
        device = devices.known(tx, viewer.account_id, on.mark, now) if signed_in.complete else None
        if device:
            devices.used(tx, device, now)
        elif on.own and signed_in.complete:
            _know(tx, viewer, on.kind, on.mark, now)
        tx.commit()
    return signed_in.complete and (on.own or device is not None)


def know_device(actor: Actor, kind: DeviceKind, mark: str) -> None:
    """Record that the viewer has confirmed that this device is theirs.

    Repeating the call changes nothing.
    """
    with acting(actor) as tx:
        _know(tx, actor.viewer, kind, mark, actor.now)
        tx.commit()


def _know(tx: Transaction, viewer: Viewer, kind: DeviceKind, mark: str, now: datetime) -> None:
    people.lock(tx, viewer.account_id)  # a second request at the same time must find the device
    if devices.known(tx, viewer.account_id, mark, now):
        return
    devices.know(tx, people.account(tx, viewer.account_id), mark, kind, now)
    audit.record(tx, audit.Event.DEVICE_KNOWN, subject=viewer.account_id)


def forget_device(actor: Actor, device_id: UUID) -> None:
    """Forget a known device. Raise ``NotFound`` if the device belongs to another account."""
    with acting(actor, Counted.NEVER) as tx:
        devices.forget(tx, actor.viewer, device_id)
        audit.record(tx, audit.Event.DEVICE_FORGOTTEN, subject=actor.viewer.account_id)
        tx.commit()


def end_session(actor: Actor, session_id: UUID) -> None:
    """End one of the viewer's sessions. Repeating the call changes nothing.

    Raise ``NotFound`` if the session belongs to another account.
    """
    with acting(actor, Counted.NEVER) as tx:
        people.lock(tx, actor.viewer.account_id)
        if sessions.end_one(tx, actor.viewer, session_id, actor.now):
            audit.record(tx, audit.Event.SESSION_ENDED, subject=actor.viewer.account_id)
        tx.commit()


def end_sessions(store: Store, signed_in: SignedIn, now: datetime, *, this_too: bool) -> None:
    """End all of the viewer's other sessions.

    With ``this_too``, also end this session and forget all known devices.
    """
    viewer = signed_in.viewer
    with acting(Actor(store, viewer, now), Counted.NEVER) as tx:
        people.lock(tx, viewer.account_id)
        sessions.end_all(tx, viewer.account_id, now, but=None if this_too else signed_in.session_id)
        if this_too:
            devices.forget_all(tx, viewer.account_id)
        audit.record(tx, audit.Event.SESSIONS_ENDED, subject=viewer.account_id)
        tx.commit()
