"""The rules for when a sign-in session locks and when it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.people import Role


@dataclass(frozen=True)
class IdleRule:
    """The idle time after which a session locks, and the total time after which a session ends."""

    idle: timedelta
    whole: timedelta = timedelta(hours=12)

    def locked(self, last_seen: datetime, now: datetime) -> bool:
        """Return whether the session is locked.

        Until the session's owner unlocks it, a locked session can do nothing except save the open draft. A
        session also locks if the clock has been set back by the idle time or more.
        """
        return abs(now - last_seen) >= self.idle

    def over(self, created: datetime, now: datetime) -> bool:
        """Return whether the session has ended for good. A session that seems to have started far in the
        future has ended too.
        """
        return abs(now - created) >= self.whole


def idle_rule(role: Role) -> IdleRule:
    """Return the idle rule for sessions of a role: 30 minutes for staff, 15 for participants."""
    return IdleRule(timedelta(minutes=30 if role.staff else 15))
