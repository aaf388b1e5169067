"""How much memory a process has, as Linux reckons it."""

import re
from pathlib import Path


def resident(process: int) -> float:
    """All that it has in memory, in megabytes."""
    return _of(process, "Rss")


def share(process: int) -> float:
    """Its share: what it has alone, and its part of what it shares with others, in megabytes."""
    return _of(process, "Pss")


def _of(process: int, what: str) -> float:
    found = re.search(
        rf"^{what}: +(\d+) kB$", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE
    )
    assert found
    return int(found[1]) / 1024
