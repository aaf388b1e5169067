"""Measure and print the growth figures for docs/deployment.md: ``python -m tests.growth [ROUNDS]``.

The figures are right only if nothing else is running on the machine.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.portal import portal
from tests.growth.accidents import Account, loses_a_machine, replaces
from tests.growth.load import Load, Sent, failed, median, p95
from tests.growth.needs import Processes, processes, rows
from tests.growth.newer import newer_version
from tests.growth.service import service
from tests.postgres import DURABLE, postgres_server

ROUNDS, PEOPLE, EVERY, CALM = 5, 20, 0.5, 15
LOST, REPLACED = "a machine is lost", "all are replaced"
STRETCHES = ("before", "lost", "comes back", "replaced", "newer", "put back", "after")


@dataclass(frozen=True)
class Round:
    """The requests of one test round, the resources that Companion used, and the errors."""

    account: Account
    taken: Processes
    wrong: list[str]


def take_part(name: str) -> Round:
    """Run a round with this failure, and print the result."""
    with (
        tempfile.TemporaryDirectory() as folder,
        newer_version(Path(folder) / "newer") as newer,
        service(outlives=DURABLE) as made,
    ):
        load = Load(made.place, made.proxy, "Walker", PEOPLE, EVERY)
        load.begins()
        try:
            lost = name == LOST
            account = loses_a_machine(made, load, CALM) if lost else replaces(made, load, newer, CALM)
            taken = processes(made)
        finally:
            load.ends()
        missing, out = load.missing(), sum(each.signed_out for each in load.savers)
        errors = [str(each) for each in failed(load.sent())]
        print(
            f"{name}: {sum(each.acknowledged for each in load.savers)} answers called saved, {len(missing)} missing, "
            f"{out} signed out, {len(errors)} of {len(load.sent())} requests failed",
            flush=True,
        )
        return Round(account, taken, [*missing, *errors, *["signed out"] * out])


def table(rounds: Sequence[Round]) -> str:
    """Return a Markdown table with each period's request rate and answer-saving times."""
    lines = ["| | requests a second | an answer, median | p95 | slowest |", "| --- | --- | --- | --- | --- |"]
    for name in STRETCHES:
        stretches = [each.account.stretches[name] for each in rounds if name in each.account.stretches]
        if stretches:
            cells = [
                shown([rate(each) for each in stretches]),
                *(
                    f"{shown([figure(each) for each in stretches])} ms"
                    for figure in (median, p95, lambda sent: max(each.seconds for each in sent) * 1000)
                ),
            ]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def rate(sent: Sequence[Sent]) -> float:
    """Return the number of requests per second."""
    moments = [each.at for each in sent]
    return len(sent) / max(0.1, max(moments) - min(moments))


def shown(values: Sequence[float]) -> str:
    """Format the median and range of these values."""
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def main(count: int) -> int:
    """Run this many rounds, and return 1 if anything failed or an answer is missing."""
    rounds: dict[str, list[Round]] = {LOST: [], REPLACED: []}
    for _ in range(count):
        for name, done in rounds.items():
            done.append(take_part(name))
    every = [each for done in rounds.values() for each in done]
    for name, done in rounds.items():
        print(f"\n{name}\n\n{table(done)}")
    print()
    for what in Processes._fields:
        print(f"- {what.replace('_', ' ')}: {shown([getattr(each.taken, what) for each in every])}")
    with postgres_server() as server, portal(server) as place:
        for what, size in rows(place)._asdict().items():
            print(f"- {what.replace('_', ' ')}: {size:.0f}")
    wrong = [each for one in every for each in one.wrong]
    print(*wrong[:20], sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
