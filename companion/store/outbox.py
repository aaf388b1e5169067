"""The outbox of notices to send by email.

Companion saves a notice in the same transaction as the event that the notice is about.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.waiting import Waiting
from companion.store import locks, people
from companion.store.base import Model, Transaction
from companion.store.types import UtcDateTime

GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
"""The waiting time before each retry of an email."""
CLAIMED_FOR = timedelta(minutes=10)
"""A worker must send its claimed notices within this time.

If a worker hasn't sent its notices after ten minutes, another worker may claim and send them.
"""
MOST_UNSURE = 2
"""If Companion can't tell whether an email was sent, it tries this many times at most."""


class Notice(StrEnum):
    """The kinds of notice.

    The email says only that there is something new. The recipient has to sign in to read more.
    """

    WORK_SET = "work_set"
    WORK_CHANGED = "work_changed"
    WORK_WITHDRAWN = "work_withdrawn"
    WORK_INTENDED = "work_intended"
    WORK_SUBMITTED = "work_submitted"
    FEEDBACK_RELEASED = "feedback_released"
    WORK_RETURNED = "work_returned"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    APPOINTMENT_REMINDER = "appointment_reminder"
    PLAN_SUGGESTED = "plan_suggested"
    PLAN_REVIEW_DUE = "plan_review_due"
    HANDED_OVER = "handed_over"
    CONCERN_NEW = "concern_new"
    CONCERN_OVERDUE = "concern_overdue"
    MESSAGE_SENT = "message_sent"
    LOOKED_AT = "looked_at"
    ACCESS_RESET = "access_reset"
    DIGEST = "digest"
    REQUEST_ANSWERED = "request_answered"


BY_DAY_ONLY = (Notice.APPOINTMENT_REMINDER, Notice.WORK_INTENDED)
"""The kinds of notice that wait until the morning."""


class Outcome(StrEnum):
    """The outcome of a notice."""

    SENT = "sent"
    NOT_WANTED = "not_wanted"
    """The recipient doesn't want emails."""
    SET_ASIDE = "set_aside"
    """Companion doesn't send the notice, because too many emails to the recipient's address have failed."""
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """The event that the email was about was undone or changed before the email was sent."""


class Outgoing(Model):
    """A notice in the outbox, for one account."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("account_id", "notice", "subject_id", "once"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    notice: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    once: Mapped[str | None] = mapped_column(String(40))
    """The key that prevents duplicate notices.

    Withdrawing a notice sets ``once`` to None, so that Companion can add the same notice again later.
    """
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[int] = mapped_column(default=0)
    """How many times Companion has tried to send the notice without learning whether the email arrived."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    letter_id: Mapped[UUID | None]
    """The id of the email that contains the notice.

    If the email may have arrived, a retry sends the same email, without newer notices.
    """
    outcome: Mapped[str | None] = mapped_column(String(12))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def notify(
    tx: Transaction, account_id: UUID, notice: Notice, subject: UUID, due: datetime | None = None
) -> None:
    """Add a notice to the outbox. Without ``due``, the notice is due immediately."""
    row = Outgoing(account_id=account_id, notice=notice, subject_id=subject, made_at=tx.now)
    row.due_at = row.next_try_at = due or tx.now
    tx.add(row)


def notify_once(
    tx: Transaction, account_id: UUID, notice: Notice, subject: UUID, once: str, due: datetime
) -> bool:
    """Add a notice unless the outbox already contains the notice. Return whether the notice was added.

    If two transactions add the same notice at the same time, only one succeeds.
    """
    row = Outgoing(account_id=account_id, notice=notice, subject_id=subject, once=once, made_at=tx.now)
    row.due_at, row.next_try_at = due, max(due, tx.now)
    try:
        with tx.begin_nested():
            tx.add(row)
    except IntegrityError:
        return False
    return True


def told(tx: Transaction, notice: Notice, subjects: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """For each notice of this kind about one of ``subjects``, return its account id and subject id."""
    query = select(Outgoing.account_id, Outgoing.subject_id)
    rows = tx.execute(query.where(Outgoing.notice == notice, Outgoing.subject_id.in_(subjects)))
    return {(account, subject) for account, subject in rows}


def withdraw(tx: Transaction, notice: Notice, subject: UUID) -> None:
    """Withdraw all unsent notices of this kind about the row whose id is ``subject``.

    The caller must commit the transaction.
    """
    waiting = update(Outgoing).where(
        Outgoing.notice == notice, Outgoing.subject_id == subject, Outgoing.outcome.is_(None)
    )
    tx.execute(waiting.values(outcome=Outcome.WITHDRAWN, settled_at=tx.now, claimed_until=None, once=None))


def claim(tx: Transaction, now: datetime, held: Sequence[Notice] = ()) -> Sequence[Outgoing] | None:
    """Claim the due notices for the next email to one account. Return the notices. The caller must commit the
    transaction.

    Return None if nothing is due. Return an empty list if another worker claimed the notices first. Leave out
    notices of the kinds in ``held``, which have to wait. If an email may have arrived, its retry contains the
    same notices.
    The daily email (``Notice.DIGEST``) is never combined with other notices. Apart from the daily email, all
    notices that are due for an account are combined into one email.
    """
    due = (
        Outgoing.outcome.is_(None),
        Outgoing.next_try_at <= now,
        or_(Outgoing.claimed_until.is_(None), Outgoing.claimed_until <= now),
        Outgoing.notice.not_in(held),
    )
    next_one = select(Outgoing.account_id, Outgoing.letter_id, Outgoing.notice).where(*due)
    next_one = next_one.order_by(Outgoing.next_try_at, Outgoing.id).limit(1)
    first = tx.execute(next_one).first()
    if first is None:
        return None
    people.lock(tx, first.account_id)  # another worker for this account waits here, and then finds no notice
    daily = first.notice == Notice.DIGEST
    whole = select(Outgoing).where(
        *due,
        Outgoing.account_id == first.account_id,
        Outgoing.letter_id == first.letter_id if first.letter_id else Outgoing.letter_id.is_(None),
        Outgoing.notice == Notice.DIGEST if daily else Outgoing.notice != Notice.DIGEST,
    )
    rows = sorted(locks.lock(tx, whole), key=lambda row: (row.due_at, row.id))
    for row in rows:
        row.unsure += row.claimed_until is not None  # the worker that had claimed this notice died
        row.claimed_until = now + CLAIMED_FOR
        row.letter_id = row.letter_id or rows[0].id
        row.tries += 1
    return rows


def settle(
    tx: Transaction, rows: Sequence[Outgoing], outcome: Outcome | None, now: datetime, *, unsure: bool = False
) -> None:
    """Record the result of an attempt to send these notices.

    An outcome of None means that the attempt failed. Retry a failed email, up to the maximum number of
    attempts.

    ``unsure`` means that the email may have arrived.
    """
    for row in rows:
        stored = tx.get_one(Outgoing, row.id)
        stored.claimed_until = None
        stored.unsure += unsure
        if outcome is None and stored.tries <= len(GAPS) and stored.unsure < MOST_UNSURE:
            stored.next_try_at = now + GAPS[stored.tries - 1]
            stored.letter_id = stored.letter_id if stored.unsure else None
        elif stored.outcome is None or outcome is Outcome.SENT:  # keep WITHDRAWN unless the email was sent
            stored.outcome, stored.settled_at = outcome or Outcome.FAILED, now


def waiting(tx: Transaction, now: datetime, held: Sequence[Notice] = ()) -> Waiting:
    """Return the number of notices that are due but unsent, and the time at which the oldest of them became
    due.

    Leave out notices of the kinds in ``held``.
    """
    due = Outgoing.outcome.is_(None) & (Outgoing.due_at <= now) & Outgoing.notice.not_in(held)
    return Waiting(*tx.execute(select(func.count(), func.min(Outgoing.due_at)).where(due)).one())


def give_up(tx: Transaction, now: datetime) -> None:
    """If the worker that was sending a notice died, and this was the notice's ``MOST_UNSURE``th attempt with
    an unknown result, mark the notice as failed.

    The caller must commit the transaction.
    """
    died = select(Outgoing).where(
        Outgoing.outcome.is_(None), Outgoing.claimed_until <= now, Outgoing.unsure >= MOST_UNSURE - 1
    )
    for row in locks.lock(tx, died):
        row.outcome, row.settled_at, row.claimed_until = Outcome.FAILED, now, None
        row.unsure = MOST_UNSURE
