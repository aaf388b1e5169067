"""Days and times as typed in a form, a file or a command: only in the format that browsers send.

Python itself accepts much more: weeks (``2026-W50-1``), ordinal dates, digits without hyphens, seconds, time zones.
"""

import re
from datetime import date, time

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")


def day_of(text: str) -> date:
    """Parse ``2026-12-03``, ignoring surrounding white space. Raise ``ValueError``."""
    if not _DAY.fullmatch(text.strip()):
        raise ValueError("no day is written like that")
    return date.fromisoformat(text.strip())


def time_of(text: str) -> time:
    """Parse ``14:00``, ignoring surrounding white space. Raise ``ValueError``."""
    if not _CLOCK.fullmatch(text.strip()):
        raise ValueError("no time is written like that")
    return time.fromisoformat(text.strip())
