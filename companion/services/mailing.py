"""Notices go out by e-mail to those who want them: neutral, claimed once, tried again, never lost."""

from collections.abc import Callable
from datetime import datetime

from companion.domain.people import Viewer, email_address
from companion.services.acting import acting
from companion.store import audit, outbox, people
from companion.store.base import Store
from companion.store.outbox import Outcome
from companion.store.people import Account


class NotDelivered(Exception):
    """The post did not take a letter; ``for_good`` where it will not take it later either."""

    def __init__(self, *, for_good: bool = False) -> None:
        super().__init__()
        self.for_good = for_good


Post = Callable[[str, str, str], None]
"""Sends the neutral letter to an address, in a language, with an id that is the same at every try.

Raises ``NotDelivered``.
"""


def deliver(store: Store, post: Post, now: datetime) -> int:
    """Send what is due, one letter an account however many notices it has; how many letters.

    After a letter that may be taken later the rest waits for the next round: a server that is away would hold
    up the caller at each. A worker that dies between sending and noting it leaves a claim that runs out: the
    letter is sent twice at most.
    """
    sent = 0
    while True:
        with store.writing() as tx:
            rows = outbox.claim(tx, now)
            account = tx.get_one(Account, rows[0].account_id) if rows else None
            address = people.email(tx, account) if account and account.left_at is None else ""
            tx.commit()
        if account is None:
            return sent
        outcome: Outcome | None = Outcome.SENT if address else Outcome.NOT_WANTED
        if address:
            try:
                post(address, account.language, f"{rows[0].id}")
                sent += 1
            except NotDelivered as refusal:
                outcome = Outcome.FAILED if refusal.for_good else None
        with store.writing() as tx:
            outbox.settle(tx, rows, outcome, now)
            tx.commit()
        if outcome is None:
            return sent


def choose(store: Store, viewer: Viewer, address: str, now: datetime) -> None:
    """From now on notices go to this address; an empty one ends them. Raises ``Rejected``."""
    with acting(store, viewer, now) as tx:
        people.set_email(tx, people.account(tx, viewer.account_id), email_address(address))
        audit.record(tx, audit.Event.NOTICES_CHANGED, now, viewer, subject=viewer.account_id)
        tx.commit()
