"""The rules for when a sign-in session locks and when it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.people import Role


@dataclass(frozen=True)
class IdleRule:
    """A session locks after being idle for the time ``idle``, and ends after the total time ``whole``."""

    idle: timedelta
    whole: timedelta = timedelta(hours=12)

    def locked(self, last_seen: datetime, now: datetime) -> bool:
        """Return whether the session is locked.

        Until its owner unlocks it, a locked session can only save the open draft. A session also locks if the
        clock was set back by at least the idle time.
        """
        return abs(now - last_seen) >= self.idle

    def over(self, created: datetime, now: datetime) -> bool:
        """Return whether the session has ended. A session with a start far in the future counts as ended."""
        return abs(now - created) >= self.whole


def idle_rule(role: Role) -> IdleRule:
    """Return the idle rule for this role: sessions lock after 30 idle minutes for staff, and after 15 idle
    minutes for participants.
    """
    return IdleRule(timedelta(minutes=30 if role.staff else 15))
