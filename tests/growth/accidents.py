"""Disruptions while people save, such as losing or upgrading machines."""

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
    """The requests that participants sent in each period."""

    load: Load
    calm: float
    """The length of a period without failures, in seconds."""
    stretches: dict[str, list[Sent]] = field(default_factory=dict)

    @contextmanager
    def stretch(self, name: str) -> Iterator[None]:
        """Record the requests sent during the ``with`` block, and store them under the key ``name``."""
        since = time.monotonic()
        yield
        self.load.until(2)
        self.stretches[name] = self.load.sent(since, time.monotonic())

    def quiet(self, name: str) -> None:
        """Leave the service undisturbed for ``calm`` seconds."""
        with self.stretch(name):
            time.sleep(self.calm)


def loses_a_machine(service: Service, load: Load, calm: float) -> Account:
    """Kill one machine's processes with ``kill -9``, and later start the machine again."""
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
    """Upgrade both machines in turn, and then reinstall the older version.

    The newer version migrates the databases at the first start.
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
