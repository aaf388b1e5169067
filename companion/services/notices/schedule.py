"""Add reminders and daily emails to the outbox, each only once."""

from datetime import datetime
from uuid import UUID

from companion.domain.notices.reminders import Digest, digest_at, digest_day, in_time, read_before
from companion.domain.time.working_days import london_day
from companion.store import outbox, people
from companion.store.base import Store, Transaction
from companion.store.notices import daily_digest, intentions, reminders
from companion.store.notices.reminders import Reminder
from companion.store.outbox import Notice, Outcome, Outgoing


def remind_of_appointments(store: Store, now: datetime) -> int:
    """Add and withdraw reminders to match the appointments and each person's reminder settings.

    Return the number of reminders that were added. If an appointment is booked late, or somebody turns on
    reminders late, a reminder may already be due. Add a late reminder only on the day on which it was due,
    and only until the evening. A reminder that isn't sent before the appointment begins is recorded as
    undelivered.
    """
    with store.reading() as tx:
        if not _missing(tx, now) and not _to_end(tx, now):
            return 0
    with store.writing(now) as tx:
        _hold_still(tx, now)
        for row, outcome in _to_end(tx, now):
            reminders.end(tx, row, outcome, now)
        tx.flush()
        new = 0
        for each in _missing(tx, now):
            new += outbox.notify_once(
                tx, each.account_id, Notice.APPOINTMENT_REMINDER, each.appointment_id, each.mark, each.due_at
            )
        tx.commit()
    return new


def _hold_still(tx: Transaction, now: datetime) -> None:
    """Before adding or withdrawing reminders, or marking them as failed, lock the accounts of everybody who
    gets the reminders.

    Another process may have changed reminders before the accounts were locked, so the caller must look up the
    reminders again.
    """
    new = {each.account_id for each in _missing(tx, now)}
    old = {row.account_id for row, _ in _to_end(tx, now)}
    people.lock_several(tx, new | old)


def _missing(tx: Transaction, now: datetime) -> list[Reminder]:
    wanted = [each for each in reminders.wanted(tx, now) if in_time(each.due_at, now)]
    made = reminders.made(tx, {each.appointment_id for each in wanted})
    return [each for each in wanted if each.key not in made]


def _to_end(tx: Transaction, now: datetime) -> list[tuple[Outgoing, Outcome]]:
    wanted = {each.key for each in reminders.wanted(tx, now)}
    return [
        (row, Outcome.FAILED if starts_at is not None and starts_at <= now else Outcome.WITHDRAWN)
        for row, starts_at in reminders.waiting(tx, now)
        if (row.account_id, row.subject_id, row.once) not in wanted
    ]


def withdraw_intentions(store: Store, now: datetime) -> None:
    """Withdraw reminders to do planned work if participants no longer need them."""
    with store.reading() as tx:
        if not intentions.outdated(tx, now):
            return
    with store.writing(now) as tx:
        people.lock_several(tx, {row.account_id for row in intentions.outdated(tx, now)})
        for row in intentions.outdated(tx, now):
            reminders.end(tx, row, Outcome.WITHDRAWN, now)
        tx.commit()


def send_digests(store: Store, now: datetime) -> int:
    """Add today's daily email to the outbox, for every practitioner who wants the email.

    Return the number of emails added to the outbox.
    """
    day = digest_day(now)
    if day is None:
        return 0
    with store.reading() as tx:
        missing = daily_digest.without(tx, reminders.readers(tx), f"{day}")
    if not missing:
        return 0
    with store.writing(now) as tx:
        people.lock_several(tx, missing)
        new = sum(
            outbox.notify_once(tx, each, Notice.DIGEST, each, f"{day}", digest_at(day)) for each in missing
        )
        tx.commit()
    return new


def digest(tx: Transaction, practitioner: UUID, due: datetime) -> Digest:
    """Return the contents of the daily email that the practitioner should get at the time ``due``."""
    day = london_day(due)
    until, end = read_before(day)
    unset = daily_digest.without_work(tx, practitioner, due)
    return Digest(daily_digest.to_read(tx, practitioner, due, end), day, until, unset)
