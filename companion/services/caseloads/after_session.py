"""Load the page on which a practitioner records a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from companion.domain.caseloads.after_session import TOPIC
from companion.domain.drafts import Draft
from companion.domain.enrolments.pathway import EXPECTS_WORK, AppointmentKind
from companion.domain.meetings import progress
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.meetings.groups import Meeting
from companion.domain.messages.notes import Agreed
from companion.domain.people import Role
from companion.domain.programme.topics import Mark, Planned, TopicPlan, by_number
from companion.domain.refusals import NotFound
from companion.domain.work.intention import PartOfDay, times_offered
from companion.services.act import Actor
from companion.services.work import assign
from companion.services.work.assign import Offer
from companion.store.base import Transaction
from companion.store.drafts import DraftPlace
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case, Enrolment
from companion.store.meetings import appointments, group_places
from companion.store.meetings.appointments import AppointmentRow
from companion.store.messages import message_drafts, notes
from companion.store.programme import programmes, topics
from companion.store.work import piece_list


@dataclass(frozen=True)
class Stored:
    """The details that Companion has stored about a session."""

    appointment: Appointment
    plan: TopicPlan
    agreed: Agreed | None
    to_come: list[Appointment]

    @property
    def shown(self) -> Mapping[str, str]:
        """Return the stored values, keyed by form field."""
        noted = self.appointment.attendance
        return {
            "attendance": "" if noted is Attendance.NOT_NOTED else noted.value,
            "agreed": self.agreed.words if self.agreed else "",
            "due": str(self.to_come[0].id) if self.to_come else "",
        } | {f"{TOPIC}{number}": each.mark.value for number, each in by_number(self.plan).items()}


@dataclass(frozen=True)
class AfterSession:
    """The data for the page on which a practitioner records a session."""

    case: Case
    stored: Stored
    number: int
    """The session's number in the programme, or 0 for other meetings."""
    of: int
    together: Meeting | None
    """The appointment's group meeting, if any."""
    fitting: list[Offer]
    offers: list[Offer]
    times: list[tuple[date, list[PartOfDay]]]
    """The days and times that the participant can choose for doing the next work."""
    draft: Draft | None

    @property
    def at_hand(self) -> tuple[Planned, ...]:
        """Return the topics of this session, and topics of other sessions that were started but aren't
        finished.
        """
        return tuple(each for number, each in self._numbered if self._is_at_hand(number, each))

    @property
    def others(self) -> tuple[Planned, ...]:
        """Return all the planned topics that ``at_hand`` doesn't contain."""
        return tuple(each for number, each in self._numbered if not self._is_at_hand(number, each))

    @property
    def _numbered(self) -> list[tuple[int, Planned]]:
        sessions = enumerate(self.stored.plan.sessions, 1)
        return [(number, each) for number, session in sessions for each in session]

    def _is_at_hand(self, session: int, each: Planned) -> bool:
        additional = self.stored.appointment.kind is AppointmentKind.ADDITIONAL_SESSION
        here = len(self.stored.plan.sessions) if additional else self.number
        return session == here or each.mark in (Mark.TOUCHED, Mark.WANTS_MORE)


def open_after(actor: Actor, appointment_id: UUID, *, unapproved_too: bool) -> AfterSession:
    """Return the data for the page on which a session is recorded.

    Raise ``NotFound`` unless the viewer is the participant's practitioner.
    """
    if actor.viewer.role is not Role.PRACTITIONER:
        raise NotFound
    with actor.store.reading() as tx:
        enrolment, row = appointments.locked(tx, actor.viewer, appointment_id)
        meetings = appointments.appointments(tx, enrolment.id)
        stored = stored_of(tx, enrolment, row, actor.now)
        of = len(programmes.programme_of(tx, enrolment).meetings)
        number = progress.numbers(meetings).get(row.id, 0)
        library = assign.may_set(tx, unapproved_too=unapproved_too)
        made_for_them = assign.made_for(tx, actor.viewer, enrolment.id)
        had = piece_list.were_set(tx, [enrolment.id]).get(enrolment.id, set())
        return AfterSession(
            case=enrolments.case(tx, enrolment),
            stored=stored,
            number=number,
            of=of,
            together=group_places.goes_with(tx, actor.viewer, stored.appointment),
            fitting=assign.fitting(assign.offers(library), stored.plan, had),
            offers=assign.offers([*library, *made_for_them]),
            times=times_offered(actor.now, stored.to_come[0].due_at) if stored.to_come else [],
            draft=place_of(tx, actor, row).draft(tx),
        )


def place_of(tx: Transaction, actor: Actor, row: AppointmentRow) -> DraftPlace:
    return message_drafts.session_place(tx, row.enrolment_id, row.id, actor.viewer)


def stored_of(tx: Transaction, enrolment: Enrolment, row: AppointmentRow, now: datetime) -> Stored:
    """Return the details that Companion has stored about a session.

    Leave out upcoming meetings if the participant's pathway state doesn't allow new work.
    """
    to_come = appointments.to_come(tx, enrolment.id, now) if enrolment.state in EXPECTS_WORK else []
    return Stored(appointments.appointment(row), topics.plan(tx, enrolment), notes.agreed(tx, row), to_come)
