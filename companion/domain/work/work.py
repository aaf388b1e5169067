"""Set work: an activity that a practitioner has set for a participant."""

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
    """The text in which a practitioner explains a piece of set work to the participant."""

    why: str
    minutes: int
    when_where: str = ""
    """The practitioner's suggestion of when and where to do the work. Practitioners no longer suggest when
    and where to do the work, so only old work has a suggestion.
    """
    in_the_way: str = ""
    revision: int = 1
    """The card's revision number. The revision number starts at 1 and increases when the practitioner changes
    the explanation or due date.
    """
    changed_at: datetime | None = None

    @classmethod
    def typed(cls, why: str, minutes: str) -> "Card":
        """Return the explanation of a piece of work that a practitioner typed into a form. Raise one
        ``Rejected`` that lists all the form's problems.
        """
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
    """An answer in a submission."""

    prompt_id: str
    way: Way
    value: Value


class Outcome(StrEnum):
    """A practitioner's response to a submission: sending feedback, or returning the work."""

    RELEASED = "released"
    RETURNED = "returned"


@dataclass(frozen=True)
class Submission:
    """A submission: the participant's answers, and the practitioner's feedback.

    The answers in a submission never change.

    ``comments`` contains the feedback, keyed by prompt id. For feedback on all the answers together, the
    prompt id is empty. ``words`` contains the reasons for returning the work.
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
    """When the participant first opened the feedback or the returned work, or None."""
    outcome_by: str = ""
    """The name of the person who sent the feedback or returned the work."""
    authors: Mapping[str, str] = field(default_factory=dict)
    """The author of each comment, who may be an earlier practitioner."""
    short: bool = False
    """True if the participant did the short version of the activity."""

    @functools.cached_property
    def answers(self) -> Mapping[str, Given]:
        """The answers, keyed by prompt id, in the form that ``Conversation`` needs."""
        return {said.prompt_id: Given(said.way, said.value, 1, self.submitted_at) for said in self.said}

    def conversation(self, activity: Activity) -> Conversation:
        """Return the activity's prompts with these answers, in the version (short or full) that was sent."""
        return Conversation(on_way(activity, short=self.short), self.answers)


class Stage(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    READ = "read"
    RETURNED = "returned"
    ANSWERED = "answered"
    NOT_NEEDED = "not_needed"
    """The programme ended before the work was done."""
    ON_PAPER = "on_paper"
    """The work was done on paper."""
    WITHDRAWN = "withdrawn"
    """The practitioner withdrew the work before it was submitted, or after returning it."""


class HandedInRound(Protocol):
    """The facts about a submission that decide how the participant continues with the work."""

    @property
    def outcome(self) -> Outcome | None:
        """The practitioner's response to the submission, or None if there is no response yet."""

    @property
    def short(self) -> bool:
        """True if the participant did the short version of the activity."""


class Answerable:
    """A piece of work, with all that is needed to save an answer."""

    activity: Activity
    answers: Mapping[str, Given]
    drafts: Mapping[str, Draft]
    submissions: Sequence[HandedInRound]
    on_paper_on: date | None
    """The day on which work was submitted on paper, or None."""
    needed: bool
    """False if the participant no longer needs to do the work, because the programme has ended."""
    short: bool
    """True if the participant is doing the short version of the activity."""
    withdrawn_at: datetime | None
    """The time at which the practitioner withdrew the work, or None."""

    @functools.cached_property
    def conversation(self) -> Conversation:
        """The activity's prompts and the answers so far, in the short or the full version of the activity."""
        asked = on_way(self.activity, short=self.short)
        return Conversation(asked, self.answers, still_growing=self.is_open)

    @property
    def has_short(self) -> bool:
        """True if the activity has a short version."""
        return has_short(self.activity)

    def question(self, prompt_id: str) -> Prompt | None:
        """Return the prompt with this id, even if only the full version of the activity contains it."""
        return Conversation(self.activity, {}).prompt(prompt_id)

    @property
    def carrying_on(self) -> bool:
        """True if the participant has sent the short version and is now answering the rest."""
        return self._sent and self.submissions[-1].short and not self.short

    def prompt(self, prompt_id: str) -> Prompt | None:
        """Return the prompt with this id, or None if the participant can't answer the prompt now."""
        kept = prompt_id in self.drafts
        return self.conversation.prompt(prompt_id) if kept else self.conversation.led_to(prompt_id)

    @property
    def round(self) -> int:
        """The number of submissions of the work, including one that the participant is still preparing."""
        return len(self.submissions) + (1 if self.is_open else 0)

    @property
    def is_open(self) -> bool:
        """True if the work is neither submitted nor done on paper. Withdrawn work also counts as open."""
        return not (self.is_submitted or self.on_paper_on)

    @property
    def is_submitted(self) -> bool:
        """True if the participant has submitted the work and the practitioner hasn't returned it for changes.
        If a participant submits the short version and then starts on the remaining questions, the work no
        longer counts as submitted.
        """
        return self._sent and not self.carrying_on

    @property
    def _sent(self) -> bool:
        return bool(self.submissions) and self.submissions[-1].outcome is not Outcome.RETURNED

    @property
    def can_answer(self) -> bool:
        """True if answers can be saved now."""
        return self.is_open and self.needed and not self.withdrawn_at

    @property
    def can_withdraw(self) -> bool:
        """True if the practitioner can withdraw the work. Submitted work can be withdrawn only after it has
        been returned.
        """
        return self.can_answer and not self._sent

    def require_open(self) -> None:
        """Raise ``NotAllowed`` if answers to the work can no longer be saved."""
        self.require_unsubmitted()
        self.require_needed()
        self.require_not_withdrawn()
        if self.on_paper_on:
            raise NotAllowed("done_on_paper")

    def require_not_withdrawn(self) -> None:
        if self.withdrawn_at:
            raise NotAllowed("withdrawn")

    def require_withdrawable(self) -> None:
        self.require_open()
        if self._sent:  # a submitted short version counts as done
            raise NotAllowed("already_submitted")

    def require_needed(self) -> None:
        if not self.needed:
            raise NotAllowed("not_needed")

    def require_unsubmitted(self) -> None:
        if self.is_submitted:
            raise NotAllowed("already_submitted")


@dataclass(frozen=True)
class WorkInProgress(Answerable):
    """The facts that Companion needs to save an answer or a draft."""

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
    """A piece of set work, with the practitioner's explanation and the participant's answers and submissions.

    ``revision`` increases with each change to an answer.
    """

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
    """The practitioner's message about withdrawing the work."""
    withdrawal_seen_at: datetime | None = None

    @property
    def last(self) -> Submission | None:
        """The latest submission of this work, or None."""
        return self.submissions[-1] if self.submissions else None


def stage(
    last: tuple[Outcome | None, bool] | None,
    started: bool,
    *,
    needed: bool = True,
    on_paper: bool = False,
    withdrawn: bool = False,
) -> Stage:
    """Return a piece of work's stage.

    ``last`` contains the last submission's outcome, and whether somebody has read the submission. If the
    participant hasn't submitted the work, ``last`` is None.
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
    """The facts that lists show about a piece of work, without its answers."""

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
    """True if the participant hasn't opened the feedback or the returned work."""
    on_paper_on: date | None
    language: str = "en"
    """The language of the work's title."""
    set_by: str = ""
    outcome_by: str = ""
    """The name of the person who sent the feedback or returned the work."""
    intention: Intention | None = None
    """The participant's plan for when and where to do the work."""
    short: bool = False
    """True if the participant's latest submission answers only the short version of the activity."""
    carrying_on: bool = False
    """True if the participant has sent the short version and is now answering the rest."""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawal_unseen: bool = False
    """True if the participant hasn't opened the withdrawn work yet."""

    @property
    def to_do(self) -> bool:
        """True if the participant still has something to do."""
        return self.stage in (Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.RETURNED)


def next_step(pieces: Sequence[Piece]) -> Piece | None:
    """Return the participant's next piece of work, or None.

    Open work comes first, sorted by due date. Between two pieces with the same due date, the one that was
    started comes first. If no work is open, return work with unread feedback.
    """
    to_do = [piece for piece in pieces if piece.to_do]
    if to_do:
        fresh = Stage.NOT_STARTED
        return min(to_do, key=lambda piece: (piece.due.cancelled, piece.due.starts_at, piece.stage is fresh))
    return next((piece for piece in pieces if piece.unseen), None)


def hand_in(work: Answerable) -> tuple[Said, ...]:
    """Return the answers for a submission, in the order of the questions.

    Raise ``NotAllowed`` if answers are no longer accepted or a question has no answer.
    """
    work.require_open()
    conversation = work.conversation
    if conversation.next_prompt is not None:
        raise NotAllowed("not_finished")
    return tuple(
        Said(turn.prompt.id, turn.given.way, turn.given.value if turn.given.way == "answered" else None)
        for turn in conversation.turns
    )
