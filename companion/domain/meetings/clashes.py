"""Clashes: what else a practitioner has at the same time, at whatever site. They warn and never forbid."""

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
    """An appointment of a practitioner's, and whom it is with: a participant, or a group by its reference."""

    appointment: Appointment
    enrolment_id: UUID | None
    participant: str
    group: str = ""

    @property
    def key(self) -> str:
        """What it is known by in a mark."""
        return f"{self.appointment.id} {self.appointment.starts_at}"


@dataclass(frozen=True)
class Absent:
    """The practitioner's own days away, both included."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """What it is known by in a mark."""
        return f"away {self.first} {self.last}"


class Caveat(StrEnum):
    """What is odd about booking at all, whatever the time."""

    NOT_IN_PROGRAMME = "not_in_programme"
    MORE_THAN_PROGRAMME = "more_than_programme"


@dataclass(frozen=True)
class Clashes:
    """What each of these times clashes with, in their order; nothing for most of them."""

    spans: tuple[Span, ...] = ()
    each: tuple[tuple[Engaged | Absent, ...], ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def __bool__(self) -> bool:
        return any(self.each) or bool(self.caveats)

    @property
    def mark(self) -> str:
        """Stands for just these clashes: a yes to them is no yes to others. Empty where there are none."""
        lines = [f"{caveat}" for caveat in self.caveats] + [
            f"{span.starts_at.isoformat()} {span.minutes} {met.key}"
            for span, those in zip(self.spans, self.each, strict=True)
            for met in those
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20] if lines else ""


class Clashing(Rejected):
    """He has something else at that time, and has not said that it may be so."""

    def __init__(self, clashes: Clashes) -> None:
        super().__init__(Problem("clash", field="confirmed"))
        self.clashes = clashes


def caveats_of(kind: AppointmentKind, state: PathwayState, left: int) -> tuple[Caveat, ...]:
    """What to say before a meeting is booked for somebody at this state, with so many sessions left to book."""
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
    """What of the diary clashes with each of these times; ``but`` are the appointments that get them.

    ``along`` are meetings of a group that some of those were made for: at just that time they go with it.
    ``away`` are the practitioner's own days away.
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
    """What was refused for its clashes; None where something else is wrong."""
    return refusal.clashes if isinstance(refusal, Clashing) else None
