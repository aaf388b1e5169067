"""Adding an appointment and moving one."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.clashes import Clashes, clashes_of
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.meetings import schedule, series
from companion.services.meetings.schedule import NewTime
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments, group_places
from companion.store.programme import programmes
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import once, posted_number
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.practitioner.participants import participant_page, wanted


@access.roles(Role.PRACTITIONER)
def add(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/appointments``"""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
    asked = wanted(request.form, programme)
    try:
        schedule.add_appointment(current.actor(), enrolment_id, once(), asked)
    except Rejected as refusal:
        page = participant_page(enrolment_id, refusal.problems, request.form, clashes_of(refusal))
        return page, 422
    flash(_("The appointment is added."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


@access.roles(Role.PRACTITIONER)
def move(appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/time``: what is due before it moves along."""
    if request.method != "POST":
        return move_page(appointment_id)
    try:
        enrolment_id = schedule.move_appointment(
            current.actor(),
            appointment_id,
            NewTime(
                request.form.get("day", ""),
                request.form.get("time", ""),
                posted_number("seen"),
                request.form.get("confirmed", ""),
            ),
        )
    except Rejected as refusal:
        return move_page(appointment_id, refusal.problems, clashes_of(refusal)), 422
    except ChangedElsewhere:
        return move_page(appointment_id, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("The appointment is moved, and what is due before it moves along."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


def move_page(
    appointment_id: UUID,
    problems: tuple[Problem, ...] = (),
    clashes: Clashes | None = None,
    *,
    conflict: bool = False,
) -> str:
    """The form that moves one; with a conflict it shows where it stands now beside what was typed."""
    g.page = url_for("practitioner.move", appointment_id=appointment_id)
    with current.store().reading() as tx:
        row = appointments.appointment_row(tx, current.viewer(), appointment_id)
        found = appointments.appointment(row)
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), row.enrolment_id))
        together = group_places.goes_with(tx, current.viewer(), found)
        followers = len(series.with_followers(tx, row)) - 1
    local = in_london(found.starts_at)
    typed = parked_forms.form()
    return render_template(
        "practitioner/move.html",
        appointment=found,
        case=case,
        together=together,
        followers=followers,
        problems=problems,
        clashes=clashes,
        conflict=conflict,
        seen=found.revision if conflict else typed.get("seen", found.revision),
        day=typed.get("day", f"{local:%Y-%m-%d}"),
        time=typed.get("time", f"{local:%H:%M}"),
    )
