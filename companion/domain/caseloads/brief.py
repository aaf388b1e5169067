"""The brief: what a practitioner needs before a session, and how much of it fits on two printed sheets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.activities.conversation import Conversation, Turn
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.work.work import Outcome, Submission

LINE_CHARACTERS = 58
"""Characters per line in one of the two printed columns."""
ANSWER_LINES = 6
"""Most lines of a written answer in print; the page shows all of it."""
PICTURE_LINES = 14
"""Lines that a drawn answer takes."""
PAPER_LINES = 150
"""Lines on two sheets of A4, all columns together, for what is counted here; the page limits the rest."""
HEADING_LINES = 4
"""Lines that a heading with its border takes."""
MEETINGS_SHOWN = 3
"""How many missed or cancelled meetings are listed, latest first."""
MESSAGES_SHOWN = 5
NOTES_ON_PAPER = 3
WORDS_LINES = 4
"""Most printed lines of one message, one note or one piece's saved words; the page shows all of it."""


@dataclass(frozen=True)
class Answered:
    """A turn on the brief. ``on_paper`` is False if the two sheets have no room for it."""

    turn: Turn
    on_paper: bool


@dataclass(frozen=True)
class HandedIn:
    """One submission on the brief, with its turns in order."""

    work_id: UUID
    submission_id: UUID
    title: str
    language: str
    round: int
    submitted_at: datetime
    outcome: Outcome | None
    answered: tuple[Answered, ...]
    on_paper: bool
    """Whether the two sheets have room for its heading."""
    short: bool
    """Whether it was the short version."""

    @property
    def to_talk(self) -> list[Turn]:
        """Questions they would rather talk about."""
        return [each.turn for each in self.answered if each.turn.given.way == "talk"]

    @property
    def not_sure(self) -> list[Turn]:
        """Questions they aren't sure about yet."""
        return [each.turn for each in self.answered if each.turn.given.way == "not_sure"]

    @property
    def said(self) -> list[Answered]:
        """Questions they answered."""
        return [each for each in self.answered if each.turn.given.way == "answered"]


def last_before(meetings: Iterable[Appointment], now: datetime) -> Appointment | None:
    """Return the latest meeting that took place, which everything since counts as new from; ignore missed and
    cancelled ones.
    """
    over = [each for each in meetings if each.span.ends_at <= now and _took_place(each)]
    return max(over, key=lambda each: each.starts_at, default=None)


def not_held(
    meetings: Iterable[Appointment], last: Appointment | None, now: datetime
) -> tuple[Appointment, ...]:
    """Return the meetings missed or cancelled since the last one, latest first."""
    since = [
        each
        for each in meetings
        if each.starts_at <= now and not _took_place(each) and (not last or each.starts_at > last.starts_at)
    ]
    return tuple(sorted(since, key=lambda each: each.starts_at, reverse=True)[:MEETINGS_SHOWN])


def _took_place(meeting: Appointment) -> bool:
    return not meeting.cancelled and meeting.attendance is not Attendance.MISSED


def room_beside(*sections: Sequence[str]) -> int:
    """Return how many lines two sheets have for answers beside sections with these words."""
    taken = 0
    for texts in sections:
        taken += sum(1 + min(written_lines(text), WORDS_LINES) for text in texts)
        taken += HEADING_LINES if texts else 0
    return PAPER_LINES - taken


def handed_in(
    found: Sequence[tuple[UUID, str, Conversation, Submission]], room: int = PAPER_LINES
) -> tuple[HandedIn, ...]:
    """Return submissions (work, title, conversation, submission) for the brief, marking what fits on paper."""
    shown = []
    for work_id, title, conversation, submission in found:
        room -= HEADING_LINES
        fits, answered = room >= 0, []
        for turn in conversation.turns:
            room -= lines(turn)
            answered.append(Answered(turn, room >= 0))
        shown.append(
            HandedIn(
                work_id,
                submission.id,
                title,
                conversation.activity.language,
                submission.round,
                submission.submitted_at,
                submission.outcome,
                tuple(answered),
                fits,
                submission.short,
            )
        )
    return tuple(shown)


def written_lines(text: str) -> int:
    """Return how many lines of a column these words take."""
    return sum(len(line) // LINE_CHARACTERS + 1 for line in text.splitlines() or [""])


def lines(turn: Turn) -> int:
    """Return the most lines of a column that a question with its answer takes in print."""
    if turn.given.way != "answered":
        return 0  # already listed under what they want to talk about
    if hasattr(turn.prompt, "picture"):
        return PICTURE_LINES
    return min(written_lines(str(turn.given.value)), ANSWER_LINES) + 3
