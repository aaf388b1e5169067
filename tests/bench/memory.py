"""A process's memory, as Linux reports it."""

import re
from pathlib import Path


def resident(process: int) -> float:
    """Return its resident memory, in megabytes."""
    return _of(process, "Rss")


def share(process: int, among: int) -> float:
    """Return its share: its private memory plus its part of shared memory, in megabytes.

    ``among`` is how many processes its server has. Linux's own figure (``Pss``) also counts anybody else with the
    same files open, such as a dozen servers of the benchmark: a worker had 79 MB beside few and 72 beside many.
    """
    return (
        _of(process, "Private_Clean", "Private_Dirty") + _of(process, "Shared_Clean", "Shared_Dirty") / among
    )


def _of(process: int, *which: str) -> float:
    said = Path(f"/proc/{process}/smaps_rollup").read_text()
    kilobytes = dict(re.findall(r"^(\w+): +(\d+) kB$", said, re.MULTILINE))
    return sum(int(kilobytes[each]) for each in which) / 1024
