"""The access log, which shows participants who has read their data.

The access log hides exact times and counts. From exact times or counts, a participant could guess that a lead
opened the record over a concern. A line of the access log says only who read which data on which day.
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
"""The event that is recorded when a lead opens a record. In the access log, only an entry for this event says
why the lead had access.
"""


class Reader(StrEnum):
    """The reader's relationship to the participant, such as the participant's own practitioner or a lead."""

    PRACTITIONER = "practitioner"
    COVER = "cover"
    """A practitioner who covered for the participant's own practitioner."""
    OTHER = "other"
    LEAD = "lead"


@dataclass(frozen=True)
class Decision:
    """A lead's decision whether to show an access-log entry to the participant. A later decision replaces an
    earlier decision.
    """

    number: int
    shown: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Read:
    """An entry in the access log: somebody read a participant's data. ``what`` is the event's key."""

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
        return self.at.astimezone(LONDON).date()

    @property
    def line(self) -> tuple[str, str, str, str, str]:
        """The details that the access log shows for this entry, apart from the day."""
        purpose = self.purpose if self.purpose and self.what == LOOK_OPENED else ""
        return self.reader, self.by, self.what, self.title, purpose


def once_a_day(reads: Iterable[Read]) -> list[Read]:
    """Keep only the first entry if the same person read the same data several times on one day. Return the
    entries, the latest first.
    """
    first: dict[tuple[object, ...], Read] = {}
    for read in sorted(reads, key=lambda each: (each.at, each.id)):
        first.setdefault((read.day, read.by_id, read.what, read.subject, read.look), read)
    return sorted(first.values(), key=lambda each: (each.at, each.id), reverse=True)


def in_lines(reads: Iterable[Read]) -> list[Read]:
    """Return the entries of the access log that a participant sees, the latest day first.

    Merge access-log entries that look the same and are from the same day.
    """
    lines = {(read.day, *read.line): read for read in reads}
    alphabet = sorted(lines.values(), key=lambda each: each.line)
    return sorted(alphabet, key=lambda each: each.day, reverse=True)


def by_day(reads: Iterable[Read]) -> list[tuple[datetime, list[Read]]]:
    """Group entries of the access log by day, and keep the order of the entries."""
    days = [list(those) for _, those in groupby(reads, key=lambda each: each.day)]
    return [(those[0].at, those) for those in days]


def reason(text: str) -> str:
    """Clean and return a lead's reason for showing or withholding an entry of the access log. Raise
    ``Rejected`` if the reason isn't valid.
    """
    return clean(text, REASON_MOST, "reason")
