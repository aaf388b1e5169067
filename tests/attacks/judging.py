"""Judge whether an attack on Companion has done any harm. An attack that causes no harm has failed, whichever
of Companion's controls prevented the harm.
"""

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from tests.attacks.client import LOST, Answer, Browser

T = TypeVar("T")
FLOOR_SECONDS, TIMES = 2.0, 10
"""A response is too slow if it takes more than ``FLOOR_SECONDS`` and more than ``TIMES`` times the usual
time.
"""
LOOKS, EVERY_SECONDS, PATIENCE_SECONDS = 7, 0.2, 30


@dataclass(frozen=True)
class Seen:
    """Whether the portal withstood an attack, and what was measured during the attack."""

    held: bool
    what: str


@dataclass
class Waits:
    """The times in seconds that a page took before, during and after an attack."""

    page: str
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    @property
    def usual(self) -> float:
        """Return how many seconds the page usually takes to open when nobody attacks the portal."""
        return max(statistics.median(each) for each in (self.before, self.after) if each)

    @property
    def worst(self) -> float:
        """Return the longest wait in seconds during the attack."""
        return max(self.meanwhile, default=0.0)

    @property
    def bearable(self) -> bool:
        """Return whether every request for the page got a response in time."""
        return (
            bool(self.meanwhile) and not self.refused and self.worst <= max(FLOOR_SECONDS, TIMES * self.usual)
        )

    def __str__(self) -> str:
        said = f"{self.page} took {self.usual:.2f} s by itself, {self.worst:.2f} s at worst of {len(self.meanwhile)}"
        return said + (f", refused with {sorted(set(self.refused))}" if self.refused else "")


@contextmanager
def watched(who: Browser, page: str = "/help", statuses: Sequence[int] = (200,)) -> Iterator[Waits]:
    """Request a page repeatedly during the ``with`` block, and yield the response times."""
    waits, stopped = Waits(page), threading.Event()
    who.patience = PATIENCE_SECONDS
    waits.before += [who.get(page, follow=False).seconds for _ in range(LOOKS)]

    def look() -> None:
        while not stopped.is_set():
            answer = who.get(page, follow=False)
            waits.meanwhile.append(answer.seconds)
            if answer.status not in statuses:
                waits.refused.append(answer.status)
            time.sleep(EVERY_SECONDS)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield waits
    finally:
        stopped.set()
        looking.join()
        waits.after += [who.get(page, follow=False).seconds for _ in range(LOOKS)]


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Call all of these functions at once, and return their results in order."""
    gate = threading.Barrier(len(acts))

    def do(act: Callable[[], T]) -> T:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(do, act) for act in acts]]


def statuses(answers: Sequence[Answer]) -> str:
    """Return the number of responses for each status, such as ``12 × 200, 3 × 429``."""
    found = sorted(each.status for each in answers)
    return ", ".join(
        f"{found.count(each)} × {'no answer' if each == LOST else each}" for each in dict.fromkeys(found)
    )
