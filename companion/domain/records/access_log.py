"""What a participant sees of who read their data: a line per day, reader and thing, latest day first.

How often somebody looks, at what time and after what else could give away access that is withheld, for a concern for
example. So reading a thing ten times in a day is one line, without a time, and a day's lines are in no order of time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from companion.domain.concerns.lead_access import Purpose
from companion.domain.text import clean
from companion.domain.time.london import LONDON

REASON_MOST = 1000
LOOK_OPENED = "look_opened"
"""The only read whose line gives the reason."""


class Reader(StrEnum):
    """The reader's role for the participant at that time."""

    PRACTITIONER = "practitioner"
    COVER = "cover"
    """Another practitioner, covering their messages while their own was away."""
    OTHER = "other"
    LEAD = "lead"


@dataclass(frozen=True)
class Decision:
    """Whether something withheld may be shown, and why. A later decision can change it."""

    number: int
    shown: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Read:
    """One read by somebody. ``what`` is the event's key."""

    id: UUID
    at: datetime
    what: str
    by_id: UUID
    by: str
    reader: Reader
    subject: UUID | None = None
    title: str = ""
    look: UUID | None = None
    purpose: Purpose | None = None

    @property
    def day(self) -> date:
        """The day in London."""
        return self.at.astimezone(LONDON).date()

    @property
    def line(self) -> tuple[str, str, str, str, str]:
        """Everything its line says, except the day."""
        purpose = self.purpose if self.purpose and self.what == LOOK_OPENED else ""
        return self.reader, self.by, self.what, self.title, purpose


def once_a_day(reads: Iterable[Read]) -> list[Read]:
    """Return the first read of each thing by each reader and day, latest first."""
    first: dict[tuple[object, ...], Read] = {}
    for read in sorted(reads, key=lambda each: (each.at, each.id)):
        first.setdefault((read.day, read.by_id, read.what, read.subject, read.look), read)
    return sorted(first.values(), key=lambda each: (each.at, each.id), reverse=True)


def in_lines(reads: Iterable[Read]) -> list[Read]:
    """Return the reads as a participant sees them: each distinct line of a day once, latest day first."""
    lines = {(read.day, *read.line): read for read in reads}
    alphabet = sorted(lines.values(), key=lambda each: each.line)
    return sorted(alphabet, key=lambda each: each.day, reverse=True)


def by_day(reads: Iterable[Read]) -> list[tuple[datetime, list[Read]]]:
    """Group the reads by day, keeping their order."""
    days = [list(those) for _, those in groupby(reads, key=lambda each: each.day)]
    return [(those[0].at, those) for those in days]


def reason(text: str) -> str:
    """Return the reason to show or withhold it. Raise ``Rejected``."""
    return clean(text, REASON_MOST, "reason")
