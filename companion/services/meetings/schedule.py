"""Add and move appointments.

Moving an appointment moves its work's deadline.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from companion.domain.enrolments.pathway import AppointmentKind, PathwayState
from companion.domain.meetings.appointments import LATELY, Appointment, Span, minutes, starts_at
from companion.domain.meetings.clashes import Caveat, Clashes, Clashing, caveats_of, clashes
from companion.domain.meetings.recurrence import sessions_to_book
from companion.domain.people import Viewer
from companion.domain.programme.programme import Programme
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.time.working_days import london_day
from companion.services.act import Actor, acting
from companion.services.meetings.initial_meeting import begin_initial_meeting
from companion.store import audit, outbox
from companion.store.base import Transaction
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import absence, appointments, group_places
from companion.store.meetings.appointments import AppointmentRow

NOT_BOOKED = "none"
"""The form sends this value if the practitioner doesn't want to book an appointment."""


@dataclass(frozen=True)
class Wanted:
    """What the practitioner typed in the appointment form, together with the participant's programme.

    The programme sets the possible sites, and how short or long an appointment can be.
    """

    kind: str
    day: str
    time: str
    site: str
    programme: Programme
    length: str = ""
    """The length in minutes, or an empty string for the usual length."""
    confirmed: str | None = None
    """The clashes that the practitioner confirmed, as a string.

    ``confirmed`` is None if the form doesn't ask the practitioner to confirm clashes.
    """
    back: timedelta = timedelta(0)
    """The form rejects an appointment that began longer ago than this."""

    def checked(self, now: datetime) -> tuple[AppointmentKind, Span]:
        """Check the form, and return the appointment's kind and time.

        Raise ``Rejected`` with every problem.
        """
        problems: list[Problem] = []
        if self.kind not in set(AppointmentKind):
            problems.append(Problem("not_offered", field="kind"))
        if self.programme.site(self.site) is None:
            problems.append(Problem("not_offered", field="site"))
        moment, long = now, 0
        try:
            moment = starts_at(self.day, self.time, now, back=self.back)
        except Rejected as rejected:
            problems += rejected.problems
        try:
            if self.kind in set(AppointmentKind):
                bounds = self.programme.length(AppointmentKind(self.kind))
                long = minutes(self.length, bounds.least, bounds.most)
        except Rejected as rejected:
            problems += rejected.problems
        if problems:
            raise Rejected(*problems)
        return AppointmentKind(self.kind), Span(moment, long)


@dataclass(frozen=True)
class NewTime:
    """An appointment's new time, as typed. ``seen`` is the revision of the appointment that the page showed."""

    day: str
    time: str
    seen: int
    confirmed: str | None = None
    """The clashes that the practitioner confirmed, as a string.

    ``confirmed`` is None if the form doesn't ask the practitioner to confirm clashes.
    """


def clashes_with(
    tx: Transaction, viewer: Viewer, spans: Sequence[Span], but: Collection[UUID] = ()
) -> Clashes:
    """Return the viewer's appointments and absences that clash with these times.

    The argument ``but`` contains appointments to ignore, because they are being booked or moved.
    """
    along = group_places.meetings_of(tx, viewer, but)
    since = min((each.starts_at for each in spans), default=None)
    absent = absence.own_times(tx, viewer, since) if since else []
    return clashes(spans, appointments.diary(tx, viewer, spans), but, along, absent)


def caveats_for(
    tx: Transaction, enrolment: Enrolment, kind: AppointmentKind, programme: Programme
) -> tuple[Caveat, ...]:
    """Return the warnings for booking this kind of meeting with this participant."""
    lengths = [meeting.minutes for meeting in programme.meetings]
    left = sessions_to_book(appointments.appointments(tx, enrolment.id), lengths)
    return caveats_of(kind, PathwayState(enrolment.state), len(left))


def require_free(
    tx: Transaction,
    spans: Sequence[Span],
    confirmed: str,
    but: Collection[UUID] = (),
    caveats: tuple[Caveat, ...] = (),
) -> None:
    """Raise ``Clashing`` if there are clashes or warnings, unless the practitioner has confirmed them."""
    found = replace(clashes_with(tx, tx.viewer, spans, but), caveats=caveats)
    if found and found.mark != confirmed:
        raise Clashing(found)


def add_within(tx: Transaction, enrolment: Enrolment, new_id: UUID, wanted: Wanted) -> AppointmentRow:
    """Add an appointment within an open transaction.

    Raise ``Rejected`` for a mistake in the form. If the form allows clashes to be confirmed, raise
    ``Clashing`` for any that the person hasn't confirmed.
    """
    kind, span = wanted.checked(tx.now)
    if wanted.confirmed is not None:
        odd = caveats_for(tx, enrolment, kind, wanted.programme)
        require_free(tx, [span], wanted.confirmed, caveats=odd)
    return add_row(tx, enrolment, Appointment(new_id, kind, span.starts_at, span.minutes, wanted.site, 1))


def add_row(tx: Transaction, enrolment: Enrolment, new: Appointment) -> AppointmentRow:
    row = AppointmentRow(
        id=new.id,
        enrolment_id=enrolment.id,
        kind=new.kind,
        starts_at=new.starts_at,
        minutes=new.minutes,
        site=new.site,
        revision=new.revision,
    )
    tx.add(row)
    tx.flush()
    audit.record(tx, audit.Event.APPOINTMENT_ADDED, subject=row.id, enrolment=enrolment.id)
    if new.kind is AppointmentKind.INITIAL_MEETING:
        begin_initial_meeting(tx, enrolment)
    return row


def add_appointment(actor: Actor, enrolment_id: UUID, new_id: UUID, wanted: Wanted) -> Appointment:
    """Add an appointment and return the appointment. An appointment that began within the last two weeks is
    accepted too.

    Repeating the call with the same id does nothing. Raise ``Rejected`` for a mistake in the form, or
    ``Clashing`` for a clash.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        lately = replace(wanted, back=LATELY)
        row = tx.get(AppointmentRow, new_id) or add_within(tx, enrolment, new_id, lately)
        added = appointments.appointment(row)
        tx.commit()
    return added


def move_appointment(actor: Actor, appointment_id: UUID, to: NewTime) -> UUID:
    """Move a future appointment and return the enrolment's id. Moving the appointment to the same time again
    changes nothing.

    Raise ``Rejected`` for a wrong time. If the form allows clashes to be confirmed, raise ``Clashing`` for any
    that the person hasn't confirmed. Raise ``NotAllowed`` for a past or cancelled appointment, and
    ``ChangedElsewhere`` for a changed appointment.
    """
    with acting(actor) as tx:
        appointments.hold_diary(tx, actor.viewer)
        enrolment, row = appointments.locked(tx, actor.viewer, appointment_id)
        require_movable(row, actor.now)
        span = Span(starts_at(to.day, to.time, actor.now), row.minutes)
        if span.starts_at == row.starts_at:
            return row.enrolment_id
        if row.revision != to.seen:
            raise ChangedElsewhere
        if to.confirmed is not None:
            require_free(tx, [span], to.confirmed, [row.id])
        move_row(tx, row, span.starts_at)
        outbox.notify(tx, enrolment.participant_id, outbox.Notice.APPOINTMENT_MOVED, row.id)
        tx.commit()
    return enrolment.id


def require_movable(row: AppointmentRow, now: datetime) -> None:
    """Raise ``NotAllowed`` for a past or cancelled appointment."""
    found = appointments.appointment(row)
    if found.starts_at <= now:
        raise NotAllowed("appointment_over")
    if found.cancelled:
        raise NotAllowed("appointment_cancelled")


def move_row(tx: Transaction, row: AppointmentRow, to: datetime) -> None:
    """Move an appointment, and withdraw reminder emails for the old time.

    The caller must notify the participant that the appointment was moved.
    """
    row.moved_from, row.moved_on = row.starts_at, london_day(tx.now)
    row.starts_at = to
    row.revision += 1
    outbox.withdraw(tx, outbox.Notice.APPOINTMENT_REMINDER, row.id)
    audit.record(tx, audit.Event.APPOINTMENT_MOVED, subject=row.id, enrolment=row.enrolment_id)
