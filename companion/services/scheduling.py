"""Appointments are added and moved; what is due before one moves with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.appointments import AppointmentKind, starts_at
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.services.acting import acting
from companion.store import appointments, audit, outbox
from companion.store.appointments import AppointmentRow, Enrolment
from companion.store.base import Store, Transaction


@dataclass(frozen=True)
class Meeting:
    """An appointment as it was typed. ``sites`` are those that there are."""

    kind: str
    day: str
    time: str
    site: str
    sites: tuple[str, ...]

    def checked(self, now: datetime) -> tuple[AppointmentKind, datetime]:
        """Its kind and its moment in UTC. Raises ``Rejected``."""
        problems: list[Problem] = []
        if self.kind not in set(AppointmentKind):
            problems.append(Problem("not_offered", field="kind"))
        if self.site not in self.sites:
            problems.append(Problem("not_offered", field="site"))
        moment = now
        try:
            moment = starts_at(self.day, self.time, now)
        except Rejected as rejected:
            problems += rejected.problems
        if problems:
            raise Rejected(*problems)
        return AppointmentKind(self.kind), moment


def add_meeting(
    tx: Transaction, viewer: Viewer, enrolment: Enrolment, meeting: Meeting, now: datetime
) -> AppointmentRow:
    """Add an appointment within a running act. Raises ``Rejected``."""
    kind, moment = meeting.checked(now)
    row = AppointmentRow(
        enrolment_id=enrolment.id,
        kind=kind,
        starts_at=moment,
        minutes=kind.minutes,
        site=meeting.site,
        revision=1,
    )
    tx.add(row)
    tx.flush()
    audit.record(tx, audit.Event.APPOINTMENT_ADDED, now, viewer, subject=row.id, enrolment=enrolment.id)
    return row


def add_appointment(
    store: Store, viewer: Viewer, enrolment_id: UUID, meeting: Meeting, now: datetime
) -> UUID:
    """Add an appointment; its id. Raises ``Rejected``."""
    with acting(store, viewer, now) as tx:
        row = add_meeting(tx, viewer, appointments.enrolment(tx, viewer, enrolment_id), meeting, now)
        tx.commit()
    return row.id


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
        enrolment = appointments.enrolment(tx, viewer, row.enrolment_id)
        outbox.notify(tx, enrolment.participant_id, outbox.Notice.APPOINTMENT_MOVED, row.id, now)
        audit.record(tx, audit.Event.APPOINTMENT_MOVED, now, viewer, subject=row.id, enrolment=enrolment.id)
        tx.commit()
    return enrolment.id
