"""The rules for a practitioner's queue: its tasks, their reasons and their order.

``store/caseloads/queue.py`` applies the rules in SQL. A test checks that the rules in SQL give the same
results as the function ``rows_of``.
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
"""The number of rows on a page of the queue."""
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reason(StrEnum):
    """Reasons for being in the queue, the most urgent first."""

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
        """How urgent this reason makes a row of the queue. Rows with rank 0 come first."""
        return RANKS[self]


RANKS: Final = {reason: rank for rank, reason in enumerate(Reason)}


@dataclass(frozen=True, order=True)
class Place:
    """The position of a row in the queue. A position in the queue stays valid even after the row at that
    position has disappeared.
    """

    rank: int
    at: datetime
    since: datetime
    subject: UUID

    def __str__(self) -> str:
        """Return the position in the queue as text for a URL."""
        at, since = ((each - EPOCH) // MICROSECOND for each in (self.at, self.since))
        return f"{self.rank}.{at}.{since}.{self.subject.hex}"

    @classmethod
    def typed(cls, text: str) -> "Place | None":
        """Read a queue position from a URL's text, or return None if the text isn't a valid position."""
        if not re.fullmatch(r"[0-9]\.[0-9]{1,18}\.[0-9]{1,18}\.[0-9a-f]{32}", text):
            return None
        rank, at, since, subject = text.split(".")
        try:
            sorted_by, began = (EPOCH + int(each) * MICROSECOND for each in (at, since))
        except OverflowError:
            return None
        return cls(int(rank), sorted_by, began, UUID(subject))


START: Final = Place(0, EPOCH, EPOCH, UUID(int=0))
"""The position from which to load the queue's first page."""


@dataclass(frozen=True)
class QueueRow:
    """A practitioner's task concerning one participant."""

    reason: Reason
    at: datetime
    """Rows with the same reason are sorted by this time: a deadline, the start of the next session, or
    similar.
    """
    since: datetime
    enrolment_id: UUID
    subject_id: UUID
    """The id of the row's concern, submission, meeting or handover; otherwise the enrolment's id."""
    many: int = 1
    """For a row about messages, the number of unread messages. For a row about answers that the participant
    wants to talk about, the number of answers.
    """

    @property
    def place(self) -> Place:
        return Place(self.reason.rank, self.at, self.since, self.subject_id)

    def is_late(self, now: datetime) -> bool:
        """Return whether somebody should already have read the row's messages."""
        return self.reason is Reason.MESSAGE and self.at <= now

    def is_due_today(self, now: datetime) -> bool:
        """Return whether somebody should read the row's messages today."""
        return self.reason is Reason.MESSAGE and now < self.at <= now + timedelta(days=1)

    @property
    def promised_on(self) -> date:
        """The day in London by which somebody should read the messages."""
        return london_day(self.at - MICROSECOND)

    @property
    def meets(self) -> bool:
        """True if the participant's next meeting is booked. Use ``meets`` only for rows that are sorted by
        the next meeting. If no meeting is booked, ``at`` is the constant ``NEVER``, a date in the year 9999.
        """
        return self.at != NEVER

    def days(self, now: datetime) -> int:
        """Return how many days ago (in London time) the reason for this queue row arose."""
        return (london_day(now) - london_day(self.since)).days


@dataclass(frozen=True)
class UnreadMessages:
    """A summary of the messages from a participant that nobody has read yet."""

    due: datetime
    """The time by which somebody should read the earliest unread message."""
    first: datetime
    many: int


@dataclass(frozen=True)
class Known:
    """The facts that decide a participant's rows in the queue."""

    enrolment_id: UUID
    state: PathwayState
    created_at: datetime
    meetings: Sequence[Appointment] = ()
    pieces: Sequence[Piece] = ()
    meant: Collection[UUID] = ()
    """The ids of the appointments for which the practitioner has set work."""
    concerns: Sequence[tuple[UUID, datetime]] = ()
    """The open concerns that the practitioner may see, and when each was raised."""
    messages: UnreadMessages | None = None
    taken_on: tuple[UUID, datetime] | None = None
    """The id and time of a handover whose reason the new practitioner hasn't read yet."""


def rows_of(known: Known, lasts: timedelta, now: datetime) -> list[QueueRow]:
    """Return the queue's rows about one participant.

    A meeting is over once its length (``lasts``) has passed since it started.
    """
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
        held = [each.starts_at for each in known.meetings if not each.not_held]
        since = max(held, default=known.created_at)
        rows.append(QueueRow(Reason.UNBOOKED, since, since, whose, whose))
    return sorted(rows, key=lambda row: row.place)


def _ahead(known: Known, over: datetime) -> datetime | None:
    """Return the start time of the participant's first meeting that isn't over yet, or None."""
    ahead = (
        each.starts_at
        for each in known.meetings
        if each.attendance is Attendance.NOT_NOTED and each.starts_at > over
    )
    return min(ahead, default=None)


def _work(known: Known, wanted: datetime) -> list[QueueRow]:
    """Return the rows for submitted work that is unread or has no feedback."""
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
    """Count the answers marked for the session in work that already has feedback. Leave out work that the
    participant submitted before a meeting that they attended.
    """
    attended = [each.starts_at for each in known.meetings if each.attendance is Attendance.ATTENDED]
    return sum(
        piece.to_talk
        for piece in known.pieces
        if piece.outcome_at and piece.submitted_at and not any(at > piece.submitted_at for at in attended)
    )


def _meetings(known: Known, lasts: timedelta, now: datetime) -> list[QueueRow]:
    """Return rows for past meetings without recorded attendance, and for coming sessions without work."""
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
