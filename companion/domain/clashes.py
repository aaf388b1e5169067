"""Clashes: what else a practitioner has at the same time, at whatever site. They warn and never forbid."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from companion.domain.appointments import Appointment, Span
from companion.domain.refusals import Problem, Rejected


@dataclass(frozen=True)
class Engaged:
    """An appointment of a practitioner's, and whom it is with: a participant, or a group by its reference."""

    appointment: Appointment
    enrolment_id: UUID | None
    participant: str
    group: str = ""


@dataclass(frozen=True)
class Clashes:
    """What each of these times clashes with, in their order; nothing for most of them."""

    spans: tuple[Span, ...] = ()
    each: tuple[tuple[Engaged, ...], ...] = ()

    def __bool__(self) -> bool:
        return any(self.each)

    @property
    def mark(self) -> str:
        """Stands for just these clashes: a yes to them is no yes to others. Empty where there are none."""
        lines = [
            f"{span.starts_at.isoformat()} {span.minutes} {met.appointment.id} {met.appointment.starts_at}"
            for span, those in zip(self.spans, self.each, strict=True)
            for met in those
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20] if lines else ""


class Clashing(Rejected):
    """He has something else at that time, and has not said that it may be so."""

    def __init__(self, clashes: Clashes) -> None:
        super().__init__(Problem("clash", field="confirmed"))
        self.clashes = clashes


def clashes(
    spans: Sequence[Span],
    diary: Iterable[Engaged],
    but: Collection[UUID] = (),
    along: Collection[UUID] = (),
) -> Clashes:
    """What of the diary clashes with each of these times; ``but`` are the appointments that get them.

    ``along`` are meetings of a group that some of those were made for: at just that time they go with it.
    """
    standing = [met for met in diary if not met.appointment.cancelled and met.appointment.id not in but]
    found = (
        tuple(
            met
            for met in standing
            if span.overlaps(met.appointment.span)
            and not (met.appointment.id in along and met.appointment.span == span)
        )
        for span in spans
    )
    return Clashes(tuple(spans), tuple(found))


def clashes_of(refusal: Rejected) -> Clashes | None:
    """What was refused for its clashes; None where something else is wrong."""
    return refusal.clashes if isinstance(refusal, Clashing) else None
