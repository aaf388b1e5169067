"""The counts in a practitioner's daily email."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select

from companion.domain.meetings.absence import who_reads
from companion.domain.time.working_days import london_day
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import absence
from companion.store.meetings.appointments import AppointmentRow, due_for
from companion.store.messages.messages import MessageRow
from companion.store.notices.reminders import takes_place
from companion.store.outbox import Notice, Outgoing
from companion.store.work import nothing_set
from companion.store.work.rows import SubmissionRow, WorkRow


def to_read(tx: Transaction, practitioner: UUID, since: datetime, until: datetime) -> int:
    """Return how many submissions and messages a practitioner has to read.

    Only submissions for work due before ``until`` are included, and only from participants with an
    appointment between ``since`` and ``until``.
    """
    return _submissions(tx, practitioner, since, until) + _messages(tx, practitioner, since)


def without_work(tx: Transaction, practitioner: UUID, on: datetime) -> int:
    """Return how many of a practitioner's sessions in the next two working days have no work set.

    Return 0 if the practitioner is away today.
    """
    today = london_day(on)
    if any(each.who == practitioner and each.on(today) for each in absence.times_away(tx, on)):
        return 0
    return nothing_set.count(tx, practitioner, on)


def _messages(tx: Transaction, practitioner: UUID, on: datetime) -> int:
    """Return how many unread messages the practitioner has to read.

    The number includes messages that the practitioner reads as cover.
    """
    times = absence.times_away(tx, on)
    whose = {practitioner, *(each.who for each in times)}
    his = [each for each in whose if (who_reads(on, each, times) or each) == practitioner]
    waiting = (
        select(func.count(MessageRow.id))
        .join(Enrolment, Enrolment.id == MessageRow.enrolment_id)
        .where(Enrolment.practitioner_id.in_(his), MessageRow.his.is_(True), MessageRow.read_at.is_(None))
    )
    return tx.scalar(waiting) or 0


def _submissions(tx: Transaction, practitioner: UUID, since: datetime, until: datetime) -> int:
    """Return how many submissions for work due before ``until`` haven't been read.

    Only submissions from participants with an appointment between ``since`` and ``until`` are included.
    """
    meets = exists().where(
        AppointmentRow.enrolment_id == Enrolment.id,
        AppointmentRow.starts_at >= since,
        AppointmentRow.starts_at < until,
        takes_place(),
    )
    unread = tx.execute(
        select(WorkRow.enrolment_id, WorkRow.due_id)
        .join(SubmissionRow, SubmissionRow.work_id == WorkRow.id)
        .join(Enrolment, Enrolment.id == WorkRow.enrolment_id)
        .where(
            Enrolment.practitioner_id == practitioner,
            SubmissionRow.read_at.is_(None),
            SubmissionRow.outcome.is_(None),
            meets,
        )
    ).all()
    due = due_for(tx, {row.enrolment_id for row in unread})
    return sum(due[row.due_id].starts_at < until for row in unread)


def without(tx: Transaction, practitioners: Iterable[UUID], day: str) -> list[UUID]:
    """Return the practitioners for whom the outbox contains no daily email for this day."""
    practitioners = list(practitioners)
    made = set(
        tx.scalars(
            select(Outgoing.account_id).where(
                Outgoing.notice == Notice.DIGEST,
                Outgoing.once == day,
                Outgoing.account_id.in_(practitioners),
            )
        )
    )
    return [each for each in practitioners if each not in made]
