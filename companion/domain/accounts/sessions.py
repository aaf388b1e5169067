"""When a session locks, and when it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.people import Role


@dataclass(frozen=True)
class IdleRule:
    """After how long a session locks, and when it is over (design: 15 and 30 minutes, 12 hours)."""

    idle: timedelta
    whole: timedelta = timedelta(hours=12)

    def locked(self, last_seen: datetime, now: datetime) -> bool:
        """Idle for too long: it may save the open draft, reads nothing, and only its owner unlocks it.

        Where the clock was put back, nobody can say for how long he was away.
        """
        return abs(now - last_seen) >= self.idle

    def over(self, created: datetime, now: datetime) -> bool:
        """Nothing unlocks it any more; one that began by a clock far ahead neither, once that is right."""
        return abs(now - created) >= self.whole


def idle_rule(role: Role) -> IdleRule:
    """The rule for a role's sessions."""
    return IdleRule(timedelta(minutes=30 if role.staff else 15))
