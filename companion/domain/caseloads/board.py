"""Boards: what is overdue, who comes first, whom a filter shows. Pure functions of what is known and the moment.

Boards are ordered and filtered in SQL by the same rules: ``store/caseloads/board.py``; a test holds it to ``Glance``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from companion.domain.concerns.concerns import Concern
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.messages.messages import runs_out
from companion.domain.time.london import LONDON
from companion.domain.work.work import Piece, Stage

READ_FIRST = 10
"""Things to read that stand in front of a board; the filter shows the rest."""
OWING: Final = frozenset(
    {PathwayState.REFERRED, PathwayState.INITIAL_MEETING, PathwayState.SUITABLE, PathwayState.IN_PROGRAMME}
)
"""Where work can be overdue: after the programme nothing is shown as undone."""
OPEN_STAGES: Final = frozenset({Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED})
NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Sorts what has no date behind what has one."""


class Show(StrEnum):
    """A filter, as it stands in the address."""

    ALL = "all"
    EYES = "needs-a-look"
    TO_READ = "to-read"
    OVERDUE = "overdue"
    NEXT_7_DAYS = "next-7-days"
    TO_TALK = "to-talk"
    MESSAGES = "messages"
    UNBOOKED = "none-booked"
    CONCERNS = "concerns"


OF_PRACTITIONERS: Final = (
    *(Show.ALL, Show.TO_READ, Show.OVERDUE, Show.NEXT_7_DAYS, Show.TO_TALK, Show.MESSAGES),
    Show.UNBOOKED,
)
OF_LEADS: Final = (Show.ALL, Show.EYES, Show.TO_READ, Show.OVERDUE, Show.NEXT_7_DAYS, Show.CONCERNS)


@dataclass(frozen=True)
class Glance:
    """What orders and filters an enrolment: its state, dates and a count."""

    reference: str
    state: PathwayState
    next_at: datetime | None = None
    """Its next appointment, as long as that is not over."""
    unread_since: datetime | None = None
    due_from: datetime | None = None
    """When the earliest work that is still open is due, or was."""
    to_talk: int = 0
    concern_since: datetime | None = None
    message_due: datetime | None = None
    """When the first promise to read a message of his runs out, or ran out."""

    def overdue_since(self, now: datetime) -> datetime | None:
        """Since when work is missing; None while nothing is."""
        owes = self.state in OWING and self.due_from is not None and self.due_from <= now
        return self.due_from if owes else None

    def late_since(self, now: datetime) -> datetime | None:
        """Since when a message of his should have been read; None while none is late."""
        late = self.message_due is not None and self.message_due <= now
        return self.message_due if late else None

    def waits_since(self, now: datetime) -> datetime | None:
        """Since when he needs a look of the lead: a concern is open, work is unread or missing, a message is late."""
        waits = (self.concern_since, self.unread_since, self.overdue_since(now), self.late_since(now))
        return min((each for each in waits if each), default=None)

    def unbooked(self) -> bool:
        """Whether they are in the programme and no session is booked."""
        return self.state is PathwayState.IN_PROGRAMME and self.next_at is None

    def is_in(self, show: Show, now: datetime) -> bool:
        """Whether a filter shows it."""
        return {
            Show.ALL: True,
            Show.EYES: self.waits_since(now) is not None or self.unbooked(),
            Show.UNBOOKED: self.unbooked(),
            Show.TO_READ: self.unread_since is not None,
            Show.OVERDUE: self.overdue_since(now) is not None,
            Show.NEXT_7_DAYS: self.next_at is not None and self.next_at < week_ahead(now),
            Show.TO_TALK: self.to_talk > 0,
            Show.MESSAGES: self.message_due is not None,
            Show.CONCERNS: self.concern_since is not None,
        }[show]

    def by_meeting(self) -> tuple[datetime, str]:
        """Sorts a practitioner's board: by the next appointment, those without one last."""
        return self.next_at or NEVER, self.reference

    def eyes_first(self, now: datetime) -> tuple[int, datetime, datetime, str]:
        """Sorts a lead's: open concerns, then what else waits, the longest first, then who has no session booked."""
        if self.concern_since:
            return 0, self.concern_since, *self.by_meeting()
        since = self.waits_since(now)
        if since:
            return 1, since, *self.by_meeting()
        return 2 if self.unbooked() else 3, NEVER, *self.by_meeting()


def glance(
    reference: str,
    state: PathwayState,
    next_at: datetime | None,
    pieces: Iterable[Piece],
    concerns: Mapping[datetime, Concern],
    attended: Collection[datetime] = (),
    promised: Iterable[date] = (),
) -> Glance:
    """The glance of an enrolment with this work and these concerns, by when each was raised.

    ``attended`` is when the meetings began that took place, ``promised`` by when each unread message is read.
    """
    pieces = list(pieces)
    waiting = [p for p in pieces if p.stage in (Stage.SUBMITTED, Stage.READ)]
    unread = [p.submitted_at for p in waiting if p.stage is Stage.SUBMITTED and p.submitted_at]
    due = [p.due.due_at for p in pieces if p.stage in OPEN_STAGES and p.due.due_at]
    raised = [at for at, concern in concerns.items() if concern.is_open]
    return Glance(
        reference,
        state,
        next_at,
        min(unread, default=None),
        min(due, default=None),
        sum(p.to_talk for p in pieces if p.submitted_at and not any(m > p.submitted_at for m in attended)),
        min(raised, default=None),
        min(map(runs_out, promised), default=None),
    )


def week_ahead(now: datetime) -> datetime:
    """The midnight in London after the seventh day, today included: on a Friday that holds Monday too."""
    today = now.astimezone(LONDON).date()
    return datetime.combine(today + timedelta(days=7), time(), LONDON).astimezone(UTC)


def days_without(contacts: Iterable[datetime | None], now: datetime) -> int | None:
    """Days on the calendar of London since the last of these contacts that lies behind; None without one."""
    past = [each for each in contacts if each and each <= now]
    return (now.astimezone(LONDON).date() - max(past).astimezone(LONDON).date()).days if past else None


class NextStep(StrEnum):
    """What a practitioner would do next about a participant."""

    READ = "read"
    ANSWER = "answer"
    SET_WORK = "set_work"
    LOOK = "look"


def next_step(state: PathwayState, meets: bool, pieces: Sequence[Piece]) -> tuple[NextStep, Piece | None]:
    """Read what is in, answer what was read, set work for a meeting that has none; else look at his page."""
    for stage, step in ((Stage.SUBMITTED, NextStep.READ), (Stage.READ, NextStep.ANSWER)):
        found = [piece for piece in pieces if piece.stage is stage]
        if found:
            return step, min(found, key=lambda piece: (piece.due.starts_at, piece.submitted_at or NEVER))
    works = state in (PathwayState.SUITABLE, PathwayState.IN_PROGRAMME)
    if works and meets and not any(piece.stage in OPEN_STAGES for piece in pieces):
        return NextStep.SET_WORK, None
    return NextStep.LOOK, None
