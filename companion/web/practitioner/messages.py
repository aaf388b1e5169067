"""The page with a participant's messages, for the practitioner or a covering colleague."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.messages.threads import save_draft
from companion.web.gate import access, current
from companion.web.page import message_thread
from companion.web.page.form import takes
from companion.web.page.i18n import saved_at
from companion.web.page.message_thread import Message
from companion.web.page.unsaved import while_typing

PAGE = "practitioner/messages.html"


def _page(form: Message, enrolment_id: UUID) -> str:
    return message_thread.show(form, PAGE, _address(enrolment_id), enrolment_id)


@access.roles(Role.PRACTITIONER)
@takes(Message, _page)
def messages(form: Message, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/messages``: show the messages, mark them as read, and send a new
    message.

    The audit log records each time that a practitioner opens a participant's messages.
    """
    return message_thread.take(form, _address(enrolment_id), enrolment_id)


@access.roles(Role.PRACTITIONER)
@takes(Message)
def draft(form: Message, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/messages/draft``: save a draft."""

    def save() -> dict[str, object]:
        kept = save_draft(current.actor(), enrolment_id, form.typed)
        return {"seen": kept.revision, "saved": saved_at(kept.saved_at)}

    if form.then.data == "typing":
        return while_typing(save)
    save()
    return redirect(f"{_address(enrolment_id)}#{message_thread.NEW}", 303)


def _address(enrolment_id: UUID) -> str:
    return url_for("practitioner.messages", enrolment_id=enrolment_id)
