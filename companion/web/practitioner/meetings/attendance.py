"""The page for recording attendance at an appointment."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import may_be_noted
from companion.domain.meetings.progress import numbers
from companion.domain.people import Role
from companion.services.meetings.attendance import AttendanceForm, note
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments, group_places
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Attendance


def _page(form: Attendance, appointment_id: UUID) -> str:
    now = clock.now()
    with current.store().reading() as tx:
        row = appointments.appointment_row(tx, current.viewer(), appointment_id)
        found, words = appointments.appointment(row), appointments.words(tx, row)
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), row.enrolment_id))
        numbered = numbers(appointments.appointments(tx, row.enrolment_id))
        together = group_places.goes_with(tx, current.viewer(), found)
    form.begins_with(attendance=found.attendance.value, words=words)
    form.saw(found.revision)
    return render_template(
        "practitioner/attendance.html",
        case=case,
        together=together,
        appointment=found,
        numbers=numbered,
        begun=found.starts_at <= now,
        choices=may_be_noted(found, now),
        stored_words=words,
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(Attendance, _page)
def attendance(form: Attendance, appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/attendance``: record or correct the attendance."""
    typed = AttendanceForm(form.attendance.data, form.words.data, form.confirmed.data, form.seen.data)
    enrolment_id = note(current.actor(), appointment_id, typed)
    said = _("Attendance saved.") if form.attendance.data != "not_noted" else _("Attendance cleared.")
    return done(said, url_for("practitioner.participant", enrolment_id=enrolment_id))
