"""Messages with a participant, for his practitioner and for who covers today."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Rejected
from companion.services.messages.threads import save_draft
from companion.web.gate import access, current
from companion.web.page import message_thread
from companion.web.page.i18n import saved_at
from companion.web.page.unsaved import why

PAGE = "practitioner/messages.html"


@access.roles(Role.PRACTITIONER)
def messages(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/messages``: every look is recorded, what is shown is marked as read."""
    address = url_for("practitioner.messages", enrolment_id=enrolment_id)
    if request.method != "POST":
        return message_thread.show(PAGE, address, enrolment_id)
    return message_thread.take(PAGE, address, enrolment_id)


@access.roles(Role.PRACTITIONER)
def draft(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/messages/draft``: keep what is being typed."""
    typing = request.form.get("then") == "typing"
    try:
        kept = save_draft(current.actor(), enrolment_id, message_thread.typed())
    except (Rejected, ChangedElsewhere) as refusal:
        if not typing:
            raise
        return {"why": why(refusal)}, 409
    if typing:
        return {"seen": kept.revision, "saved": saved_at(kept.saved_at)}
    return redirect(
        url_for("practitioner.messages", enrolment_id=enrolment_id, _anchor=message_thread.NEW), 303
    )
