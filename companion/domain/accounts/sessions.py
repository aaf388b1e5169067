"""The rules for when a sign-in session locks and when it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.people import Role


@dataclass(frozen=True)
class IdleRule:
    """A session locks after the idle time ``locks_after`` and ends after the total time ``ends_after``."""

    idle: timedelta
    whole: timedelta = timedelta(hours=12)

    def locked(self, last_seen: datetime, now: datetime) -> bool:
        """Return whether the session is locked.

        Until its owner unlocks it, a locked session can only save the open draft. A session also locks if the
        clock was set back by at least the idle time.
        """
        return abs(now - last_seen) >= self.idle

    def over(self, created: datetime, now: datetime) -> bool:
        """Return whether the session has ended, or whether its start is far in the future."""
        return abs(now - created) >= self.whole


def idle_rule(role: Role) -> IdleRule:
    """Return the rule for how long a session of this role may be idle before it locks: 30 minutes for staff,
    15 for participants.
    """
    return IdleRule(timedelta(minutes=30 if role.staff else 15))
