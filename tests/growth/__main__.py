"""Measures what docs/deployment.md says of growth, and prints it: ``python -m tests.growth [ROUNDS]``.

For the figures let the machine do nothing else meanwhile. Each round has a service of its own.
"""

import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.growth.accidents import Account, loses_a_machine, replaces
from tests.growth.load import Load, failed, median, p95
from tests.growth.needs import Processes, Rows, processes, rows
from tests.growth.newer import make_newer
from tests.growth.service import service

ROUNDS, PEOPLE, EVERY, CALM = 5, 20, 0.5, 15
ORDER = ("before", "lost", "comes back", "replaced", "newer", "put back", "after")


def main(rounds: int) -> int:
    """So many rounds; 1 where anything failed or is missing."""
    accounts: dict[str, list[Account]] = defaultdict(list)
    taken: list[Processes] = []
    grown: list[Rows] = []
    wrong = 0
    for number in range(rounds):
        for name in ("a machine is lost", "all are replaced"):
            with service() as made, tempfile.TemporaryDirectory() as folder:
                load = Load(made.place, made.proxy, "Walker", PEOPLE, EVERY)
                load.begins()
                try:
                    account = (
                        loses_a_machine(made, load, CALM)
                        if name == "a machine is lost"
                        else replaces(made, load, make_newer(Path(folder) / "newer"), CALM)
                    )
                    taken.append(processes(made))
                finally:
                    load.ends()
                accounts[name].append(account)
                grown.append(rows(made.place))
                missing, out = load.missing(), sum(each.signed_out for each in load.savers)
                errors = failed(load.sent())
                wrong += len(missing) + out + len(errors)
                acknowledged = sum(each.acknowledged for each in load.savers)
                print(
                    f"round {number + 1}, {name}: {acknowledged} answers called saved, {len(missing)} missing, "
                    f"{out} signed out, {len(errors)} of {len(load.sent())} requests failed",
                    *missing[:3],
                    *errors[:3],
                    flush=True,
                )
    for name, told in accounts.items():
        print(
            f"\n{name}: {PEOPLE} people, each saves a draft and an answer and opens the page in {EVERY} s\n"
        )
        print("| | requests a second | answer, median | p95 | slowest |\n| --- | --- | --- | --- | --- |")
        for stretch in ORDER:
            those = [each.stretches[stretch] for each in told if stretch in each.stretches]
            if those:
                rates = [len(each) / max(0.1, each[-1].at - each[0].at) for each in map(by_time, those)]
                slowest = [max(sent.seconds for sent in each) * 1000 for each in those]
                print(
                    f"| {stretch} | {shown(rates)} | {shown([median(each) for each in those])} ms "
                    f"| {shown([p95(each) for each in those])} ms | {shown(slowest)} ms |"
                )
    print("\nWhat it takes\n")
    for figures in (taken, grown):
        for what in figures[0]._fields:
            print(f"- {what.replace('_', ' ')}: {shown([getattr(each, what) for each in figures])}")
    return int(bool(wrong))


def by_time(sent: Sequence) -> list:  # type: ignore[type-arg]
    return sorted(sent, key=lambda each: each.at)


def shown(values: Sequence[float]) -> str:
    """The median with its range."""
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
