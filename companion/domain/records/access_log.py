"""What a participant sees of who read something of his: a line a day for each reader and thing, the newest day first.

How often somebody looks, at what hour and after what else could tell of a look that is withheld, for a concern say.
So reading a thing ten times in a day is one line, without an hour, and the lines of a day are in no order of time.
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
"""The one read whose line says why."""


class Reader(StrEnum):
    """Who it was to him at that time."""

    PRACTITIONER = "practitioner"
    COVER = "cover"
    """Another practitioner, who read his messages while his own was away."""
    OTHER = "other"
    LEAD = "lead"


@dataclass(frozen=True)
class Decision:
    """Whether something that was withheld may be shown, and why. It can be decided anew."""

    number: int
    shown: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Read:
    """That somebody read something. ``what`` is the key of the event."""

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
        """On which day in London."""
        return self.at.astimezone(LONDON).date()

    @property
    def line(self) -> tuple[str, str, str, str, str]:
        """All that its line says beside the day."""
        purpose = self.purpose if self.purpose and self.what == LOOK_OPENED else ""
        return self.reader, self.by, self.what, self.title, purpose


def once_a_day(reads: Iterable[Read]) -> list[Read]:
    """Of each thing that somebody read on a day the first time, the newest first."""
    first: dict[tuple[object, ...], Read] = {}
    for read in sorted(reads, key=lambda each: (each.at, each.id)):
        first.setdefault((read.day, read.by_id, read.what, read.subject, read.look), read)
    return sorted(first.values(), key=lambda each: (each.at, each.id), reverse=True)


def in_lines(reads: Iterable[Read]) -> list[Read]:
    """These as a participant sees them: each line of a day once, by what it says, the newest day first."""
    lines = {(read.day, *read.line): read for read in reads}
    alphabet = sorted(lines.values(), key=lambda each: each.line)
    return sorted(alphabet, key=lambda each: each.day, reverse=True)


def by_day(reads: Iterable[Read]) -> list[tuple[datetime, list[Read]]]:
    """These with the moment that names their day, in their order."""
    days = [list(those) for _, those in groupby(reads, key=lambda each: each.day)]
    return [(those[0].at, those) for those in days]


def reason(text: str) -> str:
    """Why it may be shown or stays withheld. Raises ``Rejected``."""
    return clean(text, REASON_MOST, "reason")
