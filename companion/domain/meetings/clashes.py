"""Clashes: what else a practitioner has at the same time, at any site. They warn but never forbid."""

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
    """One of a practitioner's appointments, and who it is with: a participant, or a group by its reference."""

    appointment: Appointment
    enrolment_id: UUID | None
    participant: str
    group: str = ""

    @property
    def key(self) -> str:
        """Its name in a clash's mark."""
        return f"{self.appointment.id} {self.appointment.starts_at}"


@dataclass(frozen=True)
class Absent:
    """The practitioner's own days away, both included."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """Its name in a clash's mark."""
        return f"away {self.first} {self.last}"


class Caveat(StrEnum):
    """Something unusual about booking at all, whatever the time."""

    NOT_IN_PROGRAMME = "not_in_programme"
    MORE_THAN_PROGRAMME = "more_than_programme"


@dataclass(frozen=True)
class Clashes:
    """The clashes of each of these times, in order; mostly none."""

    spans: tuple[Span, ...] = ()
    each: tuple[tuple[Engaged | Absent, ...], ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def __bool__(self) -> bool:
        return any(self.each) or bool(self.caveats)

    @property
    def mark(self) -> str:
        """Identifies exactly these clashes, so that accepting them doesn't accept others. Empty if there are none."""
        lines = [f"{caveat}" for caveat in self.caveats] + [
            f"{span.starts_at.isoformat()} {span.minutes} {met.key}"
            for span, those in zip(self.spans, self.each, strict=True)
            for met in those
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20] if lines else ""


class Clashing(Rejected):
    """The practitioner has something else at that time, and hasn't confirmed the clash."""

    def __init__(self, clashes: Clashes) -> None:
        super().__init__(Problem("clash", field="confirmed"))
        self.clashes = clashes


def caveats_of(kind: AppointmentKind, state: PathwayState, left: int) -> tuple[Caveat, ...]:
    """Return the warnings before booking for somebody in this state, with this many sessions left."""
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
    """Return what in the diary clashes with each of these times; ``but`` are the appointments being booked.

    ``along`` are group meetings that some of them were made for: at exactly that time they don't clash. ``away`` are
    the practitioner's days away.
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
    """Return the clashes in a refusal; None if something else is wrong."""
    return refusal.clashes if isinstance(refusal, Clashing) else None
