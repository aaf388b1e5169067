"""Parse days and times from a form, a file or a command. Days and times are accepted only in the format that
browsers send.

Python's own date parsers would also accept week dates (``2026-W50-1``).
"""

import re
from datetime import date, time

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")


def day_of(text: str) -> date:
    """Parse a day such as ``2026-12-03``. Spaces before and after the typed date are ignored.

    Raise ``ValueError`` for text in any other format.
    """
    if not _DAY.fullmatch(text.strip()):
        raise ValueError("no day is written like that")
    return date.fromisoformat(text.strip())


def time_of(text: str) -> time:
    """Parse a time of day such as ``14:00``. Spaces before and after the typed time are ignored.

    Raise ``ValueError`` for text in any other format.
    """
    if not _CLOCK.fullmatch(text.strip()):
        raise ValueError("no time is written like that")
    return time.fromisoformat(text.strip())
