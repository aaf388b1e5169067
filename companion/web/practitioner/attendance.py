"""What became of an appointment."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import may_be_noted
from companion.domain.meetings.clashes import Clashes, clashes_of
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.meetings.attendance import AttendanceForm, note
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments, group_places
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import posted_number
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def attendance(appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/attendance``: note it, or put it right."""
    if request.method != "POST":
        return _page(appointment_id)
    try:
        enrolment_id = note(
            current.actor(),
            appointment_id,
            AttendanceForm(
                request.form.get("attendance", ""),
                request.form.get("words", ""),
                request.form.get("confirmed", ""),
                posted_number("seen"),
            ),
        )
    except Rejected as refusal:
        return _page(appointment_id, refusal.problems, clashes_of(refusal)), 422
    except ChangedElsewhere:
        return _page(appointment_id, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("It is noted."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


def _page(
    appointment_id: UUID,
    problems: tuple[Problem, ...] = (),
    clashes: Clashes | None = None,
    *,
    conflict: bool = False,
) -> str:
    now, typed = clock.now(), parked_forms.form()
    with current.store().reading() as tx:
        row = appointments.appointment_row(tx, current.viewer(), appointment_id)
        found, words = appointments.appointment(row), appointments.words(tx, row)
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), row.enrolment_id))
        together = group_places.goes_with(tx, current.viewer(), found)
    return render_template(
        "practitioner/attendance.html",
        case=case,
        together=together,
        appointment=found,
        begun=found.starts_at <= now,
        choices=may_be_noted(found, now),
        chosen=typed.get("attendance", found.attendance.value),
        words=typed.get("words", words),
        stored_words=words,
        seen=found.revision if conflict else typed.get("seen", found.revision),
        conflict=conflict,
        clashes=clashes,
        problems=problems,
    )
