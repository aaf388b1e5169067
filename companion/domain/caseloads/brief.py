"""The brief before a session, on the page and on two printed sheets."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.activities.conversation import Conversation, Turn
from companion.domain.meetings.appointments import Appointment
from companion.domain.work.work import Outcome, Submission

LINE_CHARACTERS = 58
"""The number of characters on a line of a printed column."""
ANSWER_LINES = 6
"""The maximum number of printed lines for a written answer. On the screen, the brief shows the whole of a
written answer.
"""
PICTURE_LINES = 14
"""The number of printed lines that a drawing takes up."""
PAPER_LINES = 150
"""The number of printed lines that fit on two A4 sheets."""
HEADING_LINES = 4
"""The number of printed lines that a heading and its border take up."""
MEETINGS_SHOWN = 3
"""The maximum number of missed or cancelled meetings in the brief."""
MESSAGES_SHOWN = 5
NOTES_ON_PAPER = 3
WORDS_LINES = 4
"""The maximum number of printed lines for a message, a note or a draft."""


@dataclass(frozen=True)
class Answered:
    """An answered question on the brief. ``on_paper`` is False if the answer doesn't fit on the printed
    sheets.
    """

    turn: Turn
    on_paper: bool
    ticked_off: bool = False
    """True if the practitioner has marked the question as talked about."""


@dataclass(frozen=True)
class HandedIn:
    """A submission that the brief shows, with its answered questions in order."""

    work_id: UUID
    submission_id: UUID
    title: str
    language: str
    round: int
    submitted_at: datetime
    outcome: Outcome | None
    answered: tuple[Answered, ...]
    on_paper: bool
    """True if the brief's two printed sheets have room for the submission's heading."""
    short: bool
    """True if the participant did the short version of the activity."""

    @property
    def to_talk(self) -> list[Turn]:
        """The questions that the participant still wants to talk about."""
        return [each.turn for each in self.answered if each.turn.given.way == "talk" and not each.ticked_off]

    @property
    def not_sure(self) -> list[Turn]:
        """The questions that the participant isn't sure about yet."""
        return [each.turn for each in self.answered if each.turn.given.way == "not_sure"]

    @property
    def said(self) -> list[Answered]:
        """The questions that the participant answered."""
        return [each for each in self.answered if each.turn.given.way == "answered"]


def last_before(meetings: Iterable[Appointment], now: datetime) -> Appointment | None:
    """Return the latest meeting that took place, or None."""
    over = [each for each in meetings if each.span.ends_at <= now and not each.not_held]
    return max(over, key=lambda each: each.starts_at, default=None)


def not_held(
    meetings: Iterable[Appointment], last: Appointment | None, now: datetime
) -> tuple[Appointment, ...]:
    """Return the meetings since ``last`` that were missed or cancelled, starting with the latest. Return at
    most ``MEETINGS_SHOWN`` meetings.
    """
    since = [
        each
        for each in meetings
        if each.starts_at <= now and each.not_held and (not last or each.starts_at > last.starts_at)
    ]
    return tuple(sorted(since, key=lambda each: each.starts_at, reverse=True)[:MEETINGS_SHOWN])


def room_beside(*sections: Sequence[str]) -> int:
    """Return how many lines are left for answers in the printed brief, after these sections."""
    taken = 0
    for texts in sections:
        taken += sum(1 + min(written_lines(text), WORDS_LINES) for text in texts)
        taken += HEADING_LINES if texts else 0
    return PAPER_LINES - taken


def handed_in(
    found: Sequence[tuple[UUID, str, Conversation, Submission]],
    room: int = PAPER_LINES,
    ticked_off: Collection[tuple[UUID, str]] = (),
) -> tuple[HandedIn, ...]:
    """Return the submissions as the brief shows them. ``room`` is the number of printed lines that the
    answers may fill. ``on_paper`` is True for each answer that fits on the printed brief.

    Each item of ``found`` is a tuple of the work's id, the work's title, the conversation and the submission.
    ``ticked_off``: for every answer already discussed, the ids of its submission and its prompt.
    """
    shown = []
    for work_id, title, conversation, submission in found:
        room -= HEADING_LINES
        fits, answered = room >= 0, []
        for turn in conversation.turns:
            room -= lines(turn)
            answered.append(Answered(turn, room >= 0, (submission.id, turn.prompt.id) in ticked_off))
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
    """Return how many lines of a printed column this text needs."""
    return sum(len(line) // LINE_CHARACTERS + 1 for line in text.splitlines() or [""])


def lines(turn: Turn) -> int:
    """Return how many printed lines a question and its answer take up in a column."""
    if turn.given.way != "answered":
        return 0  # questions without an answer are listed under *to talk about* or *not sure*
    if hasattr(turn.prompt, "picture"):
        return PICTURE_LINES
    return min(written_lines(str(turn.given.value)), ANSWER_LINES) + 3
