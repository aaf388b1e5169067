"""Figures of the service that name nobody.

People are counted once their part is over and has settled, five at a time, with those of the same site and the
same version of the programme. What is kept of such a block are *atoms*: counts, each about at least five people.
Everything that is ever shown is a sum of atoms, so no sum and no difference of pages is about fewer people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from companion.domain.enrolments.pathway import PathwayState

LEAST = 5
"""How many people a figure is about at least (issue: withheld below five people)."""
SETTLES = timedelta(days=28)
"""How long after the end of his part somebody is counted: feedback comes late, and nothing changes afterwards."""
OVER: Final = frozenset(
    {
        PathwayState.COMPLETED,
        PathwayState.ENDED_EARLY,
        PathwayState.REVIEWS,
        PathwayState.CLOSED,
        PathwayState.DIED,
    }
)
"""Where somebody stands whose part of the programme is over, if he was ever in it."""
OTHERS = ""
"""The activity of an atom that takes together what too few people had."""


class Measure(StrEnum):
    """What is counted."""

    IN_TIME = "in_time"
    ANSWERED = "answered"
    CAME = "came"


class InTime(StrEnum):
    """What came of one piece of set work before the appointment that it was for."""

    READ = "read"
    HANDED_IN = "handed_in"
    """Handed in before it, but not read before it."""
    ON_PAPER = "on_paper"
    """Done on blank sheets, with no times of its own."""
    NOT = "not"


class Answered(StrEnum):
    """How many days after it was handed in the first feedback came."""

    TWO = "2"
    SEVEN = "7"
    FOURTEEN = "14"
    LATER = "later"
    NONE = "none"
    """No feedback; also where nothing was handed in, here or on paper."""


class Came(StrEnum):
    """How many days after joining somebody signed in again for the first time."""

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
    """What is counted of one piece of work. ``activity`` is empty for a practitioner's own."""

    activity: str
    in_time: InTime
    answered: Answered


@dataclass(frozen=True)
class Person:
    """What is counted of one person."""

    pieces: tuple[Piece, ...]
    came: Came


@dataclass(frozen=True)
class Stratum:
    """Whom somebody is counted with."""

    site: str
    programme_id: str
    programme_version: int

    @property
    def programme(self) -> tuple[str, int]:
        """The programme and its version."""
        return self.programme_id, self.programme_version


@dataclass(frozen=True)
class Atom:
    """Counts by category that nothing shown goes below. ``people`` are those who have a share in them."""

    measure: Measure
    activity: str
    people: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Block:
    """The people who were counted at once. ``workers`` had work set, or 0 where too few had for a figure."""

    stratum: Stratum
    month: date
    people: int
    workers: int
    atoms: tuple[Atom, ...]


def ended(steps: Sequence[tuple[PathwayState, date]]) -> date | None:
    """The day on which somebody's part of the programme ended for the last time; None while it is not over.

    ``steps`` are his, in their order.
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
    """What came of a piece of work: its first round, when it was first read and when it was first answered.

    ``due`` is None where no appointment stands before which it was due.
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
    """When he came back after joining."""
    if joined is None:
        return Came.NOT_JOINED
    if signed_in is None:
        return Came.NEVER
    days = (signed_in - joined).days
    bands = ((1, Came.ONE), (7, Came.SEVEN), (14, Came.FOURTEEN))
    return next((band for most, band in bands if days <= most), Came.LATER)


def block(stratum: Stratum, people: Sequence[Person], month: date) -> Block:
    """What is kept of these people. Raises ``ValueError`` for too few."""
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
    """The pieces by activity, each group with at least five people; nothing where there are fewer in all.

    What fewer people had goes together. Where that is still about too few, the smallest activity joins it.
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
