"""Groups of participants who meet together. Companion never shows a member that there are other members."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from companion.domain.enrolments.pathway import EXPECTS_WORK, AppointmentKind, PathwayState
from companion.domain.meetings.appointments import Appointment, Attendance, Span
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean_line

LABEL_MOST = 60
"""The maximum number of characters in a group's name."""
KINDS: Final = (AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION)
"""The kinds of meeting that a group can have. Initial meetings and reviews are always one to one."""


@dataclass(frozen=True)
class Group:
    """The facts about a group that its practitioner sees. ``revision`` increases with each change to the
    group's label.
    """

    id: UUID
    reference: str
    label: str
    programme_id: str
    site: str
    revision: int


@dataclass(frozen=True)
class Member:
    """A current or former member of a group.

    ``left_at`` is None for current members. ``signed_up_at`` is None for a member who hasn't joined Companion
    yet.
    """

    enrolment_id: UUID
    reference: str
    name: str
    state: PathwayState
    signed_up_at: datetime | None
    joined_at: datetime
    left_at: datetime | None

    @property
    def takes_part(self) -> bool:
        """True if the member takes part in the group's meetings and work."""
        return self.left_at is None and self.state in EXPECTS_WORK


@dataclass(frozen=True)
class Meeting:
    """A group's meeting, for which each member has an appointment."""

    id: UUID
    group_id: UUID
    kind: AppointmentKind
    starts_at: datetime
    minutes: int
    site: str
    revision: int
    cancelled_at: datetime | None = None

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.minutes)

    @property
    def cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def appointment(self) -> Appointment:
        """The appointment that represents the group meeting in the practitioner's diary."""
        attendance = Attendance.CANCELLED_BY_SERVICE if self.cancelled else Attendance.NOT_NOTED
        return Appointment(
            self.id,
            self.kind,
            self.starts_at,
            self.minutes,
            self.site,
            self.revision,
            attendance,
            self.cancelled_at,
        )

    def is_to_come(self, now: datetime) -> bool:
        """Return whether the meeting is in the future and not cancelled."""
        return self.starts_at > now and not self.cancelled

    def holds(self, place: Appointment) -> bool:
        """Return whether a member's appointment starts when the group's meeting starts. Return False if the
        group's meeting was cancelled.
        """
        return place.starts_at == self.starts_at and not self.cancelled


def label(text: str) -> str:
    """Return the group's name from a form. The name may be empty. Raise ``Rejected`` for an invalid name."""
    return clean_line(text, LABEL_MOST, "label", required=False)


def kind_of_group(text: str) -> AppointmentKind:
    """Return the chosen kind of group meeting. Raise ``Rejected`` if the choice isn't valid."""
    if text not in KINDS:
        raise Rejected(Problem("not_offered", field="kind"))
    return AppointmentKind(text)


def new_reference() -> str:
    """Return a random group reference, such as ``G-0402``."""
    return f"G-{secrets.randbelow(10_000):04d}"


def one_for(once: UUID, enrolment_id: UUID) -> UUID:
    """Return the id of one member's copy of a group meeting or of work set for the group.

    Give each group member's copy of the meeting or work a fixed id, so that sending the form twice creates no
    duplicates. The id of each member's copy of the meeting or work looks random, so nobody can tell from the
    id that other members have copies.
    """
    digest = hashlib.sha256(once.bytes + enrolment_id.bytes).digest()
    return UUID(bytes=digest[:16], version=4)
