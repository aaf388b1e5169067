"""The memory of a process, as reported by Linux."""

import re
from pathlib import Path


def resident(process: int) -> float:
    """Return this process's resident memory in megabytes."""
    return _of(process, "Rss")


def share(process: int, among: int) -> float:
    """Return a process's private memory plus its part of the shared memory, in megabytes.

    The shared memory is divided by ``among``, the number of server processes that use it. Linux also reports
    a process's memory as ``Pss``, but that figure depends on how many servers are running.
    """
    return (
        _of(process, "Private_Clean", "Private_Dirty") + _of(process, "Shared_Clean", "Shared_Dirty") / among
    )


def _of(process: int, *which: str) -> float:
    said = Path(f"/proc/{process}/smaps_rollup").read_text()
    kilobytes = dict(re.findall(r"^(\w+): +(\d+) kB$", said, re.MULTILINE))
    return sum(int(kilobytes[each]) for each in which) / 1024
