"""The pages for adding and moving an appointment."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.progress import numbers
from companion.domain.people import Role
from companion.services.meetings import schedule, series
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments, group_places
from companion.store.programme import programmes
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Appointment
from companion.web.practitioner.meetings.appointment_forms import Move
from companion.web.practitioner.participants import participant_page, wanted


@access.roles(Role.PRACTITIONER)
@takes(Appointment, participant_page)
def add(form: Appointment, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/appointments``: add an appointment.

    If the appointment has already begun, redirect to the page for recording what happened.
    """
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
    found = wanted(form, programme)
    added = schedule.add_appointment(current.actor(), enrolment_id, form.once.id_of_new, found)
    if added.starts_at <= clock.now():
        return done(_("Appointment added."), url_for("practitioner.after_session", appointment_id=added.id))
    return done(_("Appointment added."), url_for("practitioner.participant", enrolment_id=enrolment_id))


def move_page(form: Move, appointment_id: UUID) -> str:
    """Return the form for moving an appointment.

    If the appointment has changed since the page was opened, show the saved time and the typed time.
    """
    g.page = url_for("practitioner.move", appointment_id=appointment_id)
    with current.store().reading() as tx:
        row = appointments.appointment_row(tx, current.viewer(), appointment_id)
        found = appointments.appointment(row)
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), row.enrolment_id))
        numbered = numbers(appointments.appointments(tx, row.enrolment_id))
        together = group_places.goes_with(tx, current.viewer(), found)
        followers = len(series.with_followers(tx, row)) - 1
    form.shows(found.starts_at, found.revision)
    return render_template(
        "practitioner/move.html",
        appointment=found,
        numbers=numbered,
        case=case,
        together=together,
        followers=followers,
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(Move, move_page)
def move(form: Move, appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/time``: move an appointment. If work is due before the
    appointment, the work's deadline moves with the appointment.
    """
    enrolment_id = schedule.move_appointment(current.actor(), appointment_id, form.new_time)
    return done(
        _("Appointment moved. Work due before it has moved with it."),
        url_for("practitioner.participant", enrolment_id=enrolment_id),
    )
