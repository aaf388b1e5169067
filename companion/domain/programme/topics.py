"""A topic plan, which lists the topics of each session and says which topics have been covered."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from companion.domain.programme.programme import Programme, Topic
from companion.domain.refusals import Problem, Rejected


class Mark(StrEnum):
    """The progress of a topic."""

    OPEN = "open"
    TOUCHED = "touched"
    WANTS_MORE = "wants_more"
    """The topic has been started but needs more time."""
    COVERED = "covered"


@dataclass(frozen=True)
class Counts:
    """The number of topics with each mark, such as *covered*."""

    open: int
    touched: int
    wants_more: int
    covered: int

    @property
    def left(self) -> int:
        """The number of topics that haven't been covered yet."""
        return self.open + self.touched + self.wants_more

    @property
    def all(self) -> int:
        """The number of topics in the topic plan."""
        return self.left + self.covered


@dataclass(frozen=True)
class Planned:
    """A topic in a topic plan.

    ``number`` is the topic's number in the programme, starting at 1.
    """

    topic: Topic
    number: int
    mark: Mark
    marked_at: datetime | None


@dataclass(frozen=True)
class TopicPlan:
    """The topics of each session, in order.

    The last list in ``sessions`` holds the topics for the additional session.

    ``revision`` increases with each change, so that one browser window never overwrites changes that were
    made in another window.
    """

    sessions: tuple[tuple[Planned, ...], ...]
    revision: int

    @property
    def planned(self) -> tuple[Planned, ...]:
        """Every topic in the topic plan, in the order of the sessions."""
        return tuple(each for session in self.sessions for each in session)

    @property
    def left(self) -> tuple[Planned, ...]:
        """The topics that haven't been covered yet.

        Topics that need more time come first, then started topics, then all others.
        """
        order = (Mark.WANTS_MORE, Mark.TOUCHED, Mark.OPEN)
        return tuple(each for mark in order for each in self.planned if each.mark is mark)

    @property
    def counts(self) -> Counts:
        return counted(Counter(each.mark for each in self.planned))


def counted(marks: Counter[Mark]) -> Counts:
    """Return how many topics have each mark, such as *covered*."""
    return Counts(marks[Mark.OPEN], marks[Mark.TOUCHED], marks[Mark.WANTS_MORE], marks[Mark.COVERED])


def as_it_starts(programme: Programme) -> TopicPlan:
    """Return a new topic plan in the programme's order."""
    numbers = {topic.id: number for number, topic in enumerate(programme.topics, 1)}
    sessions = (
        tuple(Planned(topic, numbers[topic.id], Mark.OPEN, None) for topic in meeting.topics)
        for meeting in programme.meetings
    )
    return TopicPlan((*sessions, ()), 0)


def by_number(plan: TopicPlan) -> dict[str, Planned]:
    """Return the topics in the topic plan as a dictionary whose keys are the topics' numbers.

    Forms and URLs contain topics' numbers. Forms and URLs don't contain topics' titles, because the titles
    are sensitive.
    """
    return {str(each.number): each for each in plan.planned}


@dataclass(frozen=True)
class Placed:
    """A topic's mark (such as *covered*), session and position, as entered. If a field is an empty string,
    the topic's value for that field doesn't change.
    """

    mark: str = ""
    session: str = ""
    place: str = ""


def arranged(plan: TopicPlan, wanted: Mapping[str, Placed], now: datetime) -> TopicPlan:
    """Return the topic plan after the practitioner's changes: topics marked, moved to another session or
    reordered. ``wanted``: what the form says about each topic, by topic number.

    If a topic moves to another session and no position was entered, the topic comes last in that session.
    Raise one ``Rejected`` that lists all the form's problems.
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
    """Return a sort key for a topic: its session and its position.

    If a topic is moved up within its session, it goes above the topic that was in its new place. If a topic
    is moved down, it goes below the topic that was in its new place.
    """
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
