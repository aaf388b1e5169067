"""When and where he means to do a piece of work."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.work.intention import OnePiece, open_intention
from companion.web.gate import access, current
from companion.web.page import when_form

PAGE = "participant/when.html"


@access.roles(Role.PARTICIPANT)
def when(work_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /my/work/<id>/when``: he says it, changes it, or takes it out."""
    if request.method == "POST":
        return when_form.take(PAGE, OnePiece(work_id), url_for("participant.home"))
    found = open_intention(current.actor(), OnePiece(work_id))
    if not found.work.can_answer:
        return redirect(url_for("participant.work", work_id=work_id))
    return when_form.show(PAGE, found)
