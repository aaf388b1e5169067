"""An enrolment's plan of topics: which session each is in, and how far it has come."""

from collections import Counter
from collections.abc import Iterator, Mapping
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


def by_number(plan: TopicPlan) -> dict[str, Planned]:
    """Return the topics by their numbers, as forms name them: a title may say too much for an address."""
    return {str(each.number): each for each in plan.planned}


@dataclass(frozen=True)
class Placed:
    """How far a topic has come, and its place in a session, as typed; what is empty stays as it is."""

    mark: str = ""
    session: str = ""
    place: str = ""


def arranged(plan: TopicPlan, wanted: Mapping[str, Placed], now: datetime) -> TopicPlan:
    """Return the plan with these topics, by their numbers, marked and put into these places.

    What goes to another session without a place comes last there. Raise ``Rejected`` with all that can't be.
    """
    here = {
        str(each.number): (session, place)
        for session, those in enumerate(plan.sessions, 1)
        for place, each in enumerate(those, 1)
    }
    problems = [each for number, to in wanted.items() for each in _amiss(plan, number, to, here)]
    if problems:
        raise Rejected(*problems)
    stacks: list[list[tuple[tuple[int, int], Planned]]] = [[] for _ in plan.sessions]
    for number, each in by_number(plan).items():
        to = wanted.get(number, Placed())
        session, rank = _rank(to, here[number], len(here))
        stacks[session - 1].append((rank, _marked(each, to.mark, now)))
    ordered = (sorted(stack, key=lambda ranked: ranked[0]) for stack in stacks)
    return replace(plan, sessions=tuple(tuple(each for _, each in stack) for stack in ordered))


def _rank(to: Placed, here: tuple[int, int], many: int) -> tuple[int, tuple[int, int]]:
    """The session, and the order in it: whoever moves up comes before what is there, whoever moves down after it."""
    session = int(to.session or here[0])
    if session != here[0]:
        return session, (int(to.place), -1) if to.place else (many + 1, 0)
    place = int(to.place or here[1])
    return session, (place, (place > here[1]) - (place < here[1]))


def _amiss(
    plan: TopicPlan, number: str, to: Placed, here: Mapping[str, tuple[int, int]]
) -> Iterator[Problem]:
    if number not in here:
        yield Problem("not_offered")
    if to.mark and to.mark not in set(Mark):
        yield Problem("not_offered", field=f"mark-{number}")
    for name, text, most in (("session", to.session, len(plan.sessions)), ("place", to.place, len(here))):
        if text and text not in {str(each) for each in range(1, most + 1)}:
            yield Problem("not_offered", field=f"{name}-{number}")


def _marked(each: Planned, mark: str, now: datetime) -> Planned:
    if not mark or each.mark == mark:
        return each
    return replace(each, mark=Mark(mark), marked_at=None if mark == Mark.OPEN else now)
