"""Accounts' known devices. A cookie with a random value identifies a known device.

The cookie doesn't sign anybody in. A known device has its own limit on sign-in attempts.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.accounts.devices import KNOWN_FOR, KNOWN_MOST, DeviceKind
from companion.domain.people import Viewer
from companion.domain.refusals import NotFound
from companion.store import locks, people
from companion.store.base import Model, Transaction
from companion.store.people import Account
from companion.store.types import UtcDateTime

NOBODY = UUID(int=0)


class KnownDevice(Model):
    """A browser that an account's owner has marked as their own."""

    __tablename__ = "known_devices"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    mark_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """A keyed hash of the account and the device cookie.

    If two people use the same device, Companion stores a different hash of the device cookie for each of
    them.
    """
    kind: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Device:
    """A known device, as shown to its owner."""

    id: UUID
    kind: DeviceKind
    used_at: datetime


def known(tx: Transaction, account_id: UUID | None, mark: str, now: datetime) -> UUID | None:
    """Return the id of the account's known device that has this cookie, or None.

    Return None too if nobody has used the device within the period ``KNOWN_FOR``.

    ``account_id`` is None for an unknown sign-in name. Companion runs the same query for unknown sign-in
    names, so that the response time doesn't reveal which names exist.
    """
    hash_of = _hash(tx, account_id or NOBODY, mark)
    return tx.scalar(
        select(KnownDevice.id).where(KnownDevice.mark_hash == hash_of, KnownDevice.used_at > now - KNOWN_FOR)
    )


def know(tx: Transaction, account: Account, mark: str, kind: DeviceKind, now: datetime) -> None:
    """Save the device that has this cookie as a known device of the account.

    When an account has too many known devices, forget the least recently used one.
    """
    forget_mark(tx, account.id, mark)
    device = KnownDevice(id=uuid4(), account_id=account.id, created_at=now, used_at=now)
    device.mark_hash = _hash(tx, account.id, mark)
    device.kind = tx.keys.box(account.owner).seal(
        "known_devices.kind", device.id, [kind.browser, kind.system]
    )
    tx.add(device)
    tx.flush()
    newest = select(KnownDevice.id).where(KnownDevice.account_id == account.id)
    kept = tx.scalars(newest.order_by(KnownDevice.used_at.desc(), KnownDevice.id).limit(KNOWN_MOST)).all()
    tx.execute(delete(KnownDevice).where(KnownDevice.account_id == account.id, KnownDevice.id.not_in(kept)))


def used(tx: Transaction, device_id: UUID, now: datetime) -> None:
    """Record that somebody has signed in on a known device."""
    tx.execute(update(KnownDevice).where(KnownDevice.id == device_id).values(used_at=now))


def mine(tx: Transaction, viewer: Viewer) -> list[Device]:
    """Return the viewer's known devices, the most recently used first."""
    rows = tx.scalars(
        select(KnownDevice)
        .where(KnownDevice.account_id == viewer.account_id)
        .order_by(KnownDevice.used_at.desc(), KnownDevice.id)
    ).all()
    box = tx.keys.box(people.account(tx, viewer.account_id).owner)
    return [
        Device(row.id, DeviceKind(*box.open("known_devices.kind", row.id, row.kind)), row.used_at)
        for row in rows
    ]


def forget(tx: Transaction, viewer: Viewer, device_id: UUID) -> None:
    """Forget one of the viewer's devices. Raise ``NotFound`` if the viewer has no such device."""
    his = KnownDevice.account_id == viewer.account_id
    gone = delete(KnownDevice).where(his, KnownDevice.id == device_id).returning(KnownDevice.id)
    if tx.scalar(gone) is None:
        raise NotFound


def forget_mark(tx: Transaction, account_id: UUID, mark: str) -> None:
    """If one of the account's known devices has this cookie, forget the device."""
    tx.execute(delete(KnownDevice).where(KnownDevice.mark_hash == _hash(tx, account_id, mark)))


def forget_all(tx: Transaction, account_id: UUID) -> None:
    """Forget all of an account's known devices."""
    tx.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))


def drop_old(tx: Transaction, now: datetime) -> None:
    """Delete known devices that haven't been used within the period ``KNOWN_FOR``.

    The caller must commit the transaction.
    """
    old = locks.skipping_locked(select(KnownDevice.id).where(KnownDevice.used_at <= now - KNOWN_FOR))
    tx.execute(delete(KnownDevice).where(KnownDevice.id.in_(old)))


def _hash(tx: Transaction, account_id: UUID, mark: str) -> bytes:
    return tx.keys.lookup("device", f"{account_id} {mark}")
