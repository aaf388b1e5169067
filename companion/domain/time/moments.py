"""Days and times as they are typed, in a form, a file or a command: as browsers send them, and in no other way.

Python itself reads much more: weeks (``2026-W50-1``), days of the year, digits without hyphens, seconds, zones.
"""

import re
from datetime import date, time

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")


def day_of(text: str) -> date:
    """``2026-12-03``, with blanks around it or not. Raises ``ValueError``."""
    if not _DAY.fullmatch(text.strip()):
        raise ValueError("no day is written like that")
    return date.fromisoformat(text.strip())


def time_of(text: str) -> time:
    """``14:00``, with blanks around it or not. Raises ``ValueError``."""
    if not _CLOCK.fullmatch(text.strip()):
        raise ValueError("no time is written like that")
    return time.fromisoformat(text.strip())
