"""The page for moving an appointment and all later appointments. The page first shows a preview of the new
times.
"""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.recurrence import Slot
from companion.domain.people import Role
from companion.services.meetings import series
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.practitioner.meetings.appointment_forms import AppointmentLine, Following, Move
from companion.web.practitioner.meetings.appointments import move_page


def _page(form: Following, appointment_id: UUID) -> str:
    g.page = url_for("practitioner.following", appointment_id=appointment_id)
    typed = {slot.appointment_id: slot for slot in form.slots.data}
    with current.store().reading() as tx:
        row = appointments.appointment_row(tx, current.viewer(), appointment_id)
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), row.enrolment_id))
        those = series.with_followers(tx, row)
        shown = [typed.get(each.id) or _as_it_stands(each) for each in those]
        ids, lengths = [each.id for each in those], [each.minutes for each in those]
        found, mark = series.looked_up(tx, current.actor(), list(zip(shown, lengths, strict=True)), ids)
    lines = [
        AppointmentLine(slot, each.minutes, found.get(number, ()), was=each)
        for number, (slot, each) in enumerate(zip(shown, those, strict=True), 1)
    ]
    return render_template("practitioner/following.html", case=case, lines=lines, mark=mark, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Move, move_page)
def propose(form: Move, appointment_id: UUID) -> ResponseReturnValue:
    """``POST /appointments/<id>/following/proposal``: preview the new times."""
    with current.store().reading() as tx:
        slots = series.shift(tx, current.actor(), appointment_id, form.day.data, form.time.data)
    proposal = Following.beside(form)
    proposal.slots.data = slots
    return _page(proposal, appointment_id)


@access.roles(Role.PRACTITIONER)
@takes(Following, _page)
def following(form: Following, appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/following``: move an appointment and all later appointments."""
    enrolment_id = series.move_following(
        current.actor(), appointment_id, form.slots.data, form.confirmed.data
    )
    return done(
        _("Appointments moved. Work due before each has moved with it."),
        url_for("practitioner.participant", enrolment_id=enrolment_id),
    )


def _as_it_stands(appointment: Appointment) -> Slot:
    local = in_london(appointment.starts_at)
    return Slot(f"{local:%Y-%m-%d}", f"{local:%H:%M}", appointment.id, appointment.revision)
