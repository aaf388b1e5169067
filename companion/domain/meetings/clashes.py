"""Find clashes with a practitioner's other appointments at any site."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from companion.domain.enrolments.pathway import SESSIONS, AppointmentKind, PathwayState
from companion.domain.meetings.absence import Away
from companion.domain.meetings.appointments import Appointment, Span
from companion.domain.refusals import Problem, Rejected
from companion.domain.time.working_days import london_day


@dataclass(frozen=True)
class Engaged:
    """A practitioner's appointment, with the participant or the group."""

    appointment: Appointment
    enrolment_id: UUID | None
    participant: str
    group: str = ""

    @property
    def key(self) -> str:
        """A string that identifies the appointment and its start time."""
        return f"{self.appointment.id} {self.appointment.starts_at}"


@dataclass(frozen=True)
class Absent:
    """A practitioner's absence, with its first and last day."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """A string that identifies this absence by its first and last day."""
        return f"away {self.first} {self.last}"


class Caveat(StrEnum):
    """Something other than a clash that the practitioner should be warned about before booking."""

    NOT_IN_PROGRAMME = "not_in_programme"
    MORE_THAN_PROGRAMME = "more_than_programme"


@dataclass(frozen=True)
class Clashes:
    """The clashes of each proposed time, and other warnings about the booking."""

    spans: tuple[Span, ...] = ()
    each: tuple[tuple[Engaged | Absent, ...], ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def __bool__(self) -> bool:
        return any(self.each) or bool(self.caveats)

    @property
    def mark(self) -> str:
        """A string that identifies these clashes and warnings. The string is empty if there are no clashes
        and no warnings.

        If the clashes change after the practitioner has confirmed them, the practitioner must confirm the new
        clashes too.
        """
        lines = [f"{caveat}" for caveat in self.caveats] + [
            f"{span.starts_at.isoformat()} {span.minutes} {met.key}"
            for span, those in zip(self.spans, self.each, strict=True)
            for met in those
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20] if lines else ""


class Clashing(Rejected):
    """Raised if there are clashes or warnings that the practitioner hasn't confirmed."""

    def __init__(self, clashes: Clashes) -> None:
        super().__init__(Problem("clash", field="confirmed"))
        self.clashes = clashes


def caveats_of(kind: AppointmentKind, state: PathwayState, left: int) -> tuple[Caveat, ...]:
    """Return the warnings about booking an appointment of this kind, given the participant's pathway state.

    ``left`` is the number of programme sessions that are still to be booked.
    """
    if kind not in SESSIONS:
        return ()
    early = () if state in (PathwayState.SUITABLE, PathwayState.IN_PROGRAMME) else (Caveat.NOT_IN_PROGRAMME,)
    more = (Caveat.MORE_THAN_PROGRAMME,) if kind is AppointmentKind.SESSION and not left else ()
    return *early, *more


def clashes(
    spans: Sequence[Span],
    diary: Iterable[Engaged],
    but: Collection[UUID] = (),
    along: Collection[UUID] = (),
    away: Collection[Away] = (),
) -> Clashes:
    """For each time, return the practitioner's appointments and absences that clash with it.

    ``but`` contains the ids of the appointments that the practitioner is booking now. These appointments
    don't count as clashes. ``along``: the ids of the group meetings that members are being booked into. A
    member's appointment at exactly the group meeting's time isn't a clash: it is the member's place in the
    meeting.
    """
    standing = [met for met in diary if not met.appointment.cancelled and met.appointment.id not in but]
    return Clashes(tuple(spans), tuple(_clashing(span, standing, along, away) for span in spans))


def _clashing(
    span: Span, standing: Iterable[Engaged], along: Collection[UUID], away: Iterable[Away]
) -> tuple[Engaged | Absent, ...]:
    absent = [Absent(each.first, each.last) for each in away if each.on(london_day(span.starts_at))]
    met = [
        each
        for each in standing
        if span.overlaps(each.appointment.span)
        and not (each.appointment.id in along and each.appointment.span == span)
    ]
    return *absent, *met


def clashes_of(refusal: Rejected) -> Clashes | None:
    """Return the clashes that caused this exception, or None."""
    return refusal.clashes if isinstance(refusal, Clashing) else None
