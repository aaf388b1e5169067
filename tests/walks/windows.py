"""A model of the rate limits in plain Python."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

GUESSED = {"sign-in.account", "sign-in.device", "code.account", "join.code"}
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@dataclass
class Window:
    """A time window in which attempts are counted."""

    ends: datetime
    level: int = 0
    count: int = 0


@dataclass
class Windows:
    """The state of every rate limit: its latest time window, and the attempts counted in this window.

    ``limits`` is the number of attempts that are allowed in a time window.
    """

    limits: dict[str, int]
    newest: dict[tuple[str, str], Window] = field(default_factory=dict)

    def tries(self, what: str, whose: str, now: datetime) -> int:
        """Count one attempt, and return the seconds to wait, or 0."""
        window = self.newest.get((what, whose))
        if window is None or now >= window.ends:
            window = self.newest[what, whose] = self._next(what, window, now)
        window.count += 1
        if window.count <= self.limits[what]:
            return 0
        return max(1, int((window.ends - now).total_seconds()))

    def _next(self, what: str, before: Window | None, now: datetime) -> Window:
        first = HOUR if what.startswith(("message.", "export.")) else QUARTER
        spent = before and before.count > self.limits[what] and now < before.ends + HOUR
        level = min(before.level + 1, 2) if before and spent and what in GUESSED else 0
        return Window(now + first * 2**level, level)

    def succeeds(self, what: str, whose: str) -> None:
        """Reset the number of counted attempts to 0 after a successful attempt."""
        self.newest.pop((what, whose), None)

    def take(self, now: datetime, *tries: tuple[str, str], known: bool = False) -> int:
        """Count one attempt towards the given rate limits, up to the first that makes somebody wait.

        On a known device, only the first of these rate limits can make somebody wait. The limit over
        everybody lets the first three attempts of each address pass.
        """
        before = 0
        for number, (what, whose) in enumerate(tries):
            waits = self.tries(what, whose, now)
            passes = (known and number > 0) or (what.endswith(".overall") and before <= 3)
            if waits and not passes:
                return waits
            before = self.newest[what, whose].count
        return 0
