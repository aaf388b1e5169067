"""Moving an appointment and all that follow: shown first, each row as it would be, then moved together."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.recurrence import Slot
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.meetings import series
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments
from companion.web.gate import access, current, parked_forms
from companion.web.page.appointment_forms import AppointmentLine, slots_of
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.practitioner.appointments import move_page


@access.roles(Role.PRACTITIONER)
def propose(appointment_id: UUID) -> ResponseReturnValue:
    """``POST /appointments/<id>/following/proposal``: where all that follow would go. Stores nothing."""
    day, time = request.form.get("day", ""), request.form.get("time", "")
    try:
        with current.store().reading() as tx:
            slots = series.shift(tx, current.actor(), appointment_id, day, time)
    except Rejected as rejected:
        return move_page(appointment_id, rejected.problems), 422
    return _page(appointment_id, slots)


@access.roles(Role.PRACTITIONER)
def following(appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/following``: move it and all that follow."""
    slots = slots_of(parked_forms.form())
    if request.method != "POST":
        return _page(appointment_id, slots)
    confirmed = request.form.get("confirmed", "")
    try:
        enrolment_id = series.move_following(current.actor(), appointment_id, slots, confirmed)
    except Rejected as rejected:
        return _page(appointment_id, slots, rejected.problems), 422
    except ChangedElsewhere:
        return _page(appointment_id, slots, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("The appointments are moved, and what is due before each moves along."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


def _page(
    appointment_id: UUID, slots: Sequence[Slot], problems: tuple[Problem, ...] = (), *, conflict: bool = False
) -> str:
    g.page = url_for("practitioner.following", appointment_id=appointment_id)
    typed = {slot.appointment_id: slot for slot in slots}
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
    return render_template(
        "practitioner/following.html", case=case, lines=lines, mark=mark, conflict=conflict, problems=problems
    )


def _as_it_stands(appointment: Appointment) -> Slot:
    local = in_london(appointment.starts_at)
    return Slot(f"{local:%Y-%m-%d}", f"{local:%H:%M}", appointment.id, appointment.revision)
