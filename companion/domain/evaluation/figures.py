"""Anonymous figures about the service.

People are counted once their part is over and settled, five at a time, with others of the same site and programme
version. Such a block is kept as *atoms*: counts about at least five people each. Everything shown is a sum
of atoms, so no sum and no difference between pages is about fewer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from companion.domain.enrolments.pathway import PathwayState

LEAST = 5
"""The fewest people that a figure may be about (issue: withheld below five)."""
SETTLES = timedelta(days=28)
"""How long after the end somebody is counted: late feedback arrives first, and nothing changes afterwards."""
OVER: Final = frozenset(
    {
        PathwayState.COMPLETED,
        PathwayState.ENDED_EARLY,
        PathwayState.REVIEWS,
        PathwayState.CLOSED,
        PathwayState.DIED,
    }
)
"""The states in which somebody's programme is over, if they were ever in it."""
OTHERS = ""
"""The activity name for an atom that combines activities too few people had."""


class Measure(StrEnum):
    """A quantity that is counted."""

    IN_TIME = "in_time"
    ANSWERED = "answered"
    CAME = "came"


class InTime(StrEnum):
    """The outcome of a piece of set work by its appointment."""

    READ = "read"
    HANDED_IN = "handed_in"
    """Submitted before it, but not read before it."""
    ON_PAPER = "on_paper"
    """Done on paper, so without times of its own."""
    NOT = "not"


class Answered(StrEnum):
    """Days from submission to the first feedback."""

    TWO = "2"
    SEVEN = "7"
    FOURTEEN = "14"
    LATER = "later"
    NONE = "none"
    """No feedback, or nothing was submitted, here or on paper."""


class Came(StrEnum):
    """Days from joining to the next sign-in."""

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
    """A piece of work as counted. ``activity`` is empty for a practitioner's own."""

    activity: str
    in_time: InTime
    answered: Answered


@dataclass(frozen=True)
class Person:
    """A person as counted."""

    pieces: tuple[Piece, ...]
    came: Came


@dataclass(frozen=True)
class Stratum:
    """The group that somebody is counted in."""

    site: str
    programme_id: str
    programme_version: int

    @property
    def programme(self) -> tuple[str, int]:
        """The programme and its version."""
        return self.programme_id, self.programme_version


@dataclass(frozen=True)
class Atom:
    """Counts by category, the smallest unit shown. ``people`` is how many contributed."""

    measure: Measure
    activity: str
    people: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Block:
    """The people counted at once. ``workers`` is how many had work set, or 0 if too few for a figure."""

    stratum: Stratum
    month: date
    people: int
    workers: int
    atoms: tuple[Atom, ...]


def ended(steps: Sequence[tuple[PathwayState, date]]) -> date | None:
    """Return the day that somebody's programme last ended; None while it isn't over.

    ``steps`` are theirs, in order.
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
    """Return what became of a piece of work's first round: when it was first read and first answered.

    ``due`` is None if no appointment remains that it was due before.
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
    """Return how soon he came back after joining."""
    if joined is None:
        return Came.NOT_JOINED
    if signed_in is None:
        return Came.NEVER
    days = (signed_in - joined).days
    bands = ((1, Came.ONE), (7, Came.SEVEN), (14, Came.FOURTEEN))
    return next((band for most, band in bands if days <= most), Came.LATER)


def block(stratum: Stratum, people: Sequence[Person], month: date) -> Block:
    """Return what is kept of these people. Raise ``ValueError`` for too few."""
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
    """Group the pieces by activity, each with at least five people; empty if there are fewer in all.

    Activities of fewer people are combined; if those are still too few, the smallest group joins them.
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
