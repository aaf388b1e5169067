"""A practitioner's own notes on a participant, and what was agreed at an appointment."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.messages.notes import add_note, agree, open_agreed, open_notes
from companion.store.meetings import appointments
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import once, posted_number
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def notes(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/notes``: every look is recorded."""
    if request.method != "POST":
        return _notes_page(enrolment_id)
    words = request.form.get("words", "")
    try:
        add_note(current.actor(), enrolment_id, once(), words)
    except Rejected as rejected:
        return _notes_page(enrolment_id, rejected.problems), 422
    flash(_("The note is added."))
    return redirect(url_for("practitioner.notes", enrolment_id=enrolment_id), 303)


@access.roles(Role.PRACTITIONER)
def agreed(appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/agreed``: the participant sees it on his start page."""
    if request.method != "POST":
        return _agreed_page(appointment_id)
    words = request.form.get("agreed", "")
    try:
        enrolment_id = agree(current.actor(), appointment_id, words, posted_number("seen"))
    except Rejected as rejected:
        return _agreed_page(appointment_id, rejected.problems), 422
    except ChangedElsewhere:
        return _agreed_page(appointment_id, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("It is written down. He sees it on his start page."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


def _notes_page(enrolment_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.notes", enrolment_id=enrolment_id)
    found = open_notes(current.actor(), enrolment_id)
    return render_template(
        "practitioner/notes.html", found=found, typed=parked_forms.form(), problems=problems
    )


def _agreed_page(appointment_id: UUID, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """With a conflict both wordings are shown, so that the next press knows what it replaces."""
    meeting = open_agreed(current.actor(), appointment_id)
    revision = meeting.agreed.revision if meeting.agreed else 0
    typed = parked_forms.form()
    return render_template(
        "practitioner/agreed.html",
        meeting=meeting,
        appointment=appointments.appointment(meeting.row),
        typed=typed,
        seen=revision if conflict else typed.get("seen", revision),
        conflict=conflict,
        problems=problems,
    )
