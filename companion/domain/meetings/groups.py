"""Groups: several participants meet together; in Companion none of them learns that another exists."""

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
"""Characters of what staff call a group."""
KINDS: Final = (AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION)
"""What a group meets for. An initial meeting and a review are one to one."""


@dataclass(frozen=True)
class Group:
    """A group as its practitioner sees it. ``revision`` counts the changes of its label."""

    id: UUID
    reference: str
    label: str
    programme_id: str
    site: str
    revision: int


@dataclass(frozen=True)
class Member:
    """Somebody who is in a group, or was until ``left_at``; ``signed_up_at`` is when he joined Companion."""

    enrolment_id: UUID
    reference: str
    name: str
    state: PathwayState
    signed_up_at: datetime | None
    joined_at: datetime
    left_at: datetime | None

    @property
    def takes_part(self) -> bool:
        """Whether he gets the meetings and the work of the group."""
        return self.left_at is None and self.state in EXPECTS_WORK


@dataclass(frozen=True)
class Meeting:
    """A meeting of a group. Each member has an appointment of his own for it."""

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
        """The time that it takes up."""
        return Span(self.starts_at, self.minutes)

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.cancelled_at is not None

    @property
    def appointment(self) -> Appointment:
        """As it stands in the practitioner's own diary: once, however many come."""
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
        """Whether it stands, and has not begun."""
        return self.starts_at > now and not self.cancelled

    def holds(self, place: Appointment) -> bool:
        """Whether a member's appointment for it still goes with it: one that was moved alone does not."""
        return place.starts_at == self.starts_at and not self.cancelled


def label(text: str) -> str:
    """What staff call a group; empty for nothing. Raises ``Rejected``."""
    return clean_line(text, LABEL_MOST, "label", required=False)


def kind_of_group(text: str) -> AppointmentKind:
    """The kind that was chosen. Raises ``Rejected``."""
    if text not in KINDS:
        raise Rejected(Problem("not_offered", field="kind"))
    return AppointmentKind(text)


def new_reference() -> str:
    """A meaningless reference such as ``G-0402``, never to be taken for a participant's."""
    return f"G-{secrets.randbelow(10_000):04d}"


def one_for(once: UUID, enrolment_id: UUID) -> UUID:
    """The id of what one act makes for one of several, the same when it is sent twice.

    It looks like any random id, so that a member's address does not tell that others got the same.
    """
    digest = hashlib.sha256(once.bytes + enrolment_id.bytes).digest()
    return UUID(bytes=digest[:16], version=4)
