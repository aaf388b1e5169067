"""How much work is waiting, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Waiting:
    """How many are waiting, and since when the oldest has waited."""

    count: int
    oldest: datetime | None

    def age(self, now: datetime) -> timedelta:
        """Return how long the oldest has waited."""
        return max(timedelta(), now - self.oldest) if self.oldest else timedelta()
