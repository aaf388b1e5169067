"""Accidents of a service while people save: a machine is lost, all machines are upgraded, or the older
version is put back.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.growth.load import Load, Sent
from tests.growth.newer import MARK
from tests.growth.service import Service
from tests.growth.units import ROOT


@dataclass
class Account:
    """The requests that were sent in each stretch of time."""

    load: Load
    calm: float
    """The length of a stretch in which nothing happens, in seconds: long enough for everybody to save a few
    times.
    """
    stretches: dict[str, list[Sent]] = field(default_factory=dict)

    @contextmanager
    def stretch(self, name: str) -> Iterator[None]:
        """Record that the requests sent while this context is open belong to this stretch of time."""
        since = time.monotonic()
        yield
        self.load.until(2)
        self.stretches[name] = self.load.sent(since, time.monotonic())

    def quiet(self, name: str) -> None:
        """Let a stretch pass in which nothing happens."""
        with self.stretch(name):
            time.sleep(self.calm)


def loses_a_machine(service: Service, load: Load, calm: float) -> Account:
    """Kill all processes of one machine with ``kill -9``, so that nothing listens there, and bring the
    machine back later.
    """
    account = Account(load, calm)
    account.quiet("before")
    with account.stretch("lost"):
        service.machines[0].is_lost()
        time.sleep(calm)
    with account.stretch("comes back"):
        service.machines[0].is_back()
    account.quiet("after")
    return account


def replaces(service: Service, load: Load, newer: Path, calm: float) -> Account:
    """Upgrade one machine after the other to the newer version, whose first start migrates, and then put both
    back.
    """
    account = Account(load, calm)
    account.quiet("before")
    with account.stretch("replaced"):
        for machine in service.machines:
            machine.restart(newer)
            assert MARK in machine.asks("/healthz")[1]
    account.quiet("newer")
    with account.stretch("put back"):
        for machine in service.machines:
            machine.restart(ROOT)
    account.quiet("after")
    return account
