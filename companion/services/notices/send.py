"""Letters go out by email to those who want them: neutral, claimed once, tried again, never lost."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import tink

from companion.domain.notices.reminders import Digest, at_night
from companion.domain.time.working_days import london_day
from companion.services.notices.schedule import digest, withdraw_intentions
from companion.store import outbox, people
from companion.store.base import Store, Transaction
from companion.store.keys import KeyMissing
from companion.store.notices import preferences
from companion.store.outbox import BY_DAY_ONLY, Notice, Outcome, Outgoing
from companion.store.people import Account

log = logging.getLogger(__name__)


class Why(Enum):
    """Why the post did not take a letter."""

    AWAY = auto()
    """The server cannot be reached or takes none at all now: what else is due waits too."""
    LATER = auto()
    """It does not take this letter now."""
    UNSURE = auto()
    """The letter was handed over, and no answer came: it may arrive, or not."""
    REFUSED = auto()
    """It will never take this letter."""
    NO_SUCH_ADDRESS = auto()
    """It will never take a letter to this address."""


class NotDelivered(Exception):
    """The post did not take a letter."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True)
class Letter:
    """What the post sends. ``id`` is the same when a letter is repeated that may have arrived."""

    id: str
    address: str
    language: str
    at: datetime
    digest: Digest | None = None
    """What the daily letter says; None is the neutral note."""


Post = Callable[[Letter], None]
"""Sends a letter. Raises ``NotDelivered``."""


def deliver(store: Store, post: Post, now: datetime) -> int:
    """Send what is due, one letter an account however many notices it has; how many letters.

    Where the server is away the rest waits for the next round: it would hold up the caller at each. A worker
    that dies between sending and noting it leaves a claim that runs out: the letter is sent twice at most, and
    if nobody knows then whether it arrived, it is given up, so that people are told.
    """
    sent = 0
    held = BY_DAY_ONLY if at_night(now) else ()
    withdraw_intentions(store, now)
    with store.writing(now) as tx:
        outbox.give_up(tx, now)
        tx.commit()
    while True:
        with store.writing(now) as tx:
            rows = outbox.claim(tx, now, held)
            letter = _letter(tx, rows, now) if rows else None
            tx.commit()
        if rows is None:
            return sent
        if letter is None:
            continue
        end = _posted(post, letter) if isinstance(letter, Letter) else letter
        with store.writing(now) as tx:
            _settle(tx, rows, end, now)
            tx.commit()
        sent += end is Outcome.SENT
        if end in (Why.AWAY, Why.UNSURE):
            return sent


def _posted(post: Post, letter: Letter) -> Outcome | Why:
    try:
        post(letter)
    except NotDelivered as refusal:
        return refusal.why
    return Outcome.SENT


def _letter(tx: Transaction, rows: Sequence[Outgoing], now: datetime) -> Letter | Outcome | Why:
    """The letter for what was claimed, or how it ends without one.

    An address that is damaged is tried again as one that takes nothing now: it may be put back from a backup.
    """
    account, first = tx.get_one(Account, rows[0].account_id), rows[0]
    try:
        address = people.email(tx, account)
    except (KeyMissing, tink.TinkError):
        log.error(
            "an address is damaged; the other letters go on", extra={"damaged": f"account {account.id}"}
        )
        return Why.LATER
    if not address or account.left_at is not None:
        return Outcome.NOT_WANTED
    if preferences.set_aside_notices(tx, [account.id]):
        return Outcome.SET_ASIDE
    daily = digest(tx, account.id, first.due_at) if first.notice == Notice.DIGEST else None
    if daily and daily.day != london_day(now):
        return Outcome.FAILED  # it speaks of another day
    if daily and not daily.count:
        return Outcome.WITHDRAWN
    return Letter(f"{first.letter_id}", address, account.language, now, daily)


def _settle(tx: Transaction, rows: Sequence[Outgoing], end: Outcome | Why, now: datetime) -> None:
    people.lock(tx, rows[0].account_id)
    if isinstance(end, Outcome):
        outbox.settle(tx, rows, end, now)
        if end is Outcome.SENT:
            preferences.arrived(tx, rows[0].account_id)
    elif end in (Why.REFUSED, Why.NO_SUCH_ADDRESS):
        outbox.settle(tx, rows, Outcome.FAILED, now)
        if end is Why.NO_SUCH_ADDRESS:
            preferences.refused(tx, rows[0].account_id, now)
    else:
        outbox.settle(tx, rows, None, now, unsure=end is Why.UNSURE)
