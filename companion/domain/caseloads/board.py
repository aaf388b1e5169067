"""The rules for sorting and filtering boards, and for overdue enrolments.

``store/caseloads/board.py`` applies the same rules for sorting and filtering in SQL. A test checks that the
rules in SQL give the same results as the class ``Glance``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from companion.domain.concerns.concerns import Concern
from companion.domain.enrolments.pathway import EXPECTS_WORK, PathwayState
from companion.domain.messages.messages import runs_out
from companion.domain.time.london import LONDON
from companion.domain.work.nothing_set import set_by
from companion.domain.work.work import Piece, Stage

OWING: Final = frozenset(
    {PathwayState.REFERRED, PathwayState.INITIAL_MEETING, PathwayState.SUITABLE, PathwayState.IN_PROGRAMME}
)
"""The pathway states in which work can be overdue."""
OPEN_STAGES: Final = frozenset({Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED})
NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""A far-future date, used for sorting in place of a missing date, so that entries without a date come last.
"""


class Show(StrEnum):
    """A board filter, as written in the URL."""

    ALL = "all"
    EYES = "needs-a-look"
    TO_READ = "to-read"
    OVERDUE = "overdue"
    NEXT_7_DAYS = "next-7-days"
    TO_TALK = "to-talk"
    MESSAGES = "messages"
    UNBOOKED = "none-booked"
    CONCERNS = "concerns"
    LATE = "late-messages"
    UNNOTED = "attendance-not-noted"
    UNSET = "nothing-set"


OF_PRACTITIONERS: Final = (
    *(Show.ALL, Show.TO_READ, Show.OVERDUE, Show.NEXT_7_DAYS, Show.TO_TALK, Show.MESSAGES),
    Show.UNBOOKED,
)
OF_LEADS: Final = (Show.ALL, Show.EYES, Show.TO_READ, Show.OVERDUE, Show.NEXT_7_DAYS, Show.CONCERNS)
WAITING: Final = (Show.ALL, Show.EYES, Show.TO_READ, Show.OVERDUE)
"""The filters that a lead's start page lists. Next to each filter, the page shows the number of matching
enrolments.
"""
SLIPS: Final = (Show.LATE, Show.UNNOTED, Show.UNSET, Show.UNBOOKED)
"""Filters for tasks that a practitioner has overlooked.

A lead sees how many tasks each practitioner has overlooked.
"""
FOR_LEADS: Final = tuple(dict.fromkeys((*OF_LEADS, *SLIPS)))


@dataclass(frozen=True)
class Glance:
    """The facts that boards use to sort and filter an enrolment."""

    reference: str
    state: PathwayState
    next_at: datetime | None = None
    """The start of the current or next appointment."""
    unread_since: datetime | None = None
    due_from: datetime | None = None
    """The earliest deadline of any open work, which may already have passed."""
    to_talk: int = 0
    concern_since: datetime | None = None
    message_due: datetime | None = None
    """The earliest deadline for reading an unread message, which may already have passed."""
    unnoted_since: datetime | None = None
    """The start of the earliest past appointment without recorded attendance."""
    unset_at: datetime | None = None
    """The start of the next session for which no work has been set."""

    def overdue_since(self, now: datetime) -> datetime | None:
        """Return the earliest deadline of overdue work, or None if no work is overdue."""
        owes = self.state in OWING and self.due_from is not None and self.due_from <= now
        return self.due_from if owes else None

    def late_since(self, now: datetime) -> datetime | None:
        """Return the earliest missed deadline for reading a message. Return None if no unread message is
        overdue.
        """
        late = self.message_due is not None and self.message_due <= now
        return self.message_due if late else None

    def waits_since(self, now: datetime) -> datetime | None:
        """Return when the enrolment began to need a lead's attention, or None.

        Open concerns, unread or overdue work, and late messages need a lead's attention.
        """
        waits = (self.concern_since, self.unread_since, self.overdue_since(now), self.late_since(now))
        return min((each for each in waits if each), default=None)

    def unbooked(self) -> bool:
        """Return whether the participant is in the programme but has no session booked."""
        return self.state is PathwayState.IN_PROGRAMME and self.next_at is None

    def unnoted(self) -> bool:
        """Return whether attendance at a past appointment hasn't been recorded yet."""
        return self.unnoted_since is not None and self.state is not PathwayState.DIED

    def unset(self, now: datetime) -> bool:
        """Return whether the participant has a session in the next two working days but no work for it."""
        soon = self.unset_at is not None and now < self.unset_at < set_by(now)
        return soon and self.state in EXPECTS_WORK and self.due_from is None

    def is_in(self, show: Show, now: datetime) -> bool:
        """Return whether a filter shows this enrolment."""
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
            Show.LATE: self.late_since(now) is not None,
            Show.UNNOTED: self.unnoted(),
            Show.UNSET: self.unset(now),
        }[show]

    def by_meeting(self) -> tuple[datetime, str]:
        """Return the sort key for a practitioner's board, which is sorted by the next appointment."""
        return self.next_at or NEVER, self.reference

    def eyes_first(self, now: datetime) -> tuple[int, datetime, datetime, str]:
        """Return the sort key for a lead's board.

        Participants are listed in this order: with an open concern, with another matter for a lead, without a
        booked session, everyone else.
        """
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
    """Return the facts about an enrolment, from its work and its concerns.

    The keys of ``concerns`` are the times at which the concerns were raised. ``attended`` contains the start
    times of meetings that took place. ``promised`` contains the day by which each unread message should be
    read.
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
    """Return the end of the seventh day in London, counting today as the first."""
    today = now.astimezone(LONDON).date()
    return datetime.combine(today + timedelta(days=7), time(), LONDON).astimezone(UTC)


def days_without(contacts: Iterable[datetime | None], now: datetime) -> int | None:
    """Return the number of days in London since the latest past contact, or None if there is none."""
    past = [each for each in contacts if each and each <= now]
    return (now.astimezone(LONDON).date() - max(past).astimezone(LONDON).date()).days if past else None


class NextStep(StrEnum):
    """The next step that a practitioner probably needs to take with a participant."""

    READ = "read"
    ANSWER = "answer"
    SET_WORK = "set_work"
    LOOK = "look"


def next_step(state: PathwayState, meets: bool, pieces: Sequence[Piece]) -> tuple[NextStep, Piece | None]:
    """Return the practitioner's next step for a participant. If the practitioner's next step is about a piece
    of work, return the work too.
    """
    for stage, step in ((Stage.SUBMITTED, NextStep.READ), (Stage.READ, NextStep.ANSWER)):
        found = [piece for piece in pieces if piece.stage is stage]
        if found:
            return step, min(found, key=lambda piece: (piece.due.starts_at, piece.submitted_at or NEVER))
    works = state in (PathwayState.SUITABLE, PathwayState.IN_PROGRAMME)
    if works and meets and not any(piece.stage in OPEN_STAGES for piece in pieces):
        return NextStep.SET_WORK, None
    return NextStep.LOOK, None
