"""Sending email to those who want it: neutral, claimed once, retried, never lost."""

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
    """Why the mail server didn't take an email."""

    AWAY = auto()
    """The server can't be reached, or accepts nothing now: everything else due waits too."""
    LATER = auto()
    """It doesn't accept this email now."""
    UNSURE = auto()
    """The email was handed over without a reply: it may or may not arrive."""
    REFUSED = auto()
    """It will never accept this email."""
    NO_SUCH_ADDRESS = auto()
    """It will never accept email to this address."""


class NotDelivered(Exception):
    """The mail server didn't take an email."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True)
class Letter:
    """An email to send. ``id`` stays the same if one that may have arrived is sent again."""

    id: str
    address: str
    language: str
    at: datetime
    digest: Digest | None = None
    """The daily email's contents; None for the neutral notice."""


Post = Callable[[Letter], None]
"""Sends an email. Raises ``NotDelivered``."""


def deliver(store: Store, post: Post, now: datetime) -> int:
    """Send what is due, one email per account however many notices it has; return how many emails.

    If the server is down, the rest waits for the next round instead of timing out one by one. A worker that dies
    between sending and recording leaves a claim that expires: the email is sent twice at most; if nobody then knows
    whether it arrived, it is given up, so that people are told.
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
    """Return the email for claimed notices, or how they end without one.

    A damaged address is retried like a temporary failure: it may be restored from a backup.
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
        return Outcome.FAILED  # it was about another day
    if daily and daily.is_empty:
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
