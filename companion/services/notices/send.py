"""Send email to people who want email.

The wording of emails is neutral. If sending an email fails, Companion tries again.
"""

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
    """The reason why the mail server didn't accept an email."""

    AWAY = auto()
    """The mail server can't be reached or refuses everything, so keep all emails for later."""
    LATER = auto()
    """The server doesn't accept this email now, but may accept it later."""
    UNSURE = auto()
    """The sending broke off after it had begun, so the email may have arrived."""
    REFUSED = auto()
    """The server will never accept this email."""
    NO_SUCH_ADDRESS = auto()
    """The server will never accept email to this address."""


class NotDelivered(Exception):
    """Raised if the mail server didn't accept an email."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True)
class Letter:
    """An email to send. If the email from an earlier attempt may have arrived, a retry sends it with the same
    ``id``.
    """

    id: str
    address: str
    language: str
    at: datetime
    digest: Digest | None = None
    """The contents of the daily email, or None if this isn't a daily email."""


Post = Callable[[Letter], None]
"""A function that sends an email, or raises ``NotDelivered``."""


def deliver(store: Store, post: Post, now: datetime) -> int:
    """Send the emails that are due.

    Each account gets one email for all its due notices, apart from the daily email. Return the number of
    emails sent. If the mail server is down, or Companion can't tell whether an email arrived, all remaining
    emails wait for the next run. If a worker sends an email but crashes before recording that, another worker
    sends it again. If Companion can't tell after two attempts whether an email arrived, it records the email
    as failed and doesn't send it again.
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
    """Return the email for these notices.

    If no email should be sent, return an ``Outcome`` that says why. If the recipient's address can't be
    decrypted, return ``Why.LATER``, so that Companion tries to send the email again later.
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
        return Outcome.FAILED  # the daily email was for another day
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
