"""A practitioner's queue: what is to be done, why now, in which order. Pure functions of what is known and the moment.

The queue is found in SQL by the same rules: ``store/caseloads/queue.py``; a test holds it to ``rows_of``.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from companion.domain.caseloads.board import NEVER, OPEN_STAGES, OWING
from companion.domain.enrolments.pathway import OVER, PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.time.working_days import london_day
from companion.domain.work.nothing_set import without_work
from companion.domain.work.work import Piece, Stage

ROWS = 20
"""How many rows a page shows."""
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reason(StrEnum):
    """Why something is in the queue, the most pressing first."""

    CONCERN = "concern"
    MESSAGE = "message"
    TAKEN_ON = "taken_on"
    TO_READ = "to_read"
    TO_ANSWER = "to_answer"
    TO_TALK = "to_talk"
    UNNOTED = "unnoted"
    UNSET = "unset"
    UNBOOKED = "unbooked"

    @property
    def rank(self) -> int:
        """How many reasons come before it."""
        return RANKS[self]


RANKS: Final = {reason: rank for rank, reason in enumerate(Reason)}


@dataclass(frozen=True, order=True)
class Place:
    """Where a row is in the queue. Once the row is done, what comes after it can still be found."""

    rank: int
    at: datetime
    since: datetime
    subject: UUID

    def __str__(self) -> str:
        """As an address carries it."""
        at, since = ((each - EPOCH) // MICROSECOND for each in (self.at, self.since))
        return f"{self.rank}.{at}.{since}.{self.subject.hex}"

    @classmethod
    def typed(cls, text: str) -> "Place | None":
        """The place that an address carries; None for anything else."""
        if not re.fullmatch(r"[0-9]\.[0-9]{1,18}\.[0-9]{1,18}\.[0-9a-f]{32}", text):
            return None
        rank, at, since, subject = text.split(".")
        try:
            sorted_by, began = (EPOCH + int(each) * MICROSECOND for each in (at, since))
        except OverflowError:
            return None
        return cls(int(rank), sorted_by, began, UUID(subject))


START: Final = Place(0, EPOCH, EPOCH, UUID(int=0))
"""Comes before every row."""


@dataclass(frozen=True)
class QueueRow:
    """One thing to do: about whom, since when, and by when it is sorted."""

    reason: Reason
    at: datetime
    """What it is sorted by: a limit, or the session before which it is wanted."""
    since: datetime
    enrolment_id: UUID
    subject_id: UUID
    """The concern, submission, meeting or handover; for the rest the enrolment."""
    many: int = 1
    """How many messages, or answers to talk about."""

    @property
    def place(self) -> Place:
        """Where it is in the queue."""
        return Place(self.reason.rank, self.at, self.since, self.subject_id)

    def is_late(self, now: datetime) -> bool:
        """Whether a message should have been read by now."""
        return self.reason is Reason.MESSAGE and self.at <= now

    def is_due_today(self, now: datetime) -> bool:
        """Whether a message was promised to be read today. ``at`` is the midnight after that day."""
        return self.reason is Reason.MESSAGE and now < self.at <= now + timedelta(days=1)

    @property
    def promised_on(self) -> date:
        """By which day in London a message was to be read."""
        return london_day(self.at - MICROSECOND)

    @property
    def meets(self) -> bool:
        """Whether ``at`` is the next meeting, rather than none."""
        return self.at != NEVER

    def days(self, now: datetime) -> int:
        """How many days ago it began, on the calendar of London."""
        return (london_day(now) - london_day(self.since)).days


@dataclass(frozen=True)
class UnreadMessages:
    """Messages that nobody has read."""

    due: datetime
    """When the first promise to read one runs out, or ran out."""
    first: datetime
    many: int


@dataclass(frozen=True)
class Known:
    """What is known of one participant."""

    enrolment_id: UUID
    state: PathwayState
    created_at: datetime
    meetings: Sequence[Appointment] = ()
    pieces: Sequence[Piece] = ()
    meant: Collection[UUID] = ()
    """The appointments that work was set for."""
    concerns: Sequence[tuple[UUID, datetime]] = ()
    """The open ones that the practitioner may see, and when each was raised."""
    messages: UnreadMessages | None = None
    taken_on: tuple[UUID, datetime] | None = None
    """The handover whose reason the practitioner has not read, and when it was."""


def rows_of(known: Known, lasts: timedelta, now: datetime) -> list[QueueRow]:
    """Return what is to be done about one participant. A meeting is over so long after it began."""
    whose, ahead = known.enrolment_id, _ahead(known, now - lasts)
    wanted = ahead or NEVER
    rows = [QueueRow(Reason.CONCERN, at, at, whose, each) for each, at in known.concerns]
    if unread := known.messages:
        rows.append(QueueRow(Reason.MESSAGE, unread.due, unread.first, whose, whose, unread.many))
    if known.taken_on:
        handover, at = known.taken_on
        rows.append(QueueRow(Reason.TAKEN_ON, at, at, whose, handover))
    rows += _work(known, wanted)
    if (many := _to_talk(known)) and (ahead or known.state in OWING):
        rows.append(QueueRow(Reason.TO_TALK, wanted, wanted, whose, whose, many))
    rows += _meetings(known, lasts, now)
    if known.state is PathwayState.IN_PROGRAMME and ahead is None:
        held = [each.starts_at for each in known.meetings if not each.cancelled]
        since = max(held, default=known.created_at)
        rows.append(QueueRow(Reason.UNBOOKED, since, since, whose, whose))
    return sorted(rows, key=lambda row: row.place)


def _ahead(known: Known, over: datetime) -> datetime | None:
    """When the next meeting begins, of those that began after ``over``."""
    ahead = (
        each.starts_at
        for each in known.meetings
        if each.attendance is Attendance.NOT_NOTED and each.starts_at > over
    )
    return min(ahead, default=None)


def _work(known: Known, wanted: datetime) -> list[QueueRow]:
    """Read what was submitted, and say something to what was read."""
    found = []
    for piece in known.pieces:
        if piece.submission_id is None or piece.submitted_at is None:
            continue
        if piece.stage is Stage.SUBMITTED:
            reason = Reason.TO_READ
        elif piece.stage is Stage.READ and known.state not in OVER:
            reason = Reason.TO_ANSWER
        else:
            continue
        found.append(QueueRow(reason, wanted, piece.submitted_at, known.enrolment_id, piece.submission_id))
    return found


def _to_talk(known: Known) -> int:
    """Count the answers to talk about to which feedback was sent; the others are counted with their piece."""
    attended = [each.starts_at for each in known.meetings if each.attendance is Attendance.ATTENDED]
    return sum(
        piece.to_talk
        for piece in known.pieces
        if piece.outcome_at and piece.submitted_at and not any(at > piece.submitted_at for at in attended)
    )


def _meetings(known: Known, lasts: timedelta, now: datetime) -> list[QueueRow]:
    """Note who came, and set work for a session that comes soon, unless other work is still to be done."""
    unnoted = [
        each
        for each in known.meetings
        if each.attendance is Attendance.NOT_NOTED and each.starts_at <= now - lasts
    ]
    busy = any(piece.stage in OPEN_STAGES and piece.due.due_at for piece in known.pieces)
    bare = [] if busy else without_work(known.state, known.meetings, known.meant, now)
    return [
        QueueRow(reason, each.starts_at, each.starts_at, known.enrolment_id, each.id)
        for reason, those in ((Reason.UNNOTED, unnoted), (Reason.UNSET, bare))
        for each in those
        if known.state is not PathwayState.DIED
    ]
