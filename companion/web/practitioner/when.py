"""When and where somebody means to do a piece of work, filled in together at the end of a session."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.work.intention import OnePiece, open_intention
from companion.web.gate import access, current
from companion.web.page import when_form

PAGE = "practitioner/when.html"


@access.roles(Role.PRACTITIONER)
def when(enrolment_id: UUID, work_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/<id>/when``"""
    his_page = url_for("practitioner.participant", enrolment_id=enrolment_id)
    piece = OnePiece(work_id, enrolment_id)
    if request.method == "POST":
        return when_form.take(PAGE, piece, his_page)
    found = open_intention(current.actor(), piece)
    return when_form.show(PAGE, found) if found.work.can_answer else redirect(his_page)
