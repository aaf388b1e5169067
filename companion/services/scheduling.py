"""Appointments are added and moved; what is due before one moves with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.appointments import AppointmentKind, starts_at
from companion.domain.people import Viewer
from companion.domain.programme import Programme
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.services.acting import acting
from companion.services.moving_on import begin_initial_meeting
from companion.store import appointments, audit, enrolments, outbox
from companion.store.appointments import AppointmentRow
from companion.store.base import Store, Transaction
from companion.store.enrolments import Enrolment

NOT_BOOKED = "none"
"""In the place of a kind: there is no appointment yet."""


@dataclass(frozen=True)
class Wanted:
    """An appointment as it was typed, for a programme with its sites and lengths."""

    kind: str
    day: str
    time: str
    site: str
    programme: Programme

    def checked(self, now: datetime) -> tuple[AppointmentKind, datetime]:
        """Its kind and its moment in UTC. Raises ``Rejected``."""
        problems: list[Problem] = []
        if self.kind not in set(AppointmentKind):
            problems.append(Problem("not_offered", field="kind"))
        if self.programme.site(self.site) is None:
            problems.append(Problem("not_offered", field="site"))
        moment = now
        try:
            moment = starts_at(self.day, self.time, now)
        except Rejected as rejected:
            problems += rejected.problems
        if problems:
            raise Rejected(*problems)
        return AppointmentKind(self.kind), moment


def add_within(
    tx: Transaction, viewer: Viewer, enrolment: Enrolment, new_id: UUID, wanted: Wanted, now: datetime
) -> AppointmentRow:
    """Add an appointment within a running act. Raises ``Rejected``."""
    kind, moment = wanted.checked(now)
    row = AppointmentRow(
        id=new_id,
        enrolment_id=enrolment.id,
        kind=kind,
        starts_at=moment,
        minutes=wanted.programme.minutes(kind),
        site=wanted.site,
        revision=1,
    )
    tx.add(row)
    tx.flush()
    audit.record(tx, audit.Event.APPOINTMENT_ADDED, now, viewer, subject=row.id, enrolment=enrolment.id)
    if kind is AppointmentKind.INITIAL_MEETING:
        begin_initial_meeting(tx, viewer, enrolment, now)
    return row


def add_appointment(
    store: Store, viewer: Viewer, enrolment_id: UUID, new_id: UUID, wanted: Wanted, now: datetime
) -> None:
    """Add an appointment; doing it again with the same id does nothing. Raises ``Rejected``."""
    with acting(store, viewer, now) as tx:
        enrolment = enrolments.enrolment(tx, viewer, enrolment_id, lock=True)
        if tx.get(AppointmentRow, new_id) is None:
            add_within(tx, viewer, enrolment, new_id, wanted, now)
        tx.commit()


def move_appointment(
    store: Store, viewer: Viewer, appointment_id: UUID, day: str, time: str, seen: int, now: datetime
) -> UUID:
    """Move an appointment that is still to come; the id of its enrolment.

    Raises ``Rejected``, ``NotAllowed`` for one that is over, and ``ChangedElsewhere`` if it was moved
    since the revision ``seen``.
    """
    with acting(store, viewer, now) as tx:
        row = appointments.appointment_row(tx, viewer, appointment_id)
        if row.starts_at <= now:
            raise NotAllowed("appointment_over")
        if row.revision != seen:
            raise ChangedElsewhere
        row.starts_at = starts_at(day, time, now)
        row.revision += 1
        enrolment = enrolments.enrolment(tx, viewer, row.enrolment_id)
        outbox.notify(tx, enrolment.participant_id, outbox.Notice.APPOINTMENT_MOVED, row.id, now)
        audit.record(tx, audit.Event.APPOINTMENT_MOVED, now, viewer, subject=row.id, enrolment=enrolment.id)
        tx.commit()
    return enrolment.id
