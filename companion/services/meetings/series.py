"""Book all of a programme's sessions, or move an appointment and all later appointments."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.appointments import Appointment, Span, starts_at
from companion.domain.meetings.clashes import Absent, Caveat, Engaged
from companion.domain.meetings.recurrence import Slot, sessions_to_book, shifted, spans
from companion.domain.programme.programme import Programme
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.services.act import Actor, acting
from companion.services.meetings.schedule import (
    add_row,
    caveats_for,
    clashes_with,
    move_row,
    require_free,
    require_movable,
)
from companion.store import outbox
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.meetings import absence, appointments
from companion.store.meetings.appointments import AppointmentRow


@dataclass(frozen=True)
class WantedSessions:
    """A programme's sessions at one site, as typed in the form."""

    slots: Sequence[Slot]
    site: str
    programme: Programme
    confirmed: str
    """A string that identifies the clashes that the practitioner confirmed."""

    def checked(self, left: Sequence[tuple[int, int]], now: datetime) -> list[Span]:
        """Check the form, and return the sessions' times.

        Raise ``Rejected`` for a mistake in the form. Raise ``NotAllowed`` if the form has no sessions, or
        more than are left to book (``left``).
        """
        if not self.slots or len(self.slots) > len(left):
            raise NotAllowed("sessions_booked")
        problems = [] if self.programme.site(self.site) else [Problem("not_offered", field="site")]
        wanted: list[Span] = []
        try:
            wanted = spans(self.slots, [minutes for _, minutes in left[: len(self.slots)]], now)
        except Rejected as rejected:
            problems += rejected.problems
        if problems:
            raise Rejected(*problems)
        return wanted


def book_sessions(actor: Actor, enrolment_id: UUID, once: UUID, wanted: WantedSessions) -> int:
    """Book the programme's remaining sessions, and return how many were booked.

    If one session is refused, no session is booked. A form sent twice books the sessions only once. Raise
    ``Rejected`` for a mistake in the form, or ``Clashing`` for a clash. Raise ``NotAllowed`` if there are no
    sessions, or too many.
    """
    ids = [uuid5(once, str(number)) for number in range(len(wanted.slots))]
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        if ids and tx.get(AppointmentRow, ids[0]) is not None:
            return len(ids)
        times = wanted.checked(left_to_book(tx, enrolment_id, wanted.programme), actor.now)
        kind = AppointmentKind.SESSION
        require_free(tx, times, wanted.confirmed, caveats=caveats_for(tx, enrolment, kind, wanted.programme))
        for new_id, span in zip(ids, times, strict=True):
            add_row(tx, enrolment, Appointment(new_id, kind, span.starts_at, span.minutes, wanted.site, 1))
        tx.commit()
    return len(ids)


def left_to_book(tx: Transaction, enrolment_id: UUID, programme: Programme) -> list[tuple[int, int]]:
    """Return the session number and the length of each session that isn't booked."""
    return sessions_left(appointments.appointments(tx, enrolment_id), programme)


def sessions_left(meetings: Sequence[Appointment], programme: Programme) -> list[tuple[int, int]]:
    """For each programme session that hasn't been booked yet, return the session's number and length."""
    return sessions_to_book(meetings, [meeting.minutes for meeting in programme.meetings])


def with_followers(tx: Transaction, first: AppointmentRow) -> list[Appointment]:
    """Return this appointment and the enrolment's later appointments, in order. Leave out cancelled
    appointments.
    """
    after = [
        each
        for each in appointments.appointments(tx, first.enrolment_id)
        if not each.cancelled and each.starts_at > first.starts_at
    ]
    return [appointments.appointment(first), *after]


def shift(tx: Transaction, actor: Actor, appointment_id: UUID, day: str, time: str) -> list[Slot]:
    """Return the form's rows with new times for this appointment and all later appointments.

    Raise ``Rejected`` for a wrong time, or ``NotAllowed`` for a past or cancelled appointment.
    """
    row = appointments.appointment_row(tx, actor.viewer, appointment_id)
    require_movable(row, actor.now)
    those = with_followers(tx, row)
    proposed = shifted(
        those[0], starts_at(day, time, actor.now), those[1:], absence.own_times(tx, actor.viewer, actor.now)
    )
    return [
        Slot(f"{each.at:%Y-%m-%d}", f"{each.at:%H:%M}", was.id, was.revision, each.instead_of)
        for each, was in zip(proposed, those, strict=True)
    ]


def looked_up(
    tx: Transaction,
    actor: Actor,
    slots: Sequence[tuple[Slot, int]],
    but: Collection[UUID] = (),
    caveats: tuple[Caveat, ...] = (),
) -> tuple[dict[int, tuple[Engaged | Absent, ...]], str]:
    """Return each valid row's clashes, and the string that the form sends to confirm all clashes and
    warnings.

    ``slots`` contains the form's rows, each with a session's length in minutes.
    """
    possible: dict[int, Span] = {}
    for number, (slot, minutes) in enumerate(slots, 1):
        with suppress(Rejected):
            possible[number] = Span(starts_at(slot.day, slot.time, actor.now), minutes)
    found = replace(clashes_with(tx, actor.viewer, list(possible.values()), but), caveats=caveats)
    return dict(zip(possible, found.each, strict=True)), found.mark


def move_following(actor: Actor, appointment_id: UUID, slots: Sequence[Slot], confirmed: str) -> UUID:
    """Move an appointment and all later appointments. Return the enrolment's id.

    If one move is refused, no appointment is moved. Repeating the call changes nothing. Raise ``Rejected``
    for a wrong time, and ``Clashing`` for a clash. Raise ``NotAllowed`` for a past or cancelled appointment.
    Raise ``ChangedElsewhere`` if somebody else has changed or added an appointment.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        enrolment, every = appointments.all_locked(tx, actor.viewer, appointment_id)
        first = every[appointment_id]
        require_movable(first, actor.now)
        those = with_followers(tx, first)
        rows = {each.id: every[each.id] for each in those}
        asked = [rows[slot.appointment_id] for slot in slots if slot.appointment_id in rows]
        if {row.id for row in asked} != set(rows) or len(asked) != len(slots):
            raise ChangedElsewhere
        wanted = spans(slots, [row.minutes for row in asked], actor.now)
        pairs = list(zip(asked, wanted, slots, strict=True))
        changed = [(row, span) for row, span, _ in pairs if row.starts_at != span.starts_at]
        if not changed:
            return enrolment.id
        if any(row.revision != slot.seen for row, _, slot in pairs):
            raise ChangedElsewhere
        require_free(tx, wanted, confirmed, set(rows))
        for row, span in changed:
            move_row(tx, row, span.starts_at)
        outbox.notify(tx, enrolment.participant_id, outbox.Notice.APPOINTMENT_MOVED, first.id)
        tx.commit()
    return enrolment.id
