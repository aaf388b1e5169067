"""The access log lists the people who have read a participant's data, starting with the latest day.

The time, the number and the order of reads could reveal access that must stay hidden, for example because of
a concern. Each line therefore says only that somebody read something on a certain day. A day's lines aren't
sorted by time.
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
"""The event that is recorded when a lead opens a record. The log shows a lead's purpose only for this
event.
"""


class Reader(StrEnum):
    """The reader's role in relation to the participant at the time of reading."""

    PRACTITIONER = "practitioner"
    COVER = "cover"
    """Another practitioner, who covered while the participant's own practitioner was away."""
    OTHER = "other"
    LEAD = "lead"


@dataclass(frozen=True)
class Decision:
    """A decision to show or withhold access in the log, with the reason. A later decision can replace an
    earlier decision.
    """

    number: int
    shown: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Read:
    """An event in which somebody read a participant's data. ``what`` is the event's key."""

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
        """The day in London on which the data was read."""
        return self.at.astimezone(LONDON).date()

    @property
    def line(self) -> tuple[str, str, str, str, str]:
        """The contents of this event's line in the access log, without the day."""
        purpose = self.purpose if self.purpose and self.what == LOOK_OPENED else ""
        return self.reader, self.by, self.what, self.title, purpose


def once_a_day(reads: Iterable[Read]) -> list[Read]:
    """Return only the first time that each reader read the same data on each day, starting with the latest
    day.
    """
    first: dict[tuple[object, ...], Read] = {}
    for read in sorted(reads, key=lambda each: (each.at, each.id)):
        first.setdefault((read.day, read.by_id, read.what, read.subject, read.look), read)
    return sorted(first.values(), key=lambda each: (each.at, each.id), reverse=True)


def in_lines(reads: Iterable[Read]) -> list[Read]:
    """Return the reads that a participant sees, starting with the latest day.

    If several reads on a day would have the same line, return only one of those reads.
    """
    lines = {(read.day, *read.line): read for read in reads}
    alphabet = sorted(lines.values(), key=lambda each: each.line)
    return sorted(alphabet, key=lambda each: each.day, reverse=True)


def by_day(reads: Iterable[Read]) -> list[tuple[datetime, list[Read]]]:
    """Return the reads grouped by day, in the order of ``reads``. Each group has the time of its first
    item.
    """
    days = [list(those) for _, those in groupby(reads, key=lambda each: each.day)]
    return [(those[0].at, those) for those in days]


def reason(text: str) -> str:
    """Clean and return the reason to show or withhold access. Raise ``Rejected`` if the reason isn't
    valid.
    """
    return clean(text, REASON_MOST, "reason")
