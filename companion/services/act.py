"""Run each action in its own transaction. Record refusals and errors in the audit log."""

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
"""The key of the message to show if somebody submits a choice that the page didn't offer."""


class Counted(StrEnum):
    """The rate limit that applies to an action."""

    ACT = "act.account"
    """The rate limit for actions that create something."""
    SAVE = "save.account"
    """The rate limit for saving over something already stored, such as a draft."""
    NEVER = ""
    """For actions that count towards neither rate limit, such as raising a concern, signing in or out,
    changing a passphrase, or reading a page.
    """


@dataclass(frozen=True)
class Actor:
    """The context of an action: who performs it, the databases and the current time."""

    store: Store
    viewer: Viewer
    now: datetime


@contextmanager
def acting(
    actor: Actor, counted: Counted = Counted.ACT, *, role: Role | None = None
) -> Iterator[Transaction]:
    """Open a read-write transaction for the actor.

    Raise ``NotFound`` if the actor doesn't have this role, or if the actor's account has just been closed.
    Raise ``SlowDown`` if the account has exceeded its rate limit. Committing raises ``Rejected`` if the
    account has no storage left.
    """
    store, viewer, now = actor.store, actor.viewer, actor.now
    with _recorded(store, viewer, now) as tx:
        if counted:  # count before any lock: concurrent actions of an account wait here
            rate_limits.count(tx, counted, str(viewer.account_id), now)
        people.require_here(tx, viewer)
        if role and viewer.role is not role:
            raise NotFound
        tx.room = AccountQuota.of(viewer, now)
        yield tx


@contextmanager
def unattended(store: Store, now: datetime) -> Iterator[Transaction]:
    """Open a read-write transaction for the service, or for somebody who isn't signed in."""
    with _recorded(store, None, now) as tx:
        yield tx


@contextmanager
def _recorded(store: Store, viewer: Viewer | None, now: datetime) -> Iterator[Transaction]:
    """Yield the transaction in which the caller carries out an action.

    A refusal or an error rolls back the transaction. If an action is refused or fails, Companion records that
    in a new transaction. Companion records nothing if a form contains mistakes (``Rejected``), if the
    participant must confirm a change first (``LeavesPath``), or if a database is down or busy. However, a
    choice that the page didn't offer is recorded: somebody may have changed the form by hand.
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
        with suppress(Exception):  # the original error must be raised
            _record(store, audit.Event.FAILED, viewer, type(fault).__name__, now)
        raise


def repeated(act: Callable[[], T], back: Callable[[], None] = lambda: None) -> T:
    """Run an action. If PostgreSQL rolls the action back because of a conflict with another transaction,
    retry once.

    ``back`` undoes changes outside the database, such as to the session cookie, before the action is retried.
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
    """Record that an action was refused. Use a separate transaction, because the action's own transaction is
    rolled back. ``detail`` must be a short fixed code, never free text.

    If one person's requests are refused very often within 15 minutes, the audit log records only some of the
    refusals. Past the limit, Companion doesn't record every refusal, only the 1st, 2nd, 4th, 8th and so on.
    """
    _record(store, audit.Event.REFUSED, viewer, detail, now)


def _record(store: Store, event: audit.Event, viewer: Viewer | None, detail: str, now: datetime) -> None:
    with store.writing(now, viewer) as tx:
        more = rate_limits.beyond(tx, "refusal.account", str(viewer.account_id) if viewer else "", now)
        if rate_limits.written(more):
            audit.record(tx, event, detail=f"{detail[:50]}:{more}" if more else detail)
        tx.commit()
