"""Anonymous figures about the service.

Companion adds people to the figures in groups of five, after they finish the programme. The figures change
only when another five people (a block) have been counted. The five people in a block have the same site and
programme version. For each group of five people, Companion stores several sets of counts. All the counts in a
set (an *atom*) cover the same group of at least five people. Every figure on a page describes five or more
people. Nobody can subtract one figure from another to learn something about fewer than five people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from companion.domain.enrolments.pathway import PathwayState

LEAST = 5
"""The minimum number of people that a figure may be about."""
SETTLES = timedelta(days=28)
"""The minimum time between the end of a person's programme and their inclusion in the figures."""
OVER: Final = frozenset(
    {
        PathwayState.COMPLETED,
        PathwayState.ENDED_EARLY,
        PathwayState.REVIEWS,
        PathwayState.CLOSED,
        PathwayState.DIED,
    }
)
"""The pathway states in which somebody's programme is over."""
OTHERS = ""
"""The name for activities set for so few people that they're counted together."""


class Measure(StrEnum):
    IN_TIME = "in_time"
    ANSWERED = "answered"
    CAME = "came"


class InTime(StrEnum):
    """The state of a piece of work at its deadline."""

    READ = "read"
    HANDED_IN = "handed_in"
    """The work was submitted in time, but was read too late or never."""
    ON_PAPER = "on_paper"
    """The category for all work done on paper, because its time isn't known."""
    NOT = "not"


class Answered(StrEnum):
    """Ranges for the number of days from submission to the first feedback."""

    TWO = "2"
    SEVEN = "7"
    FOURTEEN = "14"
    LATER = "later"
    NONE = "none"
    """Work that got no feedback, for example because it wasn't submitted or was done on paper."""


class Came(StrEnum):
    """Ranges for the number of days from joining Companion to the next sign-in."""

    ONE = "1"
    SEVEN = "7"
    FOURTEEN = "14"
    LATER = "later"
    NEVER = "never"
    NOT_JOINED = "not_joined"


CATEGORIES: Final[Mapping[Measure, type[StrEnum]]] = {
    Measure.IN_TIME: InTime,
    Measure.ANSWERED: Answered,
    Measure.CAME: Came,
}


@dataclass(frozen=True)
class Piece:
    """The data about a piece of work that the statistics need. For a practitioner's own questions,
    ``activity`` is empty.
    """

    activity: str
    in_time: InTime
    answered: Answered


@dataclass(frozen=True)
class Person:
    """The data about a person that the statistics need."""

    pieces: tuple[Piece, ...]
    came: Came


@dataclass(frozen=True)
class Stratum:
    """The combination of one site and one version of the programme. Each count covers people from one site
    and one version of the programme.
    """

    site: str
    programme_id: str
    programme_version: int

    @property
    def programme(self) -> tuple[str, int]:
        """The programme's id and version."""
        return self.programme_id, self.programme_version


@dataclass(frozen=True)
class Atom:
    """Counts that are shown because they cover at least five people. Companion never breaks these counts down
    into smaller groups of people. ``people`` is how many people these figures count.
    """

    measure: Measure
    activity: str
    people: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Block:
    """Anonymous figures about a group of participants. Companion counts a group of five all at once, never in
    part.

    ``workers``: the number of participants in the group who have been set work, or 0 if it's under five.
    """

    stratum: Stratum
    month: date
    people: int
    workers: int
    atoms: tuple[Atom, ...]


def ended(steps: Sequence[tuple[PathwayState, date]]) -> date | None:
    """Return the last day of somebody's programme, or None if the programme isn't over.

    ``steps`` are the person's pathway steps, in order.
    """
    for place in range(len(steps) - 1, -1, -1):
        if steps[place][0] is PathwayState.IN_PROGRAMME:
            after = steps[place + 1 : place + 2]
            return after[0][1] if after and steps[-1][0] in OVER else None
    return None


def piece(
    activity: str,
    due: datetime | None,
    submitted: datetime | None,
    read: datetime | None,
    answered: datetime | None,
    *,
    on_paper: bool = False,
) -> Piece:
    """Return the facts about a piece of work that go into the figures.

    ``read`` and ``answered`` say when a practitioner first read the submission and first sent feedback on it.
    ``due`` is None if the work's appointment was cancelled and no other follows.
    """
    if on_paper:
        return Piece(activity, InTime.ON_PAPER, Answered.NONE)
    if submitted is None:
        return Piece(activity, InTime.NOT, Answered.NONE)
    in_time = InTime.NOT
    if due is None or submitted < due:
        in_time = InTime.READ if read and (due is None or read < due) else InTime.HANDED_IN
    if answered is None:
        return Piece(activity, in_time, Answered.NONE)
    days = (answered - submitted).days
    bands = ((2, Answered.TWO), (7, Answered.SEVEN), (14, Answered.FOURTEEN))
    return Piece(activity, in_time, next((band for most, band in bands if days <= most), Answered.LATER))


def came(joined: datetime | None, signed_in: datetime | None) -> Came:
    """Return how soon somebody signed in again after joining."""
    if joined is None:
        return Came.NOT_JOINED
    if signed_in is None:
        return Came.NEVER
    days = (signed_in - joined).days
    bands = ((1, Came.ONE), (7, Came.SEVEN), (14, Came.FOURTEEN))
    return next((band for most, band in bands if days <= most), Came.LATER)


def block(stratum: Stratum, people: Sequence[Person], month: date) -> Block:
    """Return the anonymous figures to store about a group of people. Raise ``ValueError`` for too few people."""
    if len(people) < LEAST:
        raise ValueError(f"{len(people)} people are too few for a figure")
    groups = _groups(people)
    workers = {number for group in groups.values() for number, _ in group}
    atoms = [_atom(Measure.CAME, OTHERS, len(people), (person.came for person in people))]
    for activity, group in sorted(groups.items()):
        those = len({number for number, _ in group})
        atoms += [
            _atom(Measure.IN_TIME, activity, those, (each.in_time for _, each in group)),
            _atom(Measure.ANSWERED, activity, those, (each.answered for _, each in group)),
        ]
    return Block(stratum, month, len(people), len(workers), tuple(atoms))


def _groups(people: Sequence[Person]) -> dict[str, list[tuple[int, Piece]]]:
    """Group the pieces of work by activity.

    Activities that were set for fewer than five people are combined into one group. If the combined group
    still has fewer than five people, add the next smallest group. Return nothing if fewer than five people
    have been set work.
    """
    by_activity: dict[str, list[tuple[int, Piece]]] = defaultdict(list)
    for number, person in enumerate(people):
        for each in person.pieces:
            by_activity[each.activity].append((number, each))

    def people_of(group: Iterable[tuple[int, Piece]]) -> int:
        return len({number for number, _ in group})

    shown = {
        activity: group
        for activity, group in by_activity.items()
        if activity != OTHERS and people_of(group) >= LEAST
    }
    rest = [each for activity, group in by_activity.items() if activity not in shown for each in group]
    if rest and people_of(rest) < LEAST:
        if not shown:
            return {}
        smallest = min(shown, key=lambda activity: (people_of(shown[activity]), activity))
        rest += shown.pop(smallest)
    return {**shown, OTHERS: rest} if rest else shown


def _atom(measure: Measure, activity: str, people: int, what: Iterable[StrEnum]) -> Atom:
    counted = Counter(what)
    return Atom(measure, activity, people, {each.value: counted[each] for each in CATEGORIES[measure]})
