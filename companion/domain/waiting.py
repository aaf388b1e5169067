"""Count waiting items, such as unsent emails, and find out how long the oldest item has waited."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Waiting:
    """The number of waiting items, and when the oldest item began to wait."""

    count: int
    oldest: datetime | None

    def age(self, now: datetime) -> timedelta:
        """Return how long the oldest item has waited, or zero if nothing is waiting."""
        return max(timedelta(), now - self.oldest) if self.oldest else timedelta()
