"""The pages with a practitioner's notes and agreements."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.messages.notes import add_note, agree, open_agreed, open_notes
from companion.store.meetings import appointments
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Agreement, Note


def _notes_page(form: Note, enrolment_id: UUID) -> str:
    g.page = url_for("practitioner.notes", enrolment_id=enrolment_id)
    found = open_notes(current.actor(), enrolment_id)
    return render_template("practitioner/notes.html", found=found, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Note, _notes_page)
def notes(form: Note, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/notes``: show the notes, and add a note. The audit log records
    each time that a practitioner opens the notes.
    """
    add_note(current.actor(), enrolment_id, form.once.id_of_new, form.words.data)
    return done(_("Note added."), url_for("practitioner.notes", enrolment_id=enrolment_id))


def _agreed_page(form: Agreement, appointment_id: UUID) -> str:
    """Return the page on which a practitioner writes what was agreed at an appointment.

    If the agreement has changed since the page was opened, show the saved agreement and the typed text.
    """
    meeting = open_agreed(current.actor(), appointment_id)
    form.begins_with(agreed=meeting.agreed.words if meeting.agreed else "")
    form.saw(meeting.agreed.revision if meeting.agreed else 0)
    appointment = appointments.appointment(meeting.row)
    return render_template("practitioner/agreed.html", meeting=meeting, appointment=appointment, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Agreement, _agreed_page)
def agreed(form: Agreement, appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/agreed``: show and save what a practitioner and a participant
    agreed at an appointment. The participant's start page shows what the participant and the practitioner
    agreed.
    """
    enrolment_id = agree(current.actor(), appointment_id, form.agreed.data, form.seen.data)
    return done(
        _("Saved. They'll see it on their start page."),
        url_for("practitioner.participant", enrolment_id=enrolment_id),
    )
