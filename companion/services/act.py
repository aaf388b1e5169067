"""The frame of every act: one transaction, and a record of it when it was refused or failed."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from companion.domain.people import Role, Viewer
from companion.domain.refusals import LeavesPath, NotAllowed, NotFound, Refused, Rejected
from companion.store import audit, locks, people, rate_limits
from companion.store.base import UNAVAILABLE, Store, Transaction
from companion.store.quotas import AccountQuota

log = logging.getLogger(__name__)

T = TypeVar("T")

NOT_OFFERED = "not_offered"
"""The key of a choice that no page offers: a form was changed on its way, or is out of date."""


class Counted(StrEnum):
    """By which limit the acts of one account are counted."""

    ACT = "act.account"
    """It makes something new."""
    SAVE = "save.account"
    """It replaces what is there, as often as somebody types."""
    NEVER = ""
    """A worry that is told or handled, signing in and out, a passphrase changed, and reading, which is recorded."""


@dataclass(frozen=True)
class Actor:
    """Who acts, on which databases and at which moment."""

    store: Store
    viewer: Viewer
    now: datetime


@contextmanager
def acting(
    actor: Actor, counted: Counted = Counted.ACT, *, role: Role | None = None
) -> Iterator[Transaction]:
    """A writing transaction of somebody; of whoever has not this role it is refused with ``NotFound``.

    Of somebody whose account was closed while his request was on its way, nothing is done any more. Raises
    ``SlowDown`` for an account that does too much. Committing raises ``Rejected`` where he has no room for what he
    stores.
    """
    store, viewer, now = actor.store, actor.viewer, actor.now
    with _recorded(store, viewer, now) as tx:
        if counted:  # before any lock: of one account's acts at once each waits here
            rate_limits.count(tx, counted, str(viewer.account_id), now)
        people.require_here(tx, viewer)
        if role and viewer.role is not role:
            raise NotFound
        tx.room = AccountQuota.of(viewer, now)
        yield tx


@contextmanager
def unattended(store: Store, now: datetime) -> Iterator[Transaction]:
    """A writing transaction of the service itself, or of somebody who has not signed in yet."""
    with _recorded(store, None, now) as tx:
        yield tx


@contextmanager
def _recorded(store: Store, viewer: Viewer | None, now: datetime) -> Iterator[Transaction]:
    """The act commits; a refusal or a fault rolls back, and is recorded in a transaction of its own.

    Something mistyped (``Rejected``) or to be confirmed first (``LeavesPath``) is not worth a record, but for a choice
    that no page offers; and where the database is away there is nowhere to put one.
    """
    try:
        with store.writing(now, viewer) as tx:
            yield tx
    except Rejected as rejected:
        if any(problem.key == NOT_OFFERED for problem in rejected.problems):
            record_refusal(store, viewer, NOT_OFFERED, now)
        raise
    except LeavesPath:
        raise
    except Refused as refusal:
        detail = refusal.key if isinstance(refusal, NotAllowed) else type(refusal).__name__
        record_refusal(store, viewer, detail, now)
        refusal.recorded = True
        raise
    except UNAVAILABLE:
        raise
    except Exception as fault:
        with suppress(Exception):  # the fault itself is what must be seen
            _record(store, audit.Event.FAILED, viewer, type(fault).__name__, now)
        raise


def repeated(act: Callable[[], T], back: Callable[[], None] = lambda: None) -> T:
    """Do it, and once more where PostgreSQL undid it for a deadlock. ``back`` takes back what no rollback does.

    An act may be repeated: all of it but tries that count and keys that nothing uses is undone with its transaction.
    """
    try:
        return act()
    except OperationalError as error:
        if not locks.in_each_others_way(error):
            raise
        log.warning("a transaction was undone for a deadlock, and is repeated")
    back()
    return act()


def record_refusal(store: Store, viewer: Viewer | None, detail: str, now: datetime) -> None:
    """Write down that something was refused, in a transaction of its own. ``detail`` is a key, never a text.

    Beyond so many of one person's in a quarter of an hour only the 1st, 2nd, 4th, 8th and so on, with its number.
    """
    _record(store, audit.Event.REFUSED, viewer, detail, now)


def _record(store: Store, event: audit.Event, viewer: Viewer | None, detail: str, now: datetime) -> None:
    with store.writing(now, viewer) as tx:
        more = rate_limits.beyond(tx, "refusal.account", str(viewer.account_id) if viewer else "", now)
        if rate_limits.written(more):
            audit.record(tx, event, detail=f"{detail[:50]}:{more}" if more else detail)
        tx.commit()
