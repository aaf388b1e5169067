"""When a session locks, and when it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.people import Role


@dataclass(frozen=True)
class IdleRule:
    """When a session locks and ends (design: 15 and 30 minutes idle, 12 hours in all)."""

    idle: timedelta
    whole: timedelta = timedelta(hours=12)

    def locked(self, last_seen: datetime, now: datetime) -> bool:
        """Whether the session is locked: it can only save the open draft until its owner unlocks it.

        Also true if the clock was put back, because then nobody can tell how long it was idle.
        """
        return abs(now - last_seen) >= self.idle

    def over(self, created: datetime, now: datetime) -> bool:
        """Whether the session has ended for good. A start far in the future, from a wrong clock, also ends it."""
        return abs(now - created) >= self.whole


def idle_rule(role: Role) -> IdleRule:
    """Return the rule for a role's sessions."""
    return IdleRule(timedelta(minutes=30 if role.staff else 15))
