"""Count the things that are waiting to be processed, and measure how long the oldest has waited."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Waiting:
    """The number of things that are waiting, and the time since which the oldest has waited."""

    count: int
    oldest: datetime | None

    def age(self, now: datetime) -> timedelta:
        """Return how long the oldest thing has waited, or zero if nothing is waiting."""
        return max(timedelta(), now - self.oldest) if self.oldest else timedelta()
