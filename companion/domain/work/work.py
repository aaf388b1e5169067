"""Set work: an activity's version given to an enrolment, its rounds, and who may do what with it when."""

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
from companion.domain.activities.remaining import about
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
    """The setting card: how work is set predicts whether it is done (programme, what is known to work)."""

    why: str
    minutes: int
    when_where: str = ""
    """The practitioner's guess, on a card from before participants said it themselves."""
    in_the_way: str = ""

    @classmethod
    def typed(cls, why: str, minutes: str) -> "Card":
        """A card from what a practitioner typed. Raises ``Rejected``."""
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
    """One answer within a submission, which never changes."""

    prompt_id: str
    way: Way
    value: Value


class Outcome(StrEnum):
    """How a practitioner ended a round."""

    RELEASED = "released"
    RETURNED = "returned"


@dataclass(frozen=True)
class Submission:
    """An unchangeable copy of the answers of one round, with what the practitioner says to it.

    ``comments`` are by prompt id; the empty id is the whole. ``words`` are the reasons of a return.
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
    """When the participant first opened what was released or returned."""
    outcome_by: str = ""
    """Who released or returned it."""
    authors: Mapping[str, str] = field(default_factory=dict)
    """Who wrote which comment: it stays his, whoever works with the participant later."""
    short: bool = False
    """Whether it was the two-minute way."""

    @functools.cached_property
    def answers(self) -> Mapping[str, Given]:
        """The answers by prompt id, as a conversation takes them."""
        return {said.prompt_id: Given(said.way, said.value, 1, self.submitted_at) for said in self.said}


class Stage(StrEnum):
    """Where a piece of work stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    READ = "read"
    RETURNED = "returned"
    ANSWERED = "answered"
    NOT_NEEDED = "not_needed"
    """It was still open when the programme ended: not undone, and never overdue."""
    ON_PAPER = "on_paper"
    """Done on blank sheets: there is nothing to do any more, and nothing is missing."""


class HandedInRound(Protocol):
    """A round that was handed in, as far as the next one depends on it."""

    @property
    def outcome(self) -> Outcome | None:
        """None until the practitioner has answered or returned it."""

    @property
    def short(self) -> bool:
        """Whether it was the two-minute way."""


class Answerable:
    """A piece of set work as far as answering it goes, whoever has which part of it at hand."""

    activity: Activity
    answers: Mapping[str, Given]
    drafts: Mapping[str, Draft]
    submissions: Sequence[HandedInRound]
    on_paper_on: date | None
    """The day on which it was handed in on paper, where it was done so."""
    needed: bool
    """False once the programme is over, or does not go on: then nobody waits for it any more."""
    short: bool
    """Whether he takes the two-minute way."""

    @functools.cached_property
    def conversation(self) -> Conversation:
        """The conversation so far, on the way that he takes."""
        asked = on_way(self.activity, short=self.short)
        return Conversation(asked, self.answers, still_growing=self.is_open)

    @property
    def has_short(self) -> bool:
        """Whether there is a two-minute way."""
        return has_short(self.activity)

    def question(self, prompt_id: str) -> Prompt | None:
        """The prompt of this id, on whichever way it is asked."""
        return Conversation(self.activity, {}).prompt(prompt_id)

    @property
    def carrying_on(self) -> bool:
        """Whether he goes on with the rest after he sent the two-minute way: what he sent stays sent."""
        return self._sent and self.submissions[-1].short and not self.short

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The prompt that what is typed may be kept for: the answers lead to it, or something is kept for it."""
        kept = prompt_id in self.drafts
        return self.conversation.prompt(prompt_id) if kept else self.conversation.led_to(prompt_id)

    @property
    def round(self) -> int:
        """The round that is open, or the last one when none is."""
        return len(self.submissions) + (1 if self.is_open else 0)

    @property
    def is_open(self) -> bool:
        """Whether answers can be given: before the first submission, and after a return, unless done on paper."""
        return not (self.is_submitted or self.on_paper_on)

    @property
    def is_submitted(self) -> bool:
        """Whether a round is submitted and not returned, and he isn't carrying on after it."""
        return self._sent and not self.carrying_on

    @property
    def _sent(self) -> bool:
        return bool(self.submissions) and self.submissions[-1].outcome is not Outcome.RETURNED

    @property
    def can_answer(self) -> bool:
        """Whether answers are taken now."""
        return self.is_open and self.needed

    def require_open(self) -> None:
        """Raises ``NotAllowed`` when the work was handed in, here or on paper, or is not needed any more."""
        self.require_unsubmitted()
        self.require_needed()
        if self.on_paper_on:
            raise NotAllowed("done_on_paper")

    def require_needed(self) -> None:
        """Raises ``NotAllowed`` when nobody waits for it any more."""
        if not self.needed:
            raise NotAllowed("not_needed")

    def require_unsubmitted(self) -> None:
        """Raises ``NotAllowed`` when the work was handed in here."""
        if self.is_submitted:
            raise NotAllowed("already_submitted")


@dataclass(frozen=True)
class WorkInProgress(Answerable):
    """As much of it as saving an answer or a draft needs."""

    activity: Activity
    answers: Mapping[str, Given]
    drafts: Mapping[str, Draft]
    submissions: Sequence[HandedInRound]
    on_paper_on: date | None
    needed: bool
    short: bool = False


@dataclass(frozen=True)
class Work(Answerable):
    """A piece of set work with all that belongs to it. ``revision`` counts every change of an answer."""

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

    @property
    def last(self) -> Submission | None:
        """The newest submission."""
        return self.submissions[-1] if self.submissions else None


def stage(
    last: tuple[Outcome | None, bool] | None, started: bool, *, needed: bool = True, on_paper: bool = False
) -> Stage:
    """The stage of work whose last submission has this outcome and read mark; None for no submission."""
    if on_paper:
        return Stage.ON_PAPER
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
    """Released or returned, and the participant has not opened it yet."""
    on_paper_on: date | None
    language: str = "en"
    """What its title is in."""
    set_by: str = ""
    outcome_by: str = ""
    """Who released or returned it."""
    intention: Intention | None = None
    """When and where he means to do it, on lists for him and on the brief."""
    short: bool = False
    """Whether what he sent last was the two-minute way."""
    carrying_on: bool = False
    """Whether he goes on with the rest after that."""

    @property
    def to_do(self) -> bool:
        """Whether the participant has still something to do with it."""
        return self.stage in (Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED)

    @property
    def about_left(self) -> int:
        """How many questions are to come, as one figure."""
        return about(self.fewest_left, self.most_left)


def next_step(pieces: Sequence[Piece]) -> Piece | None:
    """The one clear next step: open work, by when it is due, what was begun first; else what waits to be read."""
    to_do = [piece for piece in pieces if piece.to_do]
    if to_do:
        fresh = Stage.NOT_STARTED
        return min(to_do, key=lambda piece: (piece.due.cancelled, piece.due.starts_at, piece.stage is fresh))
    return next((piece for piece in pieces if piece.unseen), None)


def hand_in(work: Answerable) -> tuple[Said, ...]:
    """What a submission of this work holds: the answers on the path, in order.

    Raises ``NotAllowed`` when it was handed in already or a question is still open.
    """
    work.require_open()
    conversation = work.conversation
    if conversation.next_prompt is not None:
        raise NotAllowed("not_finished")
    return tuple(
        Said(turn.prompt.id, turn.given.way, turn.given.value if turn.given.way == "answered" else None)
        for turn in conversation.turns
    )
