"""The rules for locking and ending sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.people import Role


@dataclass(frozen=True)
class IdleRule:
    """A session locks after the idle time ``idle``, and ends after the total time ``whole``."""

    idle: timedelta
    whole: timedelta = timedelta(hours=12)

    def locked(self, last_seen: datetime, now: datetime) -> bool:
        """Return whether the session is locked.

        A locked session can only save the open draft. A session also locks if the server's clock is set back
        by at least the idle timeout.
        """
        return abs(now - last_seen) >= self.idle

    def over(self, created: datetime, now: datetime) -> bool:
        """Return whether the session has ended. A session with a start far in the future counts as ended."""
        return abs(now - created) >= self.whole


def idle_rule(role: Role) -> IdleRule:
    """Return how long a session of this role can be idle before it locks, and how long the session lasts.

    Sessions of staff lock after 30 idle minutes, and sessions of participants after 15. All sessions end
    after twelve hours.
    """
    return IdleRule(timedelta(minutes=30 if role.staff else 15))
