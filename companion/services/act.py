"""The frame of every act: one transaction, and a record if it is refused or fails."""

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
"""The key for a choice that no page offers: the form was tampered with, or is out of date."""


class Counted(StrEnum):
    """Which limit counts an account's acts."""

    ACT = "act.account"
    """It creates something."""
    SAVE = "save.account"
    """It replaces something, as often as somebody types."""
    NEVER = ""
    """Raising or handling a concern, signing in and out, changing a passphrase, and reading, which is recorded."""


@dataclass(frozen=True)
class Actor:
    """The person acting, the databases, and the moment."""

    store: Store
    viewer: Viewer
    now: datetime


@contextmanager
def acting(
    actor: Actor, counted: Counted = Counted.ACT, *, role: Role | None = None
) -> Iterator[Transaction]:
    """Open a writing transaction for somebody. Raise ``NotFound`` if they don't have this role.

    If their account was closed in the meantime, nothing is done. Raise ``SlowDown`` for an account that does too
    much. Committing raises ``Rejected`` if they have no storage left for it.
    """
    store, viewer, now = actor.store, actor.viewer, actor.now
    with _recorded(store, viewer, now) as tx:
        if counted:  # before any lock: concurrent acts of one account queue here
            rate_limits.count(tx, counted, str(viewer.account_id), now)
        people.require_here(tx, viewer)
        if role and viewer.role is not role:
            raise NotFound
        tx.room = AccountQuota.of(viewer, now)
        yield tx


@contextmanager
def unattended(store: Store, now: datetime) -> Iterator[Transaction]:
    """Open a writing transaction for the service itself, or for somebody who hasn't signed in yet."""
    with _recorded(store, None, now) as tx:
        yield tx


@contextmanager
def _recorded(store: Store, viewer: Viewer | None, now: datetime) -> Iterator[Transaction]:
    """Commit the act; roll back a refusal or an error, and record it in a separate transaction.

    Something mistyped (``Rejected``) or still to be confirmed (``LeavesPath``) isn't recorded, unless no page offers
    the choice; nor can anything be if the database is down.
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
        with suppress(Exception):  # the original error must surface
            _record(store, audit.Event.FAILED, viewer, type(fault).__name__, now)
        raise


def repeated(act: Callable[[], T], back: Callable[[], None] = lambda: None) -> T:
    """Run the act, and once more if PostgreSQL rolled it back for a deadlock. ``back`` undoes what a rollback
    doesn't.

    Acts can be repeated: the rollback undoes everything except counted attempts and unused keys.
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
    """Record a refusal in a transaction of its own. ``detail`` is a key, never text.

    After many by one person in a quarter of an hour, only the 1st, 2nd, 4th, 8th and so on are recorded, with their
    number.
    """
    _record(store, audit.Event.REFUSED, viewer, detail, now)


def _record(store: Store, event: audit.Event, viewer: Viewer | None, detail: str, now: datetime) -> None:
    with store.writing(now, viewer) as tx:
        more = rate_limits.beyond(tx, "refusal.account", str(viewer.account_id) if viewer else "", now)
        if rate_limits.written(more):
            audit.record(tx, event, detail=f"{detail[:50]}:{more}" if more else detail)
        tx.commit()
