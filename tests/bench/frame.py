"""The frame of the benchmarks: contenders take turns in rounds, and figures are medians with their range.

A ratio is taken within each round, so that whatever else the machine does then meets both sides of it.
"""

import gc
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

ROUNDS = 7


class NotMeasured(Exception):
    """What a contender needs cannot be had on this machine."""


@dataclass(frozen=True)
class Contender:
    """What is measured once in each round. ``measure`` gives its figure in ``unit``."""

    name: str
    unit: str
    measure: Callable[[], float]


@dataclass(frozen=True)
class Row:
    """What the table shows: a contender's own figure, or its ratio to the one named in ``against``."""

    contender: str
    against: str = ""
    at_most: float | None = None
    at_least: float | None = None
    """The target, from whichever side."""
    profile: str = ""
    """The page that says where the time goes, where the target cannot be met everywhere."""


@dataclass(frozen=True)
class Bench:
    """Contenders, and what to show of them."""

    contenders: Sequence[Contender]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Figure:
    """A row as it was measured: one value for each round in which nothing failed."""

    what: str
    unit: str
    values: Sequence[float]
    at_most: float | None = None
    at_least: float | None = None
    not_measured: bool = False
    """What it needs cannot be had here."""
    profile: str = ""

    @property
    def median(self) -> float | None:
        """None when it failed in every round."""
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
    """Every figure, and how often each contender raised."""

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
    """Measures an act that is done ``times`` times: the median of them, in seconds times ``scale``.

    Not the mean: of fifty acts of a millisecond the machine may well take one for something else. On the clock of the
    thread's processor what it waits for does not count.
    """

    def measure() -> float:
        gc.collect()  # nobody pays for what another one left behind
        return statistics.median(_seconds(act, clock) for _ in range(times)) * scale

    return measure


def _seconds(act: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    act()
    return clock() - start


def run(benches: Sequence[Bench], rounds: int = ROUNDS) -> Results:
    """Let all contenders of all benches take turns, after one round that only warms up.

    Who raises has no figure in that round; it is counted, in the warming round too, and the others go on.
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
