"""A count of waiting work, and its age."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Waiting:
    """So many of something wait, the oldest since then."""

    count: int
    oldest: datetime | None

    def age(self, now: datetime) -> timedelta:
        """For how long the oldest has waited."""
        return max(timedelta(), now - self.oldest) if self.oldest else timedelta()
