"""The tables of figures about the service."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from companion.domain.evaluation.figures import CATEGORIES, Block, Measure


class By(StrEnum):
    """The ways in which a table of figures can be broken down."""

    ALL = "all"
    SITE = "site"
    PROGRAMME = "programme"
    ACTIVITY = "activity"


CUTS: Final[Mapping[Measure, tuple[By, ...]]] = {
    Measure.IN_TIME: tuple(By),
    Measure.ANSWERED: tuple(By),
    Measure.CAME: (By.ALL, By.SITE, By.PROGRAMME),
}
"""The groups (such as site) by which each figure can be split."""


@dataclass(frozen=True)
class FigureRow:
    """A row in a table of figures. The attribute ``of`` names the site, programme version or activity that
    the row describes.
    """

    by: By
    of: str
    people: int
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """The number of people or pieces of work that were counted."""
        return sum(self.counts.values())

    def percent(self, *categories: str) -> int:
        """Return the percentage of people (or pieces of work) in any of the given categories. The percentage
        is rounded to a whole number.
        """
        return round(100 * sum(self.counts[each] for each in categories) / self.total) if self.total else 0


@dataclass(frozen=True)
class FigureTable:
    """A table that shows one figure, broken down in one way. The table has no rows until there are figures
    about enough people.
    """

    measure: Measure
    by: By
    rows: tuple[FigureRow, ...]


def tables(blocks: Sequence[Block]) -> list[FigureTable]:
    return [
        FigureTable(measure, by, tuple(_rows(blocks, measure, by)))
        for measure, cuts in CUTS.items()
        for by in cuts
    ]


def programme_key(programme_id: str, version: int) -> str:
    """Return a programme version's row label for the tables of figures."""
    return f"{programme_id}/{version}"


def _rows(blocks: Iterable[Block], measure: Measure, by: By) -> list[FigureRow]:
    """Return the rows of a table of figures.

    A row counts each person only once, even if the person did several activities.
    """
    counts: dict[str, Counter[str]] = {}
    people: Counter[str] = Counter()
    for block in blocks:
        named: dict[str, int] = {}
        for atom in block.atoms:
            if atom.measure is measure:
                name = atom.activity if by is By.ACTIVITY else _NAMES[by](block)
                counts.setdefault(name, Counter(dict.fromkeys(CATEGORIES[measure], 0))).update(atom.counts)
                whole = block.people if measure is Measure.CAME else block.workers
                named[name] = atom.people if by is By.ACTIVITY else whole
        people.update(named)
    return [FigureRow(by, name, people[name], dict(counts[name])) for name in sorted(counts)]


_NAMES: Final[Mapping[By, Callable[[Block], str]]] = {
    By.ALL: lambda block: "",
    By.SITE: lambda block: block.stratum.site,
    By.PROGRAMME: lambda block: programme_key(*block.stratum.programme),
}
