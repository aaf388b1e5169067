"""The brief: what a practitioner needs before an appointment, and how much of it goes on two sheets of paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from companion.domain.appointments import Appointment
from companion.domain.conversation import Conversation, Turn
from companion.domain.work import Outcome, Submission

LINE_CHARACTERS = 58
"""Of one of the two columns on paper."""
ANSWER_LINES = 6
"""What paper shows of one answer in words at most; the page shows all of it."""
PICTURE_LINES = 14
"""What a drawn answer takes."""
PAPER_LINES = 130
"""What two sheets of A4 have for answers, beside everything else."""


@dataclass(frozen=True)
class Answered:
    """One turn on the brief. ``on_paper`` is False for what the two sheets have no room for."""

    turn: Turn
    on_paper: bool


@dataclass(frozen=True)
class HandedIn:
    """One submission on the brief, with its turns in order."""

    work_id: UUID
    submission_id: UUID
    title: str
    round: int
    submitted_at: datetime
    outcome: Outcome | None
    answered: tuple[Answered, ...]

    @property
    def to_talk(self) -> list[Turn]:
        """What he would rather talk about."""
        return [each.turn for each in self.answered if each.turn.given.way == "talk"]

    @property
    def not_sure(self) -> list[Turn]:
        """What he is not sure about yet."""
        return [each.turn for each in self.answered if each.turn.given.way == "not_sure"]

    @property
    def said(self) -> list[Answered]:
        """What he answered."""
        return [each for each in self.answered if each.turn.given.way == "answered"]


def last_before(meetings: Iterable[Appointment], now: datetime) -> Appointment | None:
    """The meeting that was over last: since then everything is new."""
    over = [each for each in meetings if each.starts_at + timedelta(minutes=each.minutes) <= now]
    return max(over, key=lambda each: each.starts_at, default=None)


def handed_in(found: Sequence[tuple[UUID, str, Conversation, Submission]]) -> tuple[HandedIn, ...]:
    """Submissions (work, title, conversation, submission) as the brief shows them, with what paper has room for."""
    room, shown = PAPER_LINES, []
    for work_id, title, conversation, submission in found:
        answered = []
        for turn in conversation.turns:
            room -= lines(turn)
            answered.append(Answered(turn, room >= 0))
        shown.append(
            HandedIn(
                work_id,
                submission.id,
                title,
                submission.round,
                submission.submitted_at,
                submission.outcome,
                tuple(answered),
            )
        )
    return tuple(shown)


def lines(turn: Turn) -> int:
    """How many lines of a column an answer with its question takes on paper, at most."""
    if turn.given.way != "answered":
        return 0  # it stands among what is to be talked about
    if hasattr(turn.prompt, "picture"):
        return PICTURE_LINES
    written = len(str(turn.given.value)) // LINE_CHARACTERS + 1
    return min(written, ANSWER_LINES) + 3
