"""Set work: a version of an activity given to an enrolment, its rounds, and who may do what with it when."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt, Value, Way
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.activities.short_version import has_short, on_way
from companion.domain.drafts import Draft
from companion.domain.meetings.appointments import Appointment
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.domain.text import clean
from companion.domain.work.intention import Intention

CARD_MOST = 1000
FEEDBACK_MOST = 5000


@dataclass(frozen=True)
class Card:
    """The setting card: how work is set predicts whether it gets done (programme, what is known to work)."""

    why: str
    minutes: int
    when_where: str = ""
    """The practitioner's guess, on cards from before participants said it themselves."""
    in_the_way: str = ""
    revision: int = 1
    """Counts the changes of the card and of the day, from 1."""
    changed_at: datetime | None = None

    @classmethod
    def typed(cls, why: str, minutes: str) -> "Card":
        """Return the card a practitioner typed. Raise ``Rejected``."""
        problems: list[Problem] = []
        reason = ""
        try:
            reason = clean(why, CARD_MOST, "why")
        except Rejected as rejected:
            problems += rejected.problems
        length = minutes.strip()
        if not (re.fullmatch(r"[0-9]{1,3}", length) and 1 <= int(length) <= 240):
            problems.append(Problem("minutes", {"least": 1, "most": 240}, "minutes"))
        if problems:
            raise Rejected(*problems)
        return cls(reason, int(length))


@dataclass(frozen=True)
class Said:
    """One answer in a submission, which never changes."""

    prompt_id: str
    way: Way
    value: Value


class Outcome(StrEnum):
    """How a practitioner ended a round."""

    RELEASED = "released"
    RETURNED = "returned"


@dataclass(frozen=True)
class Submission:
    """An immutable copy of one round's answers, with the practitioner's feedback.

    ``comments`` are by prompt id; the empty id is for the whole. ``words`` are the reasons for a return.
    """

    id: UUID
    round: int
    submitted_at: datetime
    said: tuple[Said, ...]
    read_at: datetime | None
    comments: Mapping[str, str]
    outcome: Outcome | None
    outcome_at: datetime | None
    words: str
    seen_at: datetime | None
    """When the participant first opened the feedback or the return."""
    outcome_by: str = ""
    """The person who sent the feedback or returned it."""
    authors: Mapping[str, str] = field(default_factory=dict)
    """The author of each comment, which stays theirs, whoever works with the participant later."""
    short: bool = False
    """Whether it was the short version."""

    @functools.cached_property
    def answers(self) -> Mapping[str, Given]:
        """The answers by prompt id, in a conversation's format."""
        return {said.prompt_id: Given(said.way, said.value, 1, self.submitted_at) for said in self.said}


class Stage(StrEnum):
    """How far a piece of work has come."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    READ = "read"
    RETURNED = "returned"
    ANSWERED = "answered"
    NOT_NEEDED = "not_needed"
    """It was still open when the programme ended: not undone, and never overdue."""
    ON_PAPER = "on_paper"
    """Done on paper: nothing is left to do, and nothing is missing."""
    WITHDRAWN = "withdrawn"
    """The practitioner took it back before it was sent."""


class HandedInRound(Protocol):
    """A submitted round, as far as the next round needs it."""

    @property
    def outcome(self) -> Outcome | None:
        """None until the practitioner has sent feedback or returned it."""

    @property
    def short(self) -> bool:
        """Whether it was the short version."""


class Answerable:
    """A piece of set work, as far as answering needs it."""

    activity: Activity
    answers: Mapping[str, Given]
    drafts: Mapping[str, Draft]
    submissions: Sequence[HandedInRound]
    on_paper_on: date | None
    """The day it was submitted on paper, if it was."""
    needed: bool
    """False once the programme is over or stopped: nobody expects it any more."""
    short: bool
    """Whether he takes the short version."""
    withdrawn_at: datetime | None
    """When the practitioner took it back."""

    @functools.cached_property
    def conversation(self) -> Conversation:
        """The conversation so far, in the version he takes."""
        asked = on_way(self.activity, short=self.short)
        return Conversation(asked, self.answers, still_growing=self.is_open)

    @property
    def has_short(self) -> bool:
        """Whether there is a short version."""
        return has_short(self.activity)

    def question(self, prompt_id: str) -> Prompt | None:
        """Return the prompt with this id, in either version."""
        return Conversation(self.activity, {}).prompt(prompt_id)

    @property
    def carrying_on(self) -> bool:
        """Whether he is doing the rest after sending the short version, which stays sent."""
        return self._sent and self.submissions[-1].short and not self.short

    def prompt(self, prompt_id: str) -> Prompt | None:
        """Return the prompt if an answer to it may be kept: the answers lead to it, or it has one already."""
        kept = prompt_id in self.drafts
        return self.conversation.prompt(prompt_id) if kept else self.conversation.led_to(prompt_id)

    @property
    def round(self) -> int:
        """The open round, or the last one if none is open."""
        return len(self.submissions) + (1 if self.is_open else 0)

    @property
    def is_open(self) -> bool:
        """Whether answers can be given: before the first submission and after a return, unless done on paper."""
        return not (self.is_submitted or self.on_paper_on)

    @property
    def is_submitted(self) -> bool:
        """Whether a round is submitted and not returned, and he isn't doing the rest after it."""
        return self._sent and not self.carrying_on

    @property
    def _sent(self) -> bool:
        return bool(self.submissions) and self.submissions[-1].outcome is not Outcome.RETURNED

    @property
    def can_answer(self) -> bool:
        """Whether answers are accepted now."""
        return self.is_open and self.needed and not self.withdrawn_at

    @property
    def can_withdraw(self) -> bool:
        """Whether it can be taken back: nothing was sent that waits for the practitioner or counts as done."""
        return self.can_answer and not self._sent

    def require_open(self) -> None:
        """Raise ``NotAllowed`` if it was submitted, here or on paper, withdrawn, or is no longer expected."""
        self.require_unsubmitted()
        self.require_needed()
        self.require_not_withdrawn()
        if self.on_paper_on:
            raise NotAllowed("done_on_paper")

    def require_not_withdrawn(self) -> None:
        """Raise ``NotAllowed`` if the practitioner took it back."""
        if self.withdrawn_at:
            raise NotAllowed("withdrawn")

    def require_withdrawable(self) -> None:
        """Raise ``NotAllowed`` if it can't be taken back."""
        self.require_open()
        if self._sent:  # the two-minute way counts as done, also while he carries on with the rest
            raise NotAllowed("already_submitted")

    def require_needed(self) -> None:
        """Raise ``NotAllowed`` if it is no longer expected."""
        if not self.needed:
            raise NotAllowed("not_needed")

    def require_unsubmitted(self) -> None:
        """Raise ``NotAllowed`` if the work was submitted here."""
        if self.is_submitted:
            raise NotAllowed("already_submitted")


@dataclass(frozen=True)
class WorkInProgress(Answerable):
    """A piece of set work, as far as saving an answer or a draft needs it."""

    activity: Activity
    answers: Mapping[str, Given]
    drafts: Mapping[str, Draft]
    submissions: Sequence[HandedInRound]
    on_paper_on: date | None
    needed: bool
    short: bool = False
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Work(Answerable):
    """A piece of set work with everything that belongs to it. ``revision`` counts every change to an answer."""

    id: UUID
    enrolment_id: UUID
    activity: Activity
    card: Card
    due: Appointment
    set_at: datetime
    revision: int
    answers: Mapping[str, Given]
    drafts: Mapping[str, Draft]
    submissions: tuple[Submission, ...]
    on_paper_on: date | None
    set_by: str = ""
    needed: bool = True
    intention: Intention | None = None
    short: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_words: str = ""
    """What the practitioner said when they took it back."""
    withdrawal_seen_at: datetime | None = None

    @property
    def last(self) -> Submission | None:
        """The latest submission."""
        return self.submissions[-1] if self.submissions else None


def stage(
    last: tuple[Outcome | None, bool] | None,
    started: bool,
    *,
    needed: bool = True,
    on_paper: bool = False,
    withdrawn: bool = False,
) -> Stage:
    """Return the stage of work whose last submission has this outcome and read mark; None if there
    is no submission.
    """
    if on_paper:
        return Stage.ON_PAPER
    if withdrawn:
        return Stage.WITHDRAWN
    if not needed and (last is None or last[0] is Outcome.RETURNED):
        return Stage.NOT_NEEDED
    if last is None:
        return Stage.IN_PROGRESS if started else Stage.NOT_STARTED
    outcome, read = last
    if outcome is Outcome.RETURNED:
        return Stage.RETURNED
    if outcome is Outcome.RELEASED:
        return Stage.ANSWERED
    return Stage.READ if read else Stage.SUBMITTED


@dataclass(frozen=True)
class Piece:
    """A piece of work as lists show it: counts, states and dates, none of its words."""

    id: UUID
    enrolment_id: UUID
    title: str
    minutes: int
    stage: Stage
    due: Appointment
    done: int
    fewest_left: int
    most_left: int
    saved_at: datetime | None
    submission_id: UUID | None
    round: int
    submitted_at: datetime | None
    outcome_at: datetime | None
    to_talk: int
    unseen: bool
    """Feedback was sent or it was returned, and the participant hasn't opened it yet."""
    on_paper_on: date | None
    language: str = "en"
    """The language of its title."""
    set_by: str = ""
    outcome_by: str = ""
    """The person who sent the feedback or returned it."""
    intention: Intention | None = None
    """When and where he plans to do it, for his lists and the brief."""
    short: bool = False
    """Whether his latest submission was the short version."""
    carrying_on: bool = False
    """Whether he is doing the rest after that."""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawal_unseen: bool = False
    """Taken back, and the participant has not opened it since."""

    @property
    def to_do(self) -> bool:
        """Whether the participant still has something to do with it."""
        return self.stage in (Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED)


def next_step(pieces: Sequence[Piece]) -> Piece | None:
    """Return the clear next step: open work, by due date, then what was begun first; otherwise feedback to read."""
    to_do = [piece for piece in pieces if piece.to_do]
    if to_do:
        fresh = Stage.NOT_STARTED
        return min(to_do, key=lambda piece: (piece.due.cancelled, piece.due.starts_at, piece.stage is fresh))
    return next((piece for piece in pieces if piece.unseen), None)


def hand_in(work: Answerable) -> tuple[Said, ...]:
    """Return the contents of a submission of this work: the answers on the path, in order.

    Raise ``NotAllowed`` if it was already submitted or a question is still open.
    """
    work.require_open()
    conversation = work.conversation
    if conversation.next_prompt is not None:
        raise NotAllowed("not_finished")
    return tuple(
        Said(turn.prompt.id, turn.given.way, turn.given.value if turn.given.way == "answered" else None)
        for turn in conversation.turns
    )
