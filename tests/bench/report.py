"""Report benchmark results as a table, as JSON and as an exit code."""

import json
import os
import platform
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.frame import Figure, Results


def report(results: Results, file: Path, now: datetime) -> int:
    """Print the table, write the results as JSON too, and return the exit code.

    The exit code is 1 if any target was missed or anything failed.
    """
    print(as_text(results))
    file.write_text(json.dumps(as_plain(results, now), indent=2) + "\n")
    return 0 if results.met else 1


def as_text(results: Results) -> str:
    """Return the table of figures and targets, the missed targets and the errors."""
    lines = [("What", "Median", "Range", "Target", ""), *map(_line, results.figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([*table, "", *_verdict(results)])


def as_plain(results: Results, now: datetime) -> dict[str, Any]:
    """Return every round's figures, the errors, and a description of the machine."""
    return {
        "finished_at": now.isoformat(timespec="seconds"),
        "machine": f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors",
        "rounds": results.rounds,
        "met": results.met,
        "errors": results.errors,
        "figures": [_plain(figure) for figure in results.figures],
    }


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "what": figure.what,
        "unit": figure.unit,
        "median": figure.median,
        "lowest": min(figure.values, default=None),
        "highest": max(figure.values, default=None),
        "at_most": figure.at_most,
        "at_least": figure.at_least,
        "met": figure.met,
        "not_measured": figure.not_measured,
        "values": list(figure.values),
    }


def _line(figure: Figure) -> tuple[str, str, str, str, str]:
    target = _target(figure)
    if figure.not_measured:
        return (figure.what, "none", "", target, "NOT MEASURED")
    if figure.median is None:
        return (figure.what, "none", "", target, "MISSED")
    spread = f"{_number(min(figure.values))} to {_number(max(figure.values))}"
    verdict = "" if not target else "met" if figure.met else "MISSED"
    return (figure.what, f"{_number(figure.median)} {figure.unit}", spread, target, verdict)


def _target(figure: Figure) -> str:
    if figure.at_least is not None:
        return f"at least {figure.at_least:g} {figure.unit}"
    return "" if figure.at_most is None else f"at most {figure.at_most:g} {figure.unit}"


def _number(value: float) -> str:
    """Format a number with at least three significant digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _verdict(results: Results) -> Iterator[str]:
    absent = [figure.what for figure in results.figures if figure.not_measured]
    yield from (f"NOT MEASURED: {what}" for what in absent)
    missed = [figure for figure in results.figures if not figure.met and not figure.not_measured]
    for figure in missed:
        yield f"MISSED: {figure.what}" + (f"; why: {figure.profile}" if figure.profile else "")
    for name, count in results.errors.items():
        if count:
            yield f"FAILED in {count} of {results.rounds + 1} rounds, the warming one included: {name}"
    errors = sum(results.errors.values())
    yield f"{results.rounds} rounds, {len(missed)} missed, {len(absent)} not measured, {errors} errors"
