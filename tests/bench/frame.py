"""A framework for benchmarks, in which contenders take turns in rounds.

Each ratio compares two figures from the same round, so that other programs on the machine affect both about
equally.
"""

import gc
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

ROUNDS = 7


class NotMeasured(Exception):
    """Raised when this machine can't run one of the programs that a benchmark compares."""


@dataclass(frozen=True)
class Contender:
    """A program or an action to compare.

    Each round of a benchmark measures every program or action once. ``measure`` returns the measured value,
    in ``unit``.
    """

    name: str
    unit: str
    measure: Callable[[], float]


@dataclass(frozen=True)
class Row:
    """A row of the results table: one program's figure, or the ratio between two programs' figures."""

    contender: str
    against: str = ""
    at_most: float | None = None
    at_least: float | None = None
    """The target: a minimum or a maximum for the figure."""
    profile: str = ""
    """The path of the document on why some machines miss this target, or ``""``."""


@dataclass(frozen=True)
class Bench:
    """The programs or actions that a benchmark compares, and the table rows that show their figures."""

    contenders: Sequence[Contender]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Figure:
    """A row of the results table, with the values from every round that had no errors."""

    what: str
    unit: str
    values: Sequence[float]
    at_most: float | None = None
    at_least: float | None = None
    not_measured: bool = False
    """True if the figure can't be measured on this machine."""
    profile: str = ""

    @property
    def median(self) -> float | None:
        """Return the median of the rounds, or None if every round failed."""
        return statistics.median(self.values) if self.values else None

    @property
    def met(self) -> bool:
        return (
            self.median is not None
            and (self.at_most is None or self.median <= self.at_most)
            and (self.at_least is None or self.median >= self.at_least)
        )


@dataclass(frozen=True)
class Results:
    figures: Sequence[Figure]
    errors: dict[str, int]
    rounds: int

    @property
    def met(self) -> bool:
        """Return whether every target was met and nothing failed."""
        return all(figure.met for figure in self.figures) and not any(self.errors.values())


def timed(
    act: Callable[[], object], times: int, scale: float = 1.0, clock: Callable[[], float] = time.perf_counter
) -> Callable[[], float]:
    """Return a function that calls ``act`` repeatedly, and returns the median duration of a call in seconds.

    The median is multiplied by ``scale``. The thread's processor clock doesn't measure time spent waiting.
    """

    def measure() -> float:
        # collect garbage first, so that no measurement includes collecting an earlier measurement's garbage
        gc.collect()
        return statistics.median(_seconds(act, clock) for _ in range(times)) * scale

    return measure


def _seconds(act: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    act()
    return clock() - start


def run(benches: Sequence[Bench], rounds: int = ROUNDS) -> Results:
    """Run a warm-up round, and then let the contenders of all benchmarks take turns.

    If one of the compared functions raises an error, the framework counts the error and continues with the
    other functions.
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
