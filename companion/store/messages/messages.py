"""Messages between participants and staff.

Queries return only messages that the viewer may see. Messages are encrypted with the participant's key, and
are never changed or deleted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.messages.messages import SHOWN, Message
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotFound
from companion.domain.time.working_days import london_day, working_day_after
from companion.store import locks
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment, is_there, reached, record_box, theirs
from companion.store.meetings import absence
from companion.store.people import Account, author, names
from companion.store.row_binding import Bound
from companion.store.types import UtcDateTime


class MessageRow(Bound, Model):
    """A message in an enrolment's thread. A message changes only once: when somebody marks the message as
    read."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("enrolment_id", "number"),)
    BOUND = ("enrolment_id", "number", "author_id", "his", "sent_at")

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"))
    number: Mapped[int]
    """The message's number within its thread.

    A gap in the numbers shows that a message was removed.
    """
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    his: Mapped[bool]
    """True if the participant wrote the message."""
    words: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promised_on: Mapped[date | None]
    """The date (London) by which the participant was promised that somebody will read the message.

    ``promised_on`` is None in messages from staff, and in rows saved before the column existed.
    """
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


@dataclass(frozen=True)
class Covered:
    """A thread that the viewer reads for an absent colleague, with the number of unread messages."""

    enrolment_id: UUID
    reference: str
    participant: str
    practitioner: str
    unread: int
    due: datetime | None
    """The earliest reading deadline among this thread's unread messages."""


@dataclass(frozen=True)
class UnreadMessage:
    """An unread message, and the id of the account that should now read the message."""

    message: UUID
    reader: UUID


def enrolment(
    tx: Transaction, viewer: Viewer, enrolment_id: UUID | None, now: datetime, *, lock: bool = False
) -> Enrolment:
    """Return an enrolment whose messages the viewer may read.

    Participants may read their own messages, and practitioners may read the messages of their own
    participants. A practitioner who covers today may also read the absent practitioner's messages. Without an
    id, return the participant's own enrolment. ``lock`` locks the enrolment until the transaction ends. Raise
    ``NotFound`` if the viewer may not read the enrolment's messages.
    """
    his = theirs(viewer) | Enrolment.practitioner_id.in_(absence.covered_by(tx, viewer, now))
    own = Enrolment.participant_id == viewer.account_id
    query = select(Enrolment).where(
        his, is_there(), own if enrolment_id is None else Enrolment.id == enrolment_id
    )
    return reached(viewer, locks.lock_one(tx, query) if lock else tx.scalar(query))


def add(
    tx: Transaction, enrolment: Enrolment, new_id: UUID, text: str, promised_on: date | None
) -> MessageRow:
    """Add the viewer's message to the thread. Return the message.

    ``promised_on`` is the day by which somebody promises to read the message. The caller must lock the
    enrolment first, and commit afterwards.
    """
    last = tx.scalar(select(func.max(MessageRow.number)).where(MessageRow.enrolment_id == enrolment.id)) or 0
    row = MessageRow(
        id=new_id,
        enrolment_id=enrolment.id,
        number=last + 1,
        author_id=tx.viewer.account_id,
        his=tx.viewer.role is Role.PARTICIPANT,
        sent_at=tx.now,
        promised_on=promised_on,
    )
    row.words = record_box(tx, enrolment.id).seal("messages.words", row.id, text)
    tx.add(row)
    return row


def newest(tx: Transaction, enrolment_id: UUID, before: int | None = None) -> Sequence[MessageRow]:
    """Return at most the latest ``SHOWN`` messages of a thread, the oldest message first.

    If ``before`` is given, return only messages whose number is lower than ``before``.
    """
    query = select(MessageRow).where(MessageRow.enrolment_id == enrolment_id)
    if before is not None:
        query = query.where(MessageRow.number < before)
    return tx.scalars(query.order_by(MessageRow.number.desc()).limit(SHOWN)).all()[::-1]


def opened(tx: Transaction, enrolment_id: UUID, rows: Sequence[MessageRow]) -> list[Message]:
    """Decrypt messages. Return the messages with the names of writers and readers."""
    box = record_box(tx, enrolment_id)
    people = {each for row in rows for each in (row.author_id, row.read_by) if each}
    called = names(tx, tx.scalars(select(Account).where(Account.id.in_(people)))) if people else {}
    return [
        Message(
            row.id,
            row.number,
            row.his,
            author(row, called, row.author_id),
            box.open("messages.words", row.id, row.words),
            row.sent_at,
            row.read_at,
            called[row.read_by] if row.read_by else "",
            row.promised_on,
        )
        for row in rows
    ]


def promised(row: MessageRow) -> date:
    """Return the day by which somebody promised to read a message. If nobody promised to read the
    message by a certain day, return the first working day after the message was sent.
    """
    return row.promised_on or working_day_after(london_day(row.sent_at), 1)


def mark_read(tx: Transaction, rows: Iterable[MessageRow]) -> bool:
    """Mark messages as read. Return True if at least one of the messages was still unread. A participant
    marks only messages from staff as read, and staff mark only messages from the participant.

    The caller must have locked the enrolment.
    """
    side = tx.viewer.role is Role.PARTICIPANT
    fresh = [row for row in rows if row.his is not side and row.read_at is None]
    for row in fresh:
        row.read_at, row.read_by = tx.now, tx.viewer.account_id
    return bool(fresh)


def message_row(tx: Transaction, enrolment: Enrolment, message_id: UUID) -> MessageRow:
    """Return a message by this enrolment's participant.

    Raise ``NotFound`` if the message doesn't exist.
    """
    row = tx.get(MessageRow, message_id)
    if row is None or row.enrolment_id != enrolment.id or not row.his:
        raise NotFound
    return row


def unread(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, int]:
    """Return the number of unread messages from each participant.

    Enrolments without unread messages are left out.
    """
    rows = tx.execute(
        select(MessageRow.enrolment_id, func.count().label("unread"))
        .where(
            MessageRow.enrolment_id.in_(list(enrolments)),
            MessageRow.his.is_(True),
            MessageRow.read_at.is_(None),
        )
        .group_by(MessageRow.enrolment_id)
    )
    return {row.enrolment_id: row.unread for row in rows}


def unread_before(tx: Transaction, enrolment_id: UUID, number: int, *, his: bool) -> int:
    """Return the number of unread messages before message ``number``. Count messages from the participant if
    ``his`` is true, and messages from staff if ``his`` is false.
    """
    earlier = (MessageRow.enrolment_id == enrolment_id) & (MessageRow.number < number)
    unread = MessageRow.his.is_(his) & MessageRow.read_at.is_(None)
    return tx.scalar(select(func.count()).where(earlier, unread)) or 0


def have_written(tx: Transaction, enrolment_id: UUID) -> list[str]:
    """Return the names of the staff whose messages the participant hasn't read.

    The writer of the oldest unread message comes first.
    """
    rows = tx.execute(
        select(MessageRow.author_id, func.min(MessageRow.number).label("first"))
        .where(
            MessageRow.enrolment_id == enrolment_id, MessageRow.his.is_(False), MessageRow.read_at.is_(None)
        )
        .group_by(MessageRow.author_id)
        .order_by("first")
    ).all()
    if not rows:
        return []
    called = names(tx, tx.scalars(select(Account).where(Account.id.in_([row.author_id for row in rows]))))
    return [called[row.author_id] for row in rows]


def waiting_for(tx: Transaction, readers: Mapping[UUID, UUID]) -> list[UnreadMessage]:
    """Return the unread messages from participants to these practitioners. With each message, return the
    account of the person who should read it.
    """
    rows = tx.execute(
        select(MessageRow.id, Enrolment.practitioner_id)
        .join(Enrolment, Enrolment.id == MessageRow.enrolment_id)
        .where(
            Enrolment.practitioner_id.in_(list(readers)),
            is_there(),
            MessageRow.his.is_(True),
            MessageRow.read_at.is_(None),
        )
        .order_by(MessageRow.sent_at, MessageRow.id)
    )
    return [UnreadMessage(message, readers[practitioner]) for message, practitioner in rows]


def covered(tx: Transaction, viewer: Viewer, now: datetime) -> list[Covered]:
    """Return the threads of practitioners for whom the viewer covers today.

    The threads are grouped by practitioner, with unread threads first. Threads without any messages are left
    out.
    """
    return threads_of(tx, absence.covered_by(tx, viewer, now))


def threads_of(tx: Transaction, away_ones: Collection[UUID]) -> list[Covered]:
    """Return the threads of these practitioners' participants.

    The threads are grouped by practitioner, with unread threads first. Threads without any messages are left
    out. The caller must have checked that the viewer covers for these practitioners today.
    """
    if not away_ones:
        return []
    rows = tx.scalars(
        select(Enrolment)
        .where(
            Enrolment.practitioner_id.in_(away_ones),
            Enrolment.id.in_(select(MessageRow.enrolment_id).distinct()),
        )
        .order_by(Enrolment.created_at)
    ).all()
    counts = unread(tx, [row.id for row in rows])
    people = {each for row in rows for each in (row.participant_id, row.practitioner_id)}
    called = names(tx, tx.scalars(select(Account).where(Account.id.in_(people))))
    found = [
        Covered(
            row.id,
            row.reference,
            called[row.participant_id],
            called[row.practitioner_id],
            counts.get(row.id, 0),
            row.message_due,
        )
        for row in rows
        if row.intact
    ]
    return sorted(found, key=lambda each: (each.practitioner, not each.unread))
