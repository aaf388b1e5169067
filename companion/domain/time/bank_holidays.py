"""The bank holidays of each UK nation, from 2020 to 2060.

``./manage renew`` writes the dates to ``bank_holidays.json``, using the ``holidays`` package. The portal
doesn't import the ``holidays`` package, which loads the calendars of 250 countries.
"""

import functools
import json
from datetime import date
from pathlib import Path
from typing import Literal

from companion.domain.time.moments import day_of

Nation = Literal["england", "wales", "scotland", "northern-ireland"]
FILE = Path(__file__).with_name("bank_holidays.json")


@functools.cache
def bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """Return a nation's bank holidays in this year.

    Return an empty set if the file has no such year.
    """
    return frozenset(day_of(f"{year}-{day}") for day in _days()[nation].get(str(year), ()))


@functools.cache
def _days() -> dict[Nation, dict[str, list[str]]]:
    """Return each nation's bank holidays by year, as strings such as ``12-25``."""
    days: dict[Nation, dict[str, list[str]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return days
