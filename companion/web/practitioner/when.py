"""The page on which a practitioner and a participant plan together when and where to do a piece of work."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.work.intention import OnePiece, open_intention
from companion.web.gate import access, current
from companion.web.page import when_form
from companion.web.page.form import takes
from companion.web.page.when_form import When

PAGE = "practitioner/when.html"


def _page(form: When, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    found = open_intention(current.actor(), OnePiece(work_id, enrolment_id))
    if not (found.work.can_answer or form.problems):
        return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id))
    return when_form.show(form, PAGE, found)


@access.roles(Role.PRACTITIONER)
@takes(When, _page)
def when(form: When, enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/<id>/when``: save or remove the plan for doing the work."""
    his_page = url_for("practitioner.participant", enrolment_id=enrolment_id)
    return when_form.take(form, OnePiece(work_id, enrolment_id), his_page)
