"""The benchmarks' framework: contenders take turns in rounds, and figures are medians with their range.

A ratio is taken within each round, so that anything else the machine does affects both sides.
"""

import gc
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

ROUNDS = 7


class NotMeasured(Exception):
    """Something that a contender needs isn't available on this machine."""


@dataclass(frozen=True)
class Contender:
    """Measured once in each round. ``measure`` returns its figure in ``unit``."""

    name: str
    unit: str
    measure: Callable[[], float]


@dataclass(frozen=True)
class Row:
    """A row of the table: a contender's own figure, or its ratio to the one named in ``against``."""

    contender: str
    against: str = ""
    at_most: float | None = None
    at_least: float | None = None
    """The target, as a minimum or maximum."""
    profile: str = ""
    """The page that says where the time goes, for targets that can't be met everywhere."""


@dataclass(frozen=True)
class Bench:
    """Contenders, and which rows to show."""

    contenders: Sequence[Contender]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Figure:
    """A measured row: one value for each round without an error."""

    what: str
    unit: str
    values: Sequence[float]
    at_most: float | None = None
    at_least: float | None = None
    not_measured: bool = False
    """Whether something it needs isn't available here."""
    profile: str = ""

    @property
    def median(self) -> float | None:
        """None if it failed in every round."""
        return statistics.median(self.values) if self.values else None

    @property
    def met(self) -> bool:
        """Whether it was measured at all, and meets its target if it has one."""
        return (
            self.median is not None
            and (self.at_most is None or self.median <= self.at_most)
            and (self.at_least is None or self.median >= self.at_least)
        )


@dataclass(frozen=True)
class Results:
    """Every figure, and how often each contender raised an error."""

    figures: Sequence[Figure]
    errors: dict[str, int]
    rounds: int

    @property
    def met(self) -> bool:
        """Whether every target was met and nothing failed."""
        return all(figure.met for figure in self.figures) and not any(self.errors.values())


def timed(
    act: Callable[[], object], times: int, scale: float = 1.0, clock: Callable[[], float] = time.perf_counter
) -> Callable[[], float]:
    """Return a measurement of an act done ``times`` times: its median, in seconds times ``scale``.

    Not the mean: of fifty acts of a millisecond, the machine may use one for something else. With the thread's
    processor clock, waiting doesn't count.
    """

    def measure() -> float:
        gc.collect()  # nobody pays for another's leftovers
        return statistics.median(_seconds(act, clock) for _ in range(times)) * scale

    return measure


def _seconds(act: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    act()
    return clock() - start


def run(benches: Sequence[Bench], rounds: int = ROUNDS) -> Results:
    """Let all contenders of all benches take turns, after a warm-up round.

    A contender that raises an error has no figure in that round; it is counted, in the warm-up too, and the others
    continue.
    """
    contenders = [contender for bench in benches for contender in bench.contenders]
    errors = {contender.name: 0 for contender in contenders}
    cannot = set()
    table = []
    for count in range(rounds + 1):
        measured = {}
        for contender in contenders if count % 2 else reversed(contenders):
            try:
                measured[contender.name] = contender.measure()
            except NotMeasured:
                cannot.add(contender.name)
            except Exception:
                errors[contender.name] += 1
                traceback.print_exc()
        if count:
            table.append(measured)
    units = {contender.name: contender.unit for contender in contenders}
    figures = [
        replace(
            _figure(row, table, units),
            not_measured=not cannot.isdisjoint({row.contender, row.against}),
            profile=row.profile,
        )
        for bench in benches
        for row in bench.rows
    ]
    return Results(figures, errors, rounds)


def _figure(row: Row, table: Sequence[dict[str, float]], units: dict[str, str]) -> Figure:
    if not row.against:
        values = [measured[row.contender] for measured in table if row.contender in measured]
        return Figure(row.contender, units[row.contender], values, row.at_most, row.at_least)
    ratios = [
        measured[row.contender] / measured[row.against]
        for measured in table
        if row.contender in measured and row.against in measured
    ]
    return Figure(f"{row.contender}, against {row.against}", "times", ratios, row.at_most, row.at_least)
