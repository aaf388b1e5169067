"""Groups: several participants meet together, but in Companion none of them learns that another exists."""

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
"""Most characters in staff's name for a group."""
KINDS: Final = (AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION)
"""The kinds of meeting that a group can have. Initial meetings and reviews are one to one."""


@dataclass(frozen=True)
class Group:
    """A group as its practitioner sees it. ``revision`` counts the changes to its label."""

    id: UUID
    reference: str
    label: str
    programme_id: str
    site: str
    revision: int


@dataclass(frozen=True)
class Member:
    """A member, or a former one since ``left_at``; ``signed_up_at`` is when they joined Companion."""

    enrolment_id: UUID
    reference: str
    name: str
    state: PathwayState
    signed_up_at: datetime | None
    joined_at: datetime
    left_at: datetime | None

    @property
    def takes_part(self) -> bool:
        """Whether they get the group's meetings and work."""
        return self.left_at is None and self.state in EXPECTS_WORK


@dataclass(frozen=True)
class Meeting:
    """A group's meeting. Each member has an appointment of their own for it."""

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
        """The time it takes."""
        return Span(self.starts_at, self.minutes)

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.cancelled_at is not None

    @property
    def appointment(self) -> Appointment:
        """The meeting in the practitioner's diary: once, however many members come."""
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
        """Whether it is still to come and not cancelled."""
        return self.starts_at > now and not self.cancelled

    def holds(self, place: Appointment) -> bool:
        """Whether a member's appointment still follows the meeting; one that was moved on its own doesn't."""
        return place.starts_at == self.starts_at and not self.cancelled


def label(text: str) -> str:
    """Return staff's name for a group, or an empty text. Raise ``Rejected``."""
    return clean_line(text, LABEL_MOST, "label", required=False)


def kind_of_group(text: str) -> AppointmentKind:
    """Return the kind chosen. Raise ``Rejected``."""
    if text not in KINDS:
        raise Rejected(Problem("not_offered", field="kind"))
    return AppointmentKind(text)


def new_reference() -> str:
    """Return a random reference such as ``G-0402``, which can't be mistaken for a participant's."""
    return f"G-{secrets.randbelow(10_000):04d}"


def one_for(once: UUID, enrolment_id: UUID) -> UUID:
    """Return the id of what one act makes for one of several; sending it twice gives the same id.

    It looks like any random id, so a member's URL doesn't tell that others got the same.
    """
    digest = hashlib.sha256(once.bytes + enrolment_id.bytes).digest()
    return UUID(bytes=digest[:16], version=4)
