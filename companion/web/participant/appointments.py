"""The page with a participant's appointments, and calendar files."""

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.meetings.presence import presence_of
from companion.services.meetings.see_changes import see_changes
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments
from companion.web.gate import access, clock, current
from companion.web.page.calendar_file import calendar_file


@access.roles(Role.PARTICIPANT)
def his_appointments() -> ResponseReturnValue:
    """``GET /my/appointments``: list the appointments that aren't over, and mark changes as seen."""
    now = clock.now()
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
        ahead = [each for each in appointments.appointments(tx, case.id) if each.span.ends_at > now]
        presence = presence_of(tx, case, now)
    if any(each.is_news(now) for each in ahead):
        see_changes(current.actor())
    return render_template(
        "participant/appointments.html", practitioner=case.practitioner, presence=presence, ahead=ahead
    )


@access.roles(Role.PARTICIPANT)
def appointment_file(appointment_id: UUID) -> Response:
    """``GET /my/appointments/<id>.ics``: download an appointment as a calendar file."""
    with current.store().reading() as tx:
        found = appointments.appointment(appointments.appointment_row(tx, current.viewer(), appointment_id))
    response = calendar_file([found])
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response
