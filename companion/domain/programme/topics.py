"""An enrolment's plan of topics: which session each is in, and how far it has come."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from companion.domain.programme.programme import Programme, Topic
from companion.domain.refusals import Problem, Rejected


class Mark(StrEnum):
    """How far a topic has come."""

    OPEN = "open"
    TOUCHED = "touched"
    WANTS_MORE = "wants_more"
    """Started, and more time is wanted for it."""
    COVERED = "covered"


@dataclass(frozen=True)
class Counts:
    """How many topics of a plan have come how far."""

    open: int
    touched: int
    wants_more: int
    covered: int

    @property
    def left(self) -> int:
        """How many are not covered yet."""
        return self.open + self.touched + self.wants_more

    @property
    def all(self) -> int:
        """How many there are."""
        return self.left + self.covered


@dataclass(frozen=True)
class Planned:
    """A topic in the plan. ``number`` is its number in the programme, from 1, and stays when it moves."""

    topic: Topic
    number: int
    mark: Mark
    marked_at: datetime | None


@dataclass(frozen=True)
class TopicPlan:
    """Each session's topics, in order; the last of the ``sessions`` is the additional one.

    ``revision`` counts the changes, so that two windows never silently overwrite each other.
    """

    sessions: tuple[tuple[Planned, ...], ...]
    revision: int

    @property
    def planned(self) -> tuple[Planned, ...]:
        """Every topic, session by session."""
        return tuple(each for session in self.sessions for each in session)

    @property
    def left(self) -> tuple[Planned, ...]:
        """Topics not covered yet: those that want more time, then those started, then the rest."""
        order = (Mark.WANTS_MORE, Mark.TOUCHED, Mark.OPEN)
        return tuple(each for mark in order for each in self.planned if each.mark is mark)

    @property
    def counts(self) -> Counts:
        """How many topics have come how far."""
        return counted(Counter(each.mark for each in self.planned))

    def session_of(self, topic_id: str) -> int:
        """Return which session the topic is in, from 1. Raise ``Rejected`` if it isn't in the plan."""
        for number, session in enumerate(self.sessions, 1):
            if topic_id in [each.topic.id for each in session]:
                return number
        raise Rejected(Problem("not_offered", field="topic"))


def counted(marks: Counter[Mark]) -> Counts:
    """Count these marks."""
    return Counts(marks[Mark.OPEN], marks[Mark.TOUCHED], marks[Mark.WANTS_MORE], marks[Mark.COVERED])


def as_it_starts(programme: Programme) -> TopicPlan:
    """Return the programme's own order, with nothing marked and the additional session empty."""
    numbers = {topic.id: number for number, topic in enumerate(programme.topics, 1)}
    sessions = (
        tuple(Planned(topic, numbers[topic.id], Mark.OPEN, None) for topic in meeting.topics)
        for meeting in programme.meetings
    )
    return TopicPlan((*sessions, ()), 0)


def marked(plan: TopicPlan, topic_id: str, mark: str, now: datetime) -> TopicPlan:
    """Return the plan with this topic marked. Raise ``Rejected``."""
    plan.session_of(topic_id)
    if mark not in set(Mark):
        raise Rejected(Problem("not_offered", field="mark"))

    def look(each: Planned) -> Planned:
        if each.topic.id != topic_id or each.mark == mark:
            return each
        return replace(each, mark=Mark(mark), marked_at=None if mark == Mark.OPEN else now)

    return replace(plan, sessions=tuple(tuple(look(each) for each in session) for session in plan.sessions))


def moved(plan: TopicPlan, topic_id: str, session: str, before: str) -> TopicPlan:
    """Return the plan with this topic moved to the session with this number, before another topic.

    If ``before`` is empty it goes last. Raise ``Rejected``.
    """
    at = plan.session_of(topic_id)
    if session not in {str(number) for number in range(1, len(plan.sessions) + 1)}:
        raise Rejected(Problem("not_offered", field="session"))
    target = int(session)
    if before == topic_id:
        return plan
    if before and plan.session_of(before) != target:
        raise Rejected(Problem("not_offered", field="before"))
    topic = next(each for each in plan.sessions[at - 1] if each.topic.id == topic_id)
    without = [[each for each in stack if each is not topic] for stack in plan.sessions]
    stack = without[target - 1]
    stack.insert(_place(stack, before), topic)
    return replace(plan, sessions=tuple(map(tuple, without)))


def _place(stack: Sequence[Planned], before: str) -> int:
    return next((place for place, each in enumerate(stack) if each.topic.id == before), len(stack))
