"""The shared screen, at which a practitioner and a participant look together."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.services.caseloads import shared_screens
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Pressed


@access.roles(Role.PRACTITIONER)
def open_together(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/together``: open the shared screen, and lock the practitioner's session for
    all other pages.
    """
    shared_screens.open_together(current.actor(), current.signed_in(), enrolment_id)
    return redirect(url_for("practitioner.shared_screen", enrolment_id=enrolment_id), 303)


@access.shared
@access.roles(Role.PRACTITIONER)
def shared_screen(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/together``: show the shared screen.

    If the practitioner hasn't opened the shared screen for this participant, redirect to the participant's
    brief.
    """
    found = shared_screens.shared_screen(current.actor(), enrolment_id)
    if current.signed_in().shared_with != enrolment_id:
        return redirect(url_for("practitioner.brief", enrolment_id=enrolment_id))
    return render_template("practitioner/shared_screen.html", screen=found, case=found.case)


@access.shared
@access.roles(Role.PRACTITIONER)
@takes(Pressed)
def mark_discussed(form: Pressed, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/together/answers``: mark a question as discussed or not discussed, or
    show or hide its answer.

    On the brief, a button that marks a question as discussed also sends this form.
    """
    shared_with = current.signed_in().shared_with
    if shared_with not in (None, enrolment_id):
        raise NotFound
    asked = (form.submission.data, form.prompt.data)
    shared_screens.mark(current.actor(), enrolment_id, asked, form.act.data)
    if shared_with is None:
        return done(_("Marked as talked about."), url_for("practitioner.brief", enrolment_id=enrolment_id))
    at = f"question-{form.number.data}"
    return redirect(url_for("practitioner.shared_screen", enrolment_id=enrolment_id, _anchor=at), 303)
